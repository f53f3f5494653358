// SPDX-License-Identifier: GPL-2.0
/*
 * K-PKE and ML-KEM of FIPS 203, sections 5 to 7.
 *
 * No branch, memory index or variable-time instruction here or below depends on
 * a secret.  What is decoded from ek, and the matrix expanded from it, is public.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "keccak.h"
#include "mlkem.h"
#include "poly.h"

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

/*
 * Everything that is computed on the way, in order of first use: all of it is
 * wiped together.  About 8 KiB.
 */
struct workspace {
	struct keccak keccak;

	/* Decapsulation: m', next to the h that is hashed with it. */
	u8 message[MLKEM_MESSAGE_LEN];
	u8 ek_hash[SHA3_256_LEN];

	/* G's output: rho || sigma, or K || r. */
	u8 digest[SHA3_512_LEN];

	/* What is sampled from: output of XOF or PRF. */
	u8 stream[XOF_LEN];

	/* The secret vector, s or y (or u), as NTT representations. */
	struct poly secret[MLKEM_MAX_K];
	struct poly_zeta secret_zeta[MLKEM_MAX_K];

	/* What it is multiplied by: a row of the matrix, or t, or s. */
	struct poly row[MLKEM_MAX_K];

	/* Their product, and what is added to it or subtracted from. */
	struct poly sum;
	struct poly error;

	/* Decapsulation: the secret of a rejected ciphertext, and c'. */
	u8 rejected[MLKEM_SECRET_LEN];
	u8 ct[MLKEM_MAX_CT_LEN];
};

static struct workspace *workspace_alloc(void)
{
	return kmalloc(sizeof(struct workspace), GFP_KERNEL);
}

/* Overwrite what the functions called so far have spilled to the stack. */
static noinline void wipe_stack(void)
{
	u8 spilled[768];

	memzero_explicit(spilled, sizeof(spilled));
}

static void workspace_free(struct workspace *ws)
{
	kfree_sensitive(ws);
	wipe_stack();
}

/* secret_zeta of a complete secret vector */
static void prepare_secret(struct workspace *ws, unsigned int k)
{
	for (unsigned int i = 0; i < k; i++)
		poly_zeta(&ws->secret_zeta[i], &ws->secret[i]);
}

/*
 * K-PKE.KeyGen (FIPS 203, algorithm 13): ek to @ek, dk_PKE to @dk.
 * The seed d is at @d.
 */
static void kpke_keygen(struct workspace *ws, const struct mlkem_params *p,
			const u8 d[32], u8 *ek, u8 *dk)
{
	const u8 *rho = ws->digest;
	const u8 *sigma = ws->digest + 32;
	u8 nonce = 0;

	/* (rho, sigma) = G(d || k) */
	memcpy(ws->stream, d, 32);
	ws->stream[32] = p->k;
	keccak_sha3_512(&ws->keccak, ws->stream, 33, ws->digest);

	for (unsigned int i = 0; i < p->k; i++) {
		poly_sample_cbd(&ws->secret[i], &ws->keccak, ws->stream,
				p->eta1, sigma, nonce++);
		poly_ntt(&ws->secret[i]);
		poly_encode(dk + i * POLY_LEN(12), &ws->secret[i]);
	}
	prepare_secret(ws, p->k);

	for (unsigned int i = 0; i < p->k; i++) {
		/* t[i] = sum over j of A[i, j] * s[j] + e[i] */
		for (unsigned int j = 0; j < p->k; j++)
			poly_sample_ntt(&ws->row[j], &ws->keccak, ws->stream,
					rho, j, i);
		poly_dot(&ws->sum, ws->row, ws->secret, ws->secret_zeta, p->k);
		poly_sample_cbd(&ws->error, &ws->keccak, ws->stream, p->eta1,
				sigma, nonce++);
		poly_ntt(&ws->error);
		/* At most 1666 + 14980 in magnitude. */
		poly_add(&ws->sum, &ws->error);
		poly_encode(ek + i * POLY_LEN(12), &ws->sum);
	}
	memcpy(ek + p->k * POLY_LEN(12), rho, 32);
}

/*
 * K-PKE.Encrypt (FIPS 203, algorithm 14): the message @m under @ek with the
 * randomness @r to @ct.
 */
static void kpke_encrypt(struct workspace *ws, const struct mlkem_params *p,
			 const u8 *ek, const u8 m[32], const u8 r[32], u8 *ct)
{
	const u8 *rho = ek + p->k * POLY_LEN(12);
	u8 nonce = 0;

	for (unsigned int i = 0; i < p->k; i++) {
		poly_sample_cbd(&ws->secret[i], &ws->keccak, ws->stream,
				p->eta1, r, nonce++);
		poly_ntt(&ws->secret[i]);
	}
	prepare_secret(ws, p->k);

	for (unsigned int i = 0; i < p->k; i++) {
		/* u[i] = sum over j of A[j, i] * y[j] + e1[i] */
		for (unsigned int j = 0; j < p->k; j++)
			poly_sample_ntt(&ws->row[j], &ws->keccak, ws->stream,
					rho, i, j);
		poly_dot(&ws->sum, ws->row, ws->secret, ws->secret_zeta, p->k);
		poly_invntt(&ws->sum);
		poly_sample_cbd(&ws->error, &ws->keccak, ws->stream, p->eta2, r,
				nonce++);
		/* At most q / 2 + 3 in magnitude. */
		poly_add(&ws->sum, &ws->error);
		poly_compress(ct + i * POLY_LEN(p->du), &ws->sum, p->du);
	}

	/* v = sum over j of t[j] * y[j] + e2 + mu */
	for (unsigned int j = 0; j < p->k; j++)
		poly_decode(&ws->row[j], ek + j * POLY_LEN(12));
	poly_dot(&ws->sum, ws->row, ws->secret, ws->secret_zeta, p->k);
	poly_invntt(&ws->sum);
	poly_sample_cbd(&ws->error, &ws->keccak, ws->stream, p->eta2, r, nonce);
	poly_add(&ws->sum, &ws->error);
	poly_decompress(&ws->error, m, 1);
	/* At most q / 2 + 3 + q in magnitude. */
	poly_add(&ws->sum, &ws->error);
	poly_compress(ct + p->k * POLY_LEN(p->du), &ws->sum, p->dv);
}

