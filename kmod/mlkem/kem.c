// SPDX-License-Identifier: GPL-2.0
/*
 * ML-KEM of FIPS 203, sections 6 and 7.
 *
 * No branch, memory index or variable-time instruction here or below depends on
 * a secret.  What is decoded from ek, and the matrix expanded from it, is public.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>

#include "declassify.h"
#include "kem.h"
#include "kpke.h"
#include "mlkem.h"
#include "workspace.h"

/* FIPS 203, tables 2 and 3. */
const struct mlkem_params mlkem512 = {
	.name = "mlkem512",
	.k = 2,
	.eta1 = 3,
	.eta2 = 2,
	.du = 10,
	.dv = 4,
	.ek_len = 800,
	.dk_len = 1632,
	.ct_len = 768,
};
EXPORT_SYMBOL_GPL(mlkem512);

const struct mlkem_params mlkem768 = {
	.name = "mlkem768",
	.k = 3,
	.eta1 = 2,
	.eta2 = 2,
	.du = 10,
	.dv = 4,
	.ek_len = 1184,
	.dk_len = 2400,
	.ct_len = 1088,
};
EXPORT_SYMBOL_GPL(mlkem768);

const struct mlkem_params mlkem1024 = {
	.name = "mlkem1024",
	.k = 4,
	.eta1 = 2,
	.eta2 = 2,
	.du = 11,
	.dv = 5,
	.ek_len = 1568,
	.dk_len = 3168,
	.ct_len = 1568,
};
EXPORT_SYMBOL_GPL(mlkem1024);

/* Every coefficient that @ek encodes is below q.  Nothing here is secret. */
static bool ek_is_reduced(const struct mlkem_params *p, const u8 *ek)
{
	const u8 *end = ek + p->k * POLY_LEN(12);

	for (; ek < end; ek += 3) {
		if ((ek[0] | (ek[1] & 0xf) << 8) >= MLKEM_Q ||
		    (ek[1] >> 4 | ek[2] << 4) >= MLKEM_Q)
			return false;
	}
	return true;
}

int mlkem_check_ek(const struct mlkem_params *p, const u8 *ek, size_t ek_len)
{
	if (ek_len != p->ek_len)
		return -EINVAL;
	return ek_is_reduced(p, ek) ? 0 : -EKEYREJECTED;
}
EXPORT_SYMBOL_GPL(mlkem_check_ek);

/* The parts of dk = dk_PKE || ek || H(ek) || z */
static const u8 *dk_ek(const struct mlkem_params *p, const u8 *dk)
{
	return dk + p->k * POLY_LEN(12);
}

static const u8 *dk_ek_hash(const struct mlkem_params *p, const u8 *dk)
{
	return dk + p->dk_len - 64;
}

static const u8 *dk_z(const struct mlkem_params *p, const u8 *dk)
{
	return dk + p->dk_len - 32;
}

int mlkem_check_dk(const struct mlkem_params *p, const u8 *dk, size_t dk_len)
{
	struct keccak keccak;
	u8 ek_hash[SHA3_256_LEN];

	if (dk_len != p->dk_len)
		return -EINVAL;

	keccak_sha3_256(&keccak, dk_ek(p, dk), p->ek_len, ek_hash);
	if (memcmp(ek_hash, dk_ek_hash(p, dk), SHA3_256_LEN))
		return -EKEYREJECTED;
	return 0;
}
EXPORT_SYMBOL_GPL(mlkem_check_dk);

int mlkem_keygen_derand(const struct mlkem_params *p,
			const u8 seed[MLKEM_SEED_LEN], u8 *ek, u8 *dk)
{
	struct workspace *ws = workspace_alloc();
	u8 *dk_rest = dk + p->k * POLY_LEN(12);

	if (!ws)
		return -ENOMEM;

	compute_begin(ws);
	kpke_keygen(ws, p, seed, ek, dk);
	compute_end(ws);

	memcpy(dk_rest, ek, p->ek_len);
	dk_rest += p->ek_len;
	memcpy(dk_rest, ws->ek_hash, SHA3_256_LEN);
	memcpy(dk_rest + SHA3_256_LEN, seed + 32, 32);

	workspace_free(ws);
	return 0;
}
EXPORT_SYMBOL_GPL(mlkem_keygen_derand);

static void add_ek_hash(struct workspace *ws, const struct mlkem_params *p,
			const u8 *ek)
{
	ws->ek_hash_job = (struct hash_job) {
		.head = ek,
		.tail = ek + HASH_HEAD_LEN,
		.len = p->ek_len,
		.ready = p->ek_len,
		.rate = SHA3_256_RATE,
		.suffix = SHA3_SUFFIX,
		.out = ws->ek_hash,
		.wanted = SHA3_256_LEN,
	};
	hash_add(&ws->hasher, &ws->ek_hash_job);
}

/* (K, r) = G(m || H(ek)) of ws->message to ws->digest, before all other jobs */
static void derive_secret(struct workspace *ws, const u8 ek_hash[SHA3_256_LEN])
{
	ws->secret_job = (struct hash_job) {
		.head = ws->message,
		.tail = ek_hash,
		.len = MLKEM_MESSAGE_LEN + SHA3_256_LEN,
		.ready = MLKEM_MESSAGE_LEN + SHA3_256_LEN,
		.rate = SHA3_512_RATE,
		.suffix = SHA3_SUFFIX,
		.out = ws->digest,
		.wanted = SHA3_512_LEN,
	};
	hash_add_first(&ws->hasher, &ws->secret_job);
	hash_wait(&ws->hasher, &ws->secret_job);
}

