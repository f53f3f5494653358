/* SPDX-License-Identifier: GPL-2.0 */
/* What pqike keeps for each network namespace. */
#ifndef PQIKE_NAMESPACE_H
#define PQIKE_NAMESPACE_H

#include <linux/mutex.h>
#include <linux/rhashtable-types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "esp_retire.h"
#include "esp_spi.h"
#include "owner.h"
#include "policy_registry.h"
#include "policy_set.h"
#include "quota.h"
#include "stats.h"
#include "trap.h"

struct net;

/**
 * struct pqike_orphans - IKE SAs that no socket owns any more
 * @net: the namespace
 * @work: ends those whose time is over
 */
struct pqike_orphans {
	struct net *net;
	struct delayed_work work;
};

/**
 * struct pqike_net - per network namespace
 * @ike_sas: IKE SAs by their number; has a reference to each
 * @next_ike_sa: for xa_alloc_cyclic()
 * @child_sas: Child SAs by their number
 * @next_child_sa: for pqike_child_sa_id_alloc()
 * @quota: what all of the namespace may have, owners or not; changed under the lock of
 *	@owners, and may be read without it
 * @owners: authorised sockets, and those that have left something
 * @orphans: see there
 * @connections_lock: guards @connections, @connections_by_name and @ppks
 * @connections: struct pqike_connection, as they were set first
 * @next_connection: for xa_alloc_cyclic()
 * @connections_by_name: the same
 * @ppks: what they have of post-quantum preshared keys
 * @spis: of inbound ESP SAs
 * @retirement: of deleted ESP SAs
 * @policies: xfrm policies that sets of selectors share
 * @policy_sets: sets of selectors that Child SAs and traps share
 * @traps: policies that wait for a packet
 * @stats: what all of its IKE SAs have done
 */
struct pqike_net {
	struct xarray ike_sas;
	u32 next_ike_sa;
	struct xarray child_sas;
	u32 next_child_sa;
	struct pqike_quota quota;
	struct pqike_owners owners;
	struct pqike_orphans orphans;
	struct mutex connections_lock;	/* guards connections, by name too, and ppks */
	struct xarray connections;
	u32 next_connection;
	struct rhashtable connections_by_name;
	struct rhltable ppks;
	struct pqike_esp_spis spis;
	struct pqike_esp_retirement retirement;
	struct pqike_policy_registry policies;
	struct pqike_policy_sets policy_sets;
	struct pqike_traps traps;
	struct pqike_net_stats stats;
};

extern unsigned int pqike_net_id;

struct pqike_net *pqike_pernet(struct net *net);

#endif /* PQIKE_NAMESPACE_H */