/* K-PKE.Decrypt (FIPS 203, algorithm 15): @ct with @dk to the message @m. */
static void kpke_decrypt(struct workspace *ws, const struct mlkem_params *p,
			 const u8 *dk, const u8 *ct, u8 m[32])
{
	for (unsigned int i = 0; i < p->k; i++) {
		poly_decompress(&ws->secret[i], ct + i * POLY_LEN(p->du),
				p->du);
		poly_ntt(&ws->secret[i]);
		poly_decode(&ws->row[i], dk + i * POLY_LEN(12));
	}
	prepare_secret(ws, p->k);

	/* w = v - sum over j of s[j] * u[j], at most q + q / 2 in magnitude */
	poly_dot(&ws->sum, ws->row, ws->secret, ws->secret_zeta, p->k);
	poly_invntt(&ws->sum);
	poly_decompress(&ws->error, ct + p->k * POLY_LEN(p->du), p->dv);
	poly_sub(&ws->error, &ws->sum);
	poly_compress(m, &ws->error, 1);
}

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

	kpke_keygen(ws, p, seed, ek, dk);

	memcpy(dk_rest, ek, p->ek_len);
	dk_rest += p->ek_len;
	keccak_sha3_256(&ws->keccak, ek, p->ek_len, dk_rest);
	memcpy(dk_rest + 32, seed + 32, 32);

	workspace_free(ws);
	return 0;
}
EXPORT_SYMBOL_GPL(mlkem_keygen_derand);

/* (K, r) = G(m || H(ek)) of ws->message and ws->ek_hash to ws->digest */
static void derive_secret(struct workspace *ws)
{
	keccak_init(&ws->keccak, SHA3_512_RATE);
	keccak_absorb(&ws->keccak, ws->message, MLKEM_MESSAGE_LEN);
	keccak_absorb(&ws->keccak, ws->ek_hash, SHA3_256_LEN);
	keccak_finish(&ws->keccak, SHA3_SUFFIX);
	keccak_squeeze(&ws->keccak, ws->digest, SHA3_512_LEN);
}

int mlkem_encaps_derand(const struct mlkem_params *p, const u8 *ek,
			size_t ek_len, const u8 m[MLKEM_MESSAGE_LEN], u8 *ct,
			u8 ss[MLKEM_SECRET_LEN])
{
	int err = mlkem_check_ek(p, ek, ek_len);
	struct workspace *ws;

	if (err)
		return err;
	ws = workspace_alloc();
	if (!ws)
		return -ENOMEM;

	memcpy(ws->message, m, MLKEM_MESSAGE_LEN);
	keccak_sha3_256(&ws->keccak, ek, p->ek_len, ws->ek_hash);
	derive_secret(ws);
	kpke_encrypt(ws, p, ek, ws->message, ws->digest + 32, ct);
	memcpy(ss, ws->digest, MLKEM_SECRET_LEN);

	workspace_free(ws);
	return 0;
}
EXPORT_SYMBOL_GPL(mlkem_encaps_derand);

/* 0xff where @a and @b differ anywhere, 0 where they are equal */
static u8 differ(const u8 *a, const u8 *b, size_t len)
{
	u32 bits = 0;

	for (size_t i = 0; i < len; i++)
		bits |= a[i] ^ b[i];
	OPTIMIZER_HIDE_VAR(bits);
	/* bits is below 2^8, so 0 - bits has its upper bits set unless 0 */
	return (0 - bits) >> 24;
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

/* J(z || c) (FIPS 203, section 4.1) to ws->rejected */
static void derive_rejected(struct workspace *ws, const u8 z[32], const u8 *ct,
			    size_t ct_len)
{
	keccak_init(&ws->keccak, SHAKE256_RATE);
	keccak_absorb(&ws->keccak, z, 32);
	keccak_absorb(&ws->keccak, ct, ct_len);
	keccak_finish(&ws->keccak, SHAKE_SUFFIX);
	keccak_squeeze(&ws->keccak, ws->rejected, MLKEM_SECRET_LEN);
}

int mlkem_decaps(const struct mlkem_params *p, const u8 *dk, size_t dk_len,
		 const u8 *ct, size_t ct_len, u8 ss[MLKEM_SECRET_LEN])
{
	int err = mlkem_check_dk(p, dk, dk_len);
	struct workspace *ws;

	if (err)
		return err;
	if (ct_len != p->ct_len)
		return -EINVAL;
	ws = workspace_alloc();
	if (!ws)
		return -ENOMEM;

	/* FIPS 203, algorithm 18 */
	kpke_decrypt(ws, p, dk, ct, ws->message);
	memcpy(ws->ek_hash, dk_ek_hash(p, dk), SHA3_256_LEN);
	derive_secret(ws);
	derive_rejected(ws, dk_z(p, dk), ct, ct_len);
	kpke_encrypt(ws, p, dk_ek(p, dk), ws->message, ws->digest + 32, ws->ct);
	select_secret(ss, ws->rejected, ws->digest, differ(ct, ws->ct, ct_len));

	workspace_free(ws);
	return 0;
}
EXPORT_SYMBOL_GPL(mlkem_decaps);
