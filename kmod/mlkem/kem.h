/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MLKEM_KEM_H
#define _MLKEM_KEM_H

#include <linux/types.h>

#include "keccak.h"
#include "mlkem.h"
#include "workspace.h"

/**
 * mlkem_decapsulate() - decapsulate (FIPS 203, algorithm 18)
 * @ws: workspace; s in @ws->s, t in @ws->t, the matrix in @ws->matrix or under way
 *	there; the shared secret goes to @ws->digest
 * @p: parameter set
 * @ek_hash: H(ek); it must stay
 * @z: what the secret of a rejected ciphertext is made from
 * @ct: ciphertext
 *
 * Context: between compute_begin() and compute_end().
 */
void mlkem_decapsulate(struct workspace *ws, const struct mlkem_params *p,
		       const u8 ek_hash[SHA3_256_LEN], const u8 z[32],
		       const u8 *ct);

#endif /* _MLKEM_KEM_H */
