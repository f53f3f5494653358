// SPDX-License-Identifier: GPL-2.0
/*
 * Key generation and encapsulation with the kernel's randomness (FIPS 203,
 * section 7).
 */
#include <linux/export.h>
#include <linux/random.h>
#include <linux/string.h>

#include "mlkem.h"

int mlkem_keygen(const struct mlkem_params *p, u8 *ek, u8 *dk)
{
	u8 seed[MLKEM_SEED_LEN];
	int err;

	err = get_random_bytes_wait(seed, sizeof(seed));
	if (!err)
		err = mlkem_keygen_derand(p, seed, ek, dk);

	memzero_explicit(seed, sizeof(seed));
	return err;
}
EXPORT_SYMBOL_GPL(mlkem_keygen);

int mlkem_encaps(const struct mlkem_params *p, const u8 *ek, size_t ek_len,
		 u8 *ct, u8 ss[MLKEM_SECRET_LEN])
{
	u8 m[MLKEM_MESSAGE_LEN];
	int err;

	err = get_random_bytes_wait(m, sizeof(m));
	if (!err)
		err = mlkem_encaps_derand(p, ek, ek_len, m, ct, ss);

	memzero_explicit(m, sizeof(m));
	return err;
}
EXPORT_SYMBOL_GPL(mlkem_encaps);
