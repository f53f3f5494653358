/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KPP_CLIENT_H
#define _KPP_CLIENT_H

#include <crypto/kpp.h>
#include <linux/types.h>

/**
 * public_key() - crypto_kpp_generate_public_key() on plain buffers
 * @tfm: transform
 * @in: input, or NULL for none
 * @in_len: octets in @in
 * @out: output
 * @out_len: octets @out has room for; becomes those written
 *
 * Return: what the crypto API returned.
 */
int public_key(struct crypto_kpp *tfm, const u8 *in, unsigned int in_len,
	       u8 *out, unsigned int *out_len);

/**
 * shared_secret() - crypto_kpp_compute_shared_secret() on plain buffers
 * @tfm: transform
 * @in: input, or NULL for none
 * @in_len: octets in @in
 * @out: output
 * @out_len: octets @out has room for; becomes those written
 *
 * Return: what the crypto API returned.
 */
int shared_secret(struct crypto_kpp *tfm, const u8 *in, unsigned int in_len,
		  u8 *out, unsigned int *out_len);

#endif
