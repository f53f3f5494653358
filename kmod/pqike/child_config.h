/* SPDX-License-Identifier: GPL-2.0 */
/* What a Child SA of a connection may be (R4). */
#ifndef PQIKE_CHILD_CONFIG_H
#define PQIKE_CHILD_CONFIG_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>
#include <uapi/linux/pqike.h>

#include "esp_child.h"
#include "proposals.h"

struct ike_payload;
struct netlink_ext_ack;
struct pqike_child_suite;

/* What is taken off the soft limits of a Child SA at most, by chance. */
struct pqike_child_rand {
	u64 bytes;
	u64 packets;
	u64 seconds;
};

/**
 * struct pqike_child_config - a child, which does not change once a connection has it
 * @ref: the connection has one, each Child SA and whoever looks at it has one
 * @list: in the connection's list
 * @name: unique in the connection
 * @reqid: names it in xfrm, 0 for none
 * @transport: transport mode, or tunnel mode where the peer wants that; else tunnel
 *	mode
 * @trap: it may have a trap
 * @options: of its ESP SAs and policies
 * @lifetime: of its ESP SAs
 * @rand: of @lifetime
 * @proposals: for ESP, the suites that it allows
 * @n_local_ts: how many of @ts are of this side, they stand first
 * @n_remote_ts: how many are of the peer
 * @ts: of family AF_UNSPEC: the address of that side's endpoint
 */
struct pqike_child_config {
	struct kref ref;
	struct list_head list;
	char name[PQIKE_NAME_MAX + 1];
	u32 reqid;
	bool transport;
	bool trap;
	struct pqike_esp_options options;
	struct pqike_esp_lifetime lifetime;
	struct pqike_child_rand rand;
	struct pqike_proposals proposals;
	unsigned int n_local_ts;
	unsigned int n_remote_ts;
	struct pqike_ts ts[];
};

struct pqike_child_config *
pqike_child_config_alloc(unsigned int n_local_ts, unsigned int n_remote_ts,
			 struct netlink_ext_ack *extack);
void pqike_child_config_put(struct pqike_child_config *config);
void pqike_child_config_select(const struct pqike_child_config *config,
			       struct pqike_esp *esp);
int pqike_child_config_check_mode(const struct pqike_child_config *config,
				  const struct pqike_esp *esp,
				  struct netlink_ext_ack *extack);
int pqike_child_config_narrow(const struct pqike_child_config *config,
			      const struct ike_payload *local,
			      const struct ike_payload *remote,
			      struct pqike_esp *esp,
			      struct netlink_ext_ack *extack);
int pqike_child_config_check_suite(const struct pqike_child_config *config,
				   const struct pqike_child_suite *suite,
				   struct netlink_ext_ack *extack);
void pqike_child_config_apply(const struct pqike_child_config *config,
			      struct pqike_esp *esp);

#endif /* PQIKE_CHILD_CONFIG_H */
