/* SPDX-License-Identifier: GPL-2.0 */
/* Pre-shared keys, copied out of logon keys, which user space cannot read back (R5). */
#ifndef PQIKE_SHARED_SECRET_H
#define PQIKE_SHARED_SECRET_H

#include <linux/kref.h>
#include <linux/types.h>
#include <uapi/linux/pqike.h>

struct netlink_ext_ack;

/**
 * struct pqike_shared_secret - a pre-shared key or a PPK, never changed
 * @ref: each connection has one, each IKE SA that mixed it in
 * @description: of the logon key that it was copied from
 * @len: octets in @octets
 * @octets: the secret
 */
struct pqike_shared_secret {
	struct kref ref;
	char description[PQIKE_KEY_DESCRIPTION_MAX + 1];
	u16 len;
	u8 octets[];
};

struct pqike_shared_secret *
pqike_shared_secret_copy(const char *description,
			 struct netlink_ext_ack *extack);
struct pqike_shared_secret *
pqike_shared_secret_get(struct pqike_shared_secret *secret);
void pqike_shared_secret_put(struct pqike_shared_secret *secret);
bool pqike_shared_secret_equal(const struct pqike_shared_secret *a,
			       const struct pqike_shared_secret *b);

#endif /* PQIKE_SHARED_SECRET_H */
