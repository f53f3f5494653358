// SPDX-License-Identifier: GPL-2.0
/*
 * Faults to be planted in the modules under the known-answer test: each wrapper
 * makes one value wrong by as little as possible.
 */
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "keccak.h"
#include "mlkem.h"
#include "poly.h"

enum fault fault;

#define WRAP(type, name, args, call, which, damage)	\
type __real_##name args;				\
type __wrap_##name args;				\
type __wrap_##name args					\
{							\
	__real_##name call;				\
	if (fault == (which))				\
		damage;					\
}

WRAP(void, keccak_squeeze, (struct keccak *k, u8 *out, size_t len),
	(k, out, len), FAULT_SQUEEZE, out[0] ^= 1)
WRAP(void, keccak_sha3_256,
	(struct keccak *k, const u8 *in, size_t len, u8 *out),
	(k, in, len, out), FAULT_SHA3_256, out[31] ^= 0x80)
WRAP(void, keccak_sha3_512,
	(struct keccak *k, const u8 *in, size_t len, u8 *out),
	(k, in, len, out), FAULT_SHA3_512, out[63] ^= 0x80)
WRAP(void, poly_ntt, (struct poly *f), (f), FAULT_NTT, f->c[255]++)
WRAP(void, poly_invntt, (struct poly *f), (f), FAULT_INVNTT, f->c[0] += 512)
WRAP(void, poly_zeta, (struct poly_zeta *z, const struct poly *g), (z, g),
	FAULT_ZETA, z->c[127]++)
WRAP(void, poly_dot,
	(struct poly *h, const struct poly *f, const struct poly *g,
	 const struct poly_zeta *z, unsigned int k),
	(h, f, g, z, k), FAULT_DOT, h->c[1]++)
WRAP(void, poly_sample_ntt,
	(struct poly *f, struct keccak *xof, u8 *buf, const u8 *rho, u8 j, u8 i),
	(f, xof, buf, rho, j, i), FAULT_SAMPLE_NTT, f->c[255] ^= 1)
WRAP(void, poly_sample_cbd,
	(struct poly *f, struct keccak *prf, u8 *buf, unsigned int eta,
	 const u8 *seed, u8 nonce),
	(f, prf, buf, eta, seed, nonce), FAULT_SAMPLE_CBD, f->c[255]++)
WRAP(void, poly_add, (struct poly *f, const struct poly *g), (f, g),
	FAULT_ADD, f->c[7] += 512)
WRAP(void, poly_sub, (struct poly *f, const struct poly *g), (f, g),
	FAULT_SUB, f->c[7] += MLKEM_Q / 2)
WRAP(void, poly_encode, (u8 *out, const struct poly *f), (out, f),
	FAULT_ENCODE, out[POLY_LEN(12) - 1] ^= 1)
WRAP(void, poly_decode, (struct poly *f, const u8 *in), (f, in),
	FAULT_DECODE, f->c[100] ^= 1)
WRAP(void, poly_compress, (u8 *out, const struct poly *f, unsigned int d),
	(out, f, d), FAULT_COMPRESS, out[POLY_LEN(d) - 1] ^= 0x80)
WRAP(void, poly_decompress, (struct poly *f, const u8 *in, unsigned int d),
	(f, in, d), FAULT_DECOMPRESS, f->c[9] += MLKEM_Q / 2)

int __real_mlkem_check_ek(const struct mlkem_params *p, const u8 *ek,
			  size_t ek_len);
int __wrap_mlkem_check_ek(const struct mlkem_params *p, const u8 *ek,
			  size_t ek_len);
int __wrap_mlkem_check_ek(const struct mlkem_params *p, const u8 *ek,
			  size_t ek_len)
{
	return fault == FAULT_CHECK_EK ? 0 :
	       __real_mlkem_check_ek(p, ek, ek_len);
}

int __real_mlkem_check_dk(const struct mlkem_params *p, const u8 *dk,
			  size_t dk_len);
int __wrap_mlkem_check_dk(const struct mlkem_params *p, const u8 *dk,
			  size_t dk_len);
int __wrap_mlkem_check_dk(const struct mlkem_params *p, const u8 *dk,
			  size_t dk_len)
{
	return fault == FAULT_CHECK_DK ? 0 :
	       __real_mlkem_check_dk(p, dk, dk_len);
}

int __real_mlkem_decaps(const struct mlkem_params *p, const u8 *dk,
			size_t dk_len, const u8 *ct, size_t ct_len, u8 *ss);
int __wrap_mlkem_decaps(const struct mlkem_params *p, const u8 *dk,
			size_t dk_len, const u8 *ct, size_t ct_len, u8 *ss);
int __wrap_mlkem_decaps(const struct mlkem_params *p, const u8 *dk,
			size_t dk_len, const u8 *ct, size_t ct_len, u8 *ss)
{
	u8 before[MLKEM_SECRET_LEN];
	int err;

	memcpy(before, ss, sizeof(before));
	err = __real_mlkem_decaps(p, dk, dk_len, ct, ct_len, ss);
	if (fault == FAULT_NO_REJECTION)
		memcpy(ss, before, sizeof(before));
	return err;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fault == FAULT_NO_MEMORY ? NULL : __real_malloc(size);
}
