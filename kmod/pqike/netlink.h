/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family pqike. */
#ifndef PQIKE_NETLINK_H
#define PQIKE_NETLINK_H

int pqike_netlink_register(void);
void pqike_netlink_unregister(void);

#endif /* PQIKE_NETLINK_H */
