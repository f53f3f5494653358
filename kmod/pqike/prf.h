/* SPDX-License-Identifier: GPL-2.0 */
/* The negotiated pseudorandom function and prf+ (RFC 7296 section 2.13). */
#ifndef PQIKE_PRF_H
#define PQIKE_PRF_H

#include <linux/types.h>
#include <linux/uio.h>

#define PQIKE_PRF_LEN_MAX	64

struct crypto_shash;
struct netlink_ext_ack;

struct crypto_shash *pqike_prf_alloc(u16 prf, struct netlink_ext_ack *extack);
unsigned int pqike_prf_len(struct crypto_shash *prf);
int pqike_prf(struct crypto_shash *prf, const u8 *key, size_t key_len,
	      const struct kvec *seed, unsigned int n_seed, u8 *out);
int pqike_prf_plus(struct crypto_shash *prf, const u8 *key, size_t key_len,
		   const struct kvec *seed, unsigned int n_seed, u8 *out,
		   size_t len);

#endif /* PQIKE_PRF_H */
