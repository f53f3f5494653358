/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ECDH_CURVE_H
#define _ECDH_CURVE_H

#include <linux/types.h>

#define ECDH_MAX_OCTETS	48

/**
 * struct ecdh_curve - one curve, and what is computed on it
 * @name: as SP 800-186 has it
 * @octets: octets of a coordinate, of a private key and of a shared secret
 * @workspace_len: octets of the workspace, aligned to 8, that the operations want
 * @private_key_is_valid: 1 for a key from 1 to n - 1, 0 for any other
 * @public_key: the point of a valid key, as x || y
 * @shared_secret: x of the multiple of the peer's point.  Returns 1; or 0 where
 *	the point fails the validation, and @secret is not written.
 *
 * Numbers are octets, highest first.  No operation allocates memory or sleeps, and what
 * they compute is left in the workspace and on the stack.
 */
struct ecdh_curve {
	const char *name;
	unsigned int octets;
	size_t workspace_len;
	u64 (*private_key_is_valid)(const u8 *key);
	void (*public_key)(void *workspace, const u8 *key, u8 *point);
	bool (*shared_secret)(void *workspace, const u8 *key, const u8 *peer,
			      u8 *secret);
};

extern const struct ecdh_curve ecdh_p256;
extern const struct ecdh_curve ecdh_p384;

#endif /* _ECDH_CURVE_H */
