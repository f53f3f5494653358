// SPDX-License-Identifier: GPL-2.0
/*
 * Private keys.
 */
#include <linux/errno.h>
#include <linux/random.h>
#include <linux/string.h>

#include "ecdh.h"

/*
 * n is so near to the power of two above it that of random octets one in 2^32 is not
 * below it with P-256, and one in 2^194 with P-384.  A generator of which so many in a
 * row cannot be used does not give random octets.
 */
#define TRIES	4

/*
 * What is not from 1 to n - 1 is rejected (FIPS 186-5, appendix A.2.2): what is left is
 * uniform, and how often that happens tells nothing of it.
 */
int ecdh_generate_private_key(const struct ecdh_curve *curve, u8 *key)
{
	int err;

	for (int i = 0; i < TRIES; i++) {
		err = get_random_bytes_wait(key, curve->octets);
		if (err)
			return err;
		if (!ecdh_check_private_key(curve, key))
			return 0;
	}
	memzero_explicit(key, curve->octets);
	return -EIO;
}
