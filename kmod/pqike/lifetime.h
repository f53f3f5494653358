/* SPDX-License-Identifier: GPL-2.0 */
/* What ends with network namespaces, sockets and the module. */
#ifndef PQIKE_LIFETIME_H
#define PQIKE_LIFETIME_H

int pqike_lifetime_register(void);
void pqike_lifetime_unregister(void);

#endif /* PQIKE_LIFETIME_H */
