/* SPDX-License-Identifier: GPL-2.0 */
/* Connections: whom an IKE SA may be with, and what it must meet (R4, R5). */
#ifndef PQIKE_CONNECTION_H
#define PQIKE_CONNECTION_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <linux/xfrm.h>
#include <uapi/linux/pqike.h>

#include "ppk.h"
#include "proposals.h"

struct net;
struct pqike_net;
struct netlink_ext_ack;
struct pqike_child_config;
struct pqike_shared_secret;
struct pqike_suite;

/**
 * struct pqike_identity - body of an Identification payload
 * @len: octets in @body
 * @body: ID Type, three reserved octets, Identification Data
 */
struct pqike_identity {
	u16 len;
	u8 body[PQIKE_ID_MAX];
};

/**
 * struct pqike_network - addresses that a tunnel endpoint may have
 * @family: AF_INET or AF_INET6
 * @prefix_len: bits of @address that count
 * @address: IPv4 in the first octets, and zeros behind it
 */
struct pqike_network {
	u16 family;
	u8 prefix_len;
	xfrm_address_t address;
};

/**
 * struct pqike_connection - set by an administrator, never changed afterwards
 * @ref: the array has one, each IKE SA has one
 * @id: its place in the namespace's array
 * @node: in the namespace's table
 * @rcu: who searches the table may still read this
 * @name: unique in the namespace
 * @local: identity of this side
 * @remote: identity that the peer must prove
 * @require_ml_kem: no IKE SA without ML-KEM
 * @proposals: for IKE, the suites that it allows
 * @require_ppk: no IKE SA without the PPK
 * @psk: the pre-shared key bound to these identities
 * @ppk: the post-quantum preshared key, or NULL
 * @ppk_id: its PPK_ID
 * @held_ppk: both in the namespace's table, while it has the connection; or NULL
 * @n_local_networks: how many of @networks are of this side, they stand first;
 *	none: its address may be any
 * @n_remote_networks: how many are of the peer, likewise
 * @networks: where the addresses of both sides may be
 * @n_children: how many are in @children
 * @children: what a Child SA may be
 * @lifetime: in seconds, after which an IKE SA ends that nobody has; 0: never
 */
struct pqike_connection {
	struct kref ref;
	u32 id;
	struct rhash_head node;
	struct rcu_head rcu;
	char name[PQIKE_NAME_MAX + 1];
	struct pqike_identity local;
	struct pqike_identity remote;
	bool require_ml_kem;
	bool require_ppk;
	struct pqike_proposals proposals;
	struct pqike_shared_secret *psk;
	struct pqike_shared_secret *ppk;
	struct pqike_ppk_id ppk_id;
	struct pqike_ppk *held_ppk;
	unsigned int n_local_networks;
	unsigned int n_remote_networks;
	struct pqike_network *networks;
	unsigned int n_children;
	struct list_head children;
	u32 lifetime;
};

int pqike_connections_init(struct pqike_net *pn);
void pqike_connections_destroy(struct pqike_net *pn);
struct pqike_connection *
pqike_connection_alloc(const char *psk_description,
		       const char *ppk_description,
		       struct netlink_ext_ack *extack);
int pqike_connection_add_child(struct pqike_connection *connection,
			       struct pqike_child_config *child,
			       struct netlink_ext_ack *extack);
struct pqike_child_config *
pqike_connection_child(const struct pqike_connection *connection,
		       const char *name, struct netlink_ext_ack *extack);
int pqike_connection_check_endpoints(const struct pqike_connection *connection,
				     u16 family, const xfrm_address_t *local,
				     const xfrm_address_t *remote,
				     struct netlink_ext_ack *extack);
int pqike_connection_check_suite(const struct pqike_connection *connection,
				 const struct pqike_suite *suite,
				 struct netlink_ext_ack *extack);
int pqike_connection_set(struct net *net, struct pqike_connection *connection,
			 struct netlink_ext_ack *extack);
struct pqike_connection *pqike_connection_find(struct net *net,
					       const char *name);
struct pqike_connection *
pqike_connection_now(struct net *net, const struct pqike_connection *connection,
		     struct netlink_ext_ack *extack);
struct pqike_connection *pqike_connection_next(struct net *net,
					       unsigned long *id);
struct pqike_shared_secret *
pqike_connection_nth_ppk(struct net *net, const struct pqike_ppk_id *id,
			 unsigned int n);
int pqike_connection_del(struct net *net, const char *name);
void pqike_connection_del_all(struct net *net);
void pqike_connection_put(struct pqike_connection *connection);

#endif /* PQIKE_CONNECTION_H */
