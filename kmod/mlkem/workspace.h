/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The workspace of an ML-KEM operation.
 */
#ifndef _MLKEM_WORKSPACE_H
#define _MLKEM_WORKSPACE_H

#include <linux/types.h>

#include "hash.h"
#include "impl.h"
#include "keccak.h"
#include "mlkem.h"
#include "poly.h"

/* y (or s), e1 (or e) and e2 */
#define MAX_NOISES	(2 * MLKEM_MAX_K + 1)

/* For k = 4, eta is 2; five times eta = 3, for k = 2, take less. */
#define NOISE_ROOM	(MAX_NOISES * CBD_LEN(2))

/**
 * struct workspace - everything that is computed on the way
 * @impl: implementation, between compute_begin() and compute_end()
 * @hasher: whatever is hashed, but G of key generation
 * @matrix_jobs: those of @matrix
 * @noise_jobs: those of @noise
 * @ek_hash_job: H(ek)
 * @secret_job: G of encapsulation
 * @rejected_job: J
 * @keccak: G of key generation
 * @ek_hash_parked: the state of H(ek) while more of ek is computed
 * @message: m, or m' of decapsulation
 * @ek_hash: H(ek)
 * @digest: output of G: rho || sigma, or K || r
 * @rejected: output of J, the secret of a rejected ciphertext
 * @noise: output of PRF, to sample from
 * @matrix: A, row by row
 * @t: the public vector, as ek has it
 * @s: the secret vector, as dk has it
 * @vector: what a vector above is multiplied by: s, y or u, prepared
 * @zeta: what goes with @vector
 * @sum: product, and what is added to it
 * @error: what is added to @sum, or what @sum is subtracted from
 * @ct: c' of decapsulation; dk_PKE of a key pair that has no dk
 *
 * All of it is wiped together.
 */
struct workspace {
	const struct mlkem_impl *impl;
	struct hasher hasher;
	struct hash_job matrix_jobs[MLKEM_MAX_K * MLKEM_MAX_K];
	struct hash_job noise_jobs[MAX_NOISES];
	struct hash_job ek_hash_job;
	struct hash_job secret_job;
	struct hash_job rejected_job;
	struct keccak keccak;
	u64 ek_hash_parked[25];

	u8 message[MLKEM_MESSAGE_LEN];
	u8 ek_hash[SHA3_256_LEN];
	u8 digest[SHA3_512_LEN];
	u8 rejected[MLKEM_SECRET_LEN];
	u8 noise[NOISE_ROOM];

	struct poly matrix[MLKEM_MAX_K * MLKEM_MAX_K];
	struct poly t[MLKEM_MAX_K];
	struct poly s[MLKEM_MAX_K];
	struct poly vector[MLKEM_MAX_K];
	struct poly_zeta zeta[MLKEM_MAX_K];
	struct poly sum;
	struct poly error;
	u8 ct[MLKEM_MAX_CT_LEN];
};

/**
 * workspace_alloc() - allocate a workspace
 *
 * Context: may sleep.
 * Return: workspace, with nothing set, or NULL.
 */
struct workspace *workspace_alloc(void);

/**
 * workspace_free() - wipe and free a workspace
 * @ws: workspace
 */
void workspace_free(struct workspace *ws);

/**
 * compute_begin() - begin to compute, maybe with vector registers
 * @ws: workspace
 *
 * Context: any; until compute_end() the caller must not sleep.
 */
void compute_begin(struct workspace *ws);

/**
 * compute_end() - end what compute_begin() began
 * @ws: workspace
 *
 * Wipes what was left in registers and on the stack.
 */
void compute_end(struct workspace *ws);

#endif /* _MLKEM_WORKSPACE_H */
