/* SPDX-License-Identifier: GPL-2.0 */
/* Post-quantum preshared keys of a network namespace, by PPK_ID (RFC 8784). */
#ifndef PQIKE_PPK_H
#define PQIKE_PPK_H

#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <uapi/linux/pqike.h>

struct pqike_ppk;
struct pqike_shared_secret;

/* No more PPKs of one PPK_ID are looked at: a peer's message shall cost no more. */
#define PQIKE_PPKS_OF_ID_MAX	64

/**
 * struct pqike_ppk_id - names a post-quantum preshared key (RFC 8784)
 * @len: octets in @octets
 * @octets: PPK_ID Type, then the identity
 */
struct pqike_ppk_id {
	u16 len;
	u8 octets[PQIKE_PPK_ID_MAX];
};

int pqike_ppks_init(struct rhltable *ppks);
void pqike_ppks_destroy(struct rhltable *ppks);
struct pqike_ppk *pqike_ppk_hold(struct rhltable *ppks,
				 const struct pqike_ppk_id *id,
				 struct pqike_shared_secret *secret);
void pqike_ppk_release(struct rhltable *ppks, struct pqike_ppk *ppk);
struct pqike_shared_secret *pqike_ppk_nth(struct rhltable *ppks,
					  const struct pqike_ppk_id *id,
					  unsigned int n);

#endif /* PQIKE_PPK_H */
