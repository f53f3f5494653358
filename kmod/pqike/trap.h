/* SPDX-License-Identifier: GPL-2.0 */
/* Traps: policies that wait for a packet. */
#ifndef PQIKE_TRAP_H
#define PQIKE_TRAP_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct net;
struct netlink_ext_ack;
struct pqike_esp;

/**
 * struct pqike_traps - the traps of a network namespace
 * @lock: guards the others
 * @by_reqid: struct trap, by the reqids of their children
 * @n: how many there are
 */
struct pqike_traps {
	struct mutex lock;	/* guards by_reqid and n */
	struct xarray by_reqid;
	u32 n;
};

/* namespace.c */
struct pqike_traps *pqike_traps_of(struct net *net);

void pqike_traps_init(struct pqike_traps *traps);
void pqike_traps_destroy(struct pqike_traps *traps);
int pqike_trap_set(struct net *net, const struct pqike_esp *esp, u32 *reqid,
		   struct netlink_ext_ack *extack);
int pqike_trap_del(struct net *net, u32 reqid, struct netlink_ext_ack *extack);
void pqike_trap_del_all(struct net *net);
void pqike_trap_answered(struct net *net, u32 child_reqid);
bool pqike_trap_waits(struct net *net, const struct pqike_esp *esp);
bool pqike_trap_next(struct net *net, u32 reqid, struct pqike_esp *esp);

#endif /* PQIKE_TRAP_H */
