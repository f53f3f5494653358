# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh

before include/crypto/sha3.h '/* Internal context, shared by the digests' <<'END'
/**
 * sha3_permute() - Apply the Keccak-f[1600] permutation to a state
 * @state: The state, in little-endian words
 *
 * This is for algorithms that have to deal with SHA-3 states themselves, such as
 * those that compute several messages side by side.  To compute a message digest
 * or an XOF, use the functions below instead.
 *
 * Context: Any context.
 */
void sha3_permute(struct sha3_state *state);

END
before lib/crypto/sha3.c 'void __sha3_update(' <<'END'
void sha3_permute(struct sha3_state *state)
{
	sha3_keccakf(state);
}
EXPORT_SYMBOL_GPL(sha3_permute);

END