/* J(z || c) (FIPS 203, section 4.1) to ws->rejected */
static void add_rejected(struct workspace *ws, const struct mlkem_params *p,
			 const u8 z[32], const u8 *ct)
{
	ws->rejected_job = (struct hash_job) {
		.head = z,
		.tail = ct,
		.len = 32 + p->ct_len,
		.ready = 32 + p->ct_len,
		.rate = SHAKE256_RATE,
		.suffix = SHAKE_SUFFIX,
		.out = ws->rejected,
		.wanted = MLKEM_SECRET_LEN,
	};
	hash_add_first(&ws->hasher, &ws->rejected_job);
}

static bool t_is_reduced(const struct workspace *ws,
			 const struct mlkem_params *p)
{
	for (unsigned int i = 0; i < p->k; i++) {
		if (!ws->impl->is_reduced(&ws->t[i]))
			return false;
	}
	return true;
}

/* FIPS 203, algorithm 17, after the check of section 7.2 */
static int encapsulate(struct workspace *ws, const struct mlkem_params *p,
		       const u8 *ek, u8 *ct)
{
	kpke_decode(ws, p, ws->t, ek);
	if (!t_is_reduced(ws, p))
		return -EKEYREJECTED;

	add_ek_hash(ws, p, ek);
	kpke_expand_matrix(ws, p, ek + p->k * POLY_LEN(12));
	hash_wait(&ws->hasher, &ws->ek_hash_job);
	derive_secret(ws, ws->ek_hash);
	kpke_encrypt(ws, p, ws->digest + 32, ct);
	/* The peer gets ct; c' of decapsulation stays secret. */
	declassify(ct, p->ct_len);
	return 0;
}

int mlkem_encaps_derand(const struct mlkem_params *p, const u8 *ek,
			size_t ek_len, const u8 m[MLKEM_MESSAGE_LEN], u8 *ct,
			u8 ss[MLKEM_SECRET_LEN])
{
	struct workspace *ws;
	int err;

	if (ek_len != p->ek_len)
		return -EINVAL;
	ws = workspace_alloc();
	if (!ws)
		return -ENOMEM;

	memcpy(ws->message, m, MLKEM_MESSAGE_LEN);
	compute_begin(ws);
	err = encapsulate(ws, p, ek, ct);
	compute_end(ws);
	if (!err)
		memcpy(ss, ws->digest, MLKEM_SECRET_LEN);

	workspace_free(ws);
	return err;
}
EXPORT_SYMBOL_GPL(mlkem_encaps_derand);

/* 0xff where @a and @b differ anywhere, 0 where they are equal */
static u8 differ(const u8 *a, const u8 *b, size_t len)
{
	u64 bits = 0;

	/* Ciphertexts are whole words. */
	for (size_t i = 0; i < len; i += 8) {
		u64 x, y;

		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		bits |= x ^ y;
	}
	bits |= bits >> 32;
	bits &= 0xffffffff;
	OPTIMIZER_HIDE_VAR(bits);
	/* bits is below 2^32, so 0 - bits has its upper bits set unless 0 */
	return (0 - bits) >> 56;
}

/* @out = @mask ? @if_set : @if_clear, for a mask of 0xff or 0 */
static void select_secret(u8 out[MLKEM_SECRET_LEN],
			  const u8 if_set[MLKEM_SECRET_LEN],
			  const u8 if_clear[MLKEM_SECRET_LEN], u8 mask)
{
	for (size_t i = 0; i < MLKEM_SECRET_LEN; i++) {
		u8 m = mask;

		OPTIMIZER_HIDE_VAR(m);
		out[i] = if_clear[i] ^ (m & (if_clear[i] ^ if_set[i]));
	}
}

void mlkem_decapsulate(struct workspace *ws, const struct mlkem_params *p,
		       const u8 ek_hash[SHA3_256_LEN], const u8 z[32],
		       const u8 *ct)
{
	kpke_decrypt(ws, p, ct);
	add_rejected(ws, p, z, ct);
	derive_secret(ws, ek_hash);
	kpke_encrypt(ws, p, ws->digest + 32, ws->ct);
	hash_wait(&ws->hasher, &ws->rejected_job);
	select_secret(ws->digest, ws->rejected, ws->digest,
		      differ(ct, ws->ct, p->ct_len));
}

/* With the check of section 7.3, which is done when all the hashing is. */
static int check_and_decapsulate(struct workspace *ws,
				 const struct mlkem_params *p, const u8 *dk,
				 const u8 *ct)
{
	const u8 *ek = dk_ek(p, dk);

	kpke_decode(ws, p, ws->s, dk);
	kpke_decode(ws, p, ws->t, ek);
	add_ek_hash(ws, p, ek);
	kpke_expand_matrix(ws, p, ek + p->k * POLY_LEN(12));
	mlkem_decapsulate(ws, p, dk_ek_hash(p, dk), dk_z(p, dk), ct);
	hash_wait(&ws->hasher, &ws->ek_hash_job);
	if (memcmp(ws->ek_hash, dk_ek_hash(p, dk), SHA3_256_LEN))
		return -EKEYREJECTED;
	return 0;
}

int mlkem_decaps(const struct mlkem_params *p, const u8 *dk, size_t dk_len,
		 const u8 *ct, size_t ct_len, u8 ss[MLKEM_SECRET_LEN])
{
	struct workspace *ws;
	int err;

	if (dk_len != p->dk_len || ct_len != p->ct_len)
		return -EINVAL;
	ws = workspace_alloc();
	if (!ws)
		return -ENOMEM;

	compute_begin(ws);
	err = check_and_decapsulate(ws, p, dk, ct);
	compute_end(ws);
	if (!err)
		memcpy(ss, ws->digest, MLKEM_SECRET_LEN);

	workspace_free(ws);
	return err;
}
EXPORT_SYMBOL_GPL(mlkem_decaps);
