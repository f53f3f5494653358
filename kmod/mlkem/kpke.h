/* SPDX-License-Identifier: GPL-2.0 */
/*
 * K-PKE of FIPS 203, section 5.
 */
#ifndef _MLKEM_KPKE_H
#define _MLKEM_KPKE_H

#include <linux/types.h>

#include "mlkem.h"
#include "poly.h"
#include "workspace.h"

/**
 * kpke_expand_matrix() - have the matrix of a seed hashed
 * @ws: workspace
 * @p: parameter set
 * @rho: seed; it must stay until the matrix is there
 *
 * Adds @ws->matrix_jobs to @ws->hasher.
 */
void kpke_expand_matrix(struct workspace *ws, const struct mlkem_params *p,
			const u8 rho[32]);

/**
 * kpke_keygen() - K-PKE.KeyGen (FIPS 203, algorithm 13), and H(ek)
 * @ws: workspace; leaves the matrix and H(ek) there
 * @p: parameter set
 * @d: seed
 * @ek: ek_PKE out
 * @dk: dk_PKE out
 */
void kpke_keygen(struct workspace *ws, const struct mlkem_params *p,
		 const u8 d[32], u8 *ek, u8 *dk);

/**
 * kpke_decode() - decode a vector of NTT representations
 * @ws: workspace
 * @p: parameter set
 * @v: becomes the vector; coefficients in [0, 2^12)
 * @in: as in ek or dk
 */
void kpke_decode(const struct workspace *ws, const struct mlkem_params *p,
		 struct poly *v, const u8 *in);

/**
 * kpke_encrypt() - K-PKE.Encrypt (FIPS 203, algorithm 14)
 * @ws: workspace; the message in @ws->message, t in @ws->t, the matrix in
 *	@ws->matrix or under way there
 * @p: parameter set
 * @r: randomness; it must stay
 * @ct: ciphertext out
 */
void kpke_encrypt(struct workspace *ws, const struct mlkem_params *p,
		  const u8 r[32], u8 *ct);

/**
 * kpke_decrypt() - K-PKE.Decrypt (FIPS 203, algorithm 15)
 * @ws: workspace; s in @ws->s; the message goes to @ws->message
 * @p: parameter set
 * @ct: ciphertext
 */
void kpke_decrypt(struct workspace *ws, const struct mlkem_params *p,
		  const u8 *ct);

#endif /* _MLKEM_KPKE_H */
