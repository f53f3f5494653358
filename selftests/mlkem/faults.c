// SPDX-License-Identifier: GPL-2.0
/*
 * Faults to be planted in the modules under the known-answer test: each wrapper
 * makes one value wrong by as little as possible.
 */
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "impl.h"
#include "keccak.h"
#include "mlkem.h"
#include "poly.h"

enum fault fault;

static const struct mlkem_impl *real;

/* A function of the implementation, with a fault */
#define FAULTY(name, args, call, which, damage)		\
static void faulty_##name args				\
{							\
	real->name call;				\
	if (fault == (which))				\
		damage;					\
}

FAULTY(keccak_x4, (u64 *lane, u64 *scratch), (lane, scratch), FAULT_KECCAK_X4,
	lane[99] ^= 1)
FAULTY(cbd, (struct poly *f, const u8 *in, unsigned int eta), (f, in, eta),
	FAULT_CBD, f->c[255]++)
FAULTY(ntt, (struct poly *f), (f), FAULT_NTT, f->c[255]++)
FAULTY(invntt, (struct poly *f), (f), FAULT_INVNTT, f->c[0] += 512)
FAULTY(prepare, (struct poly_zeta *z, struct poly *g), (z, g), FAULT_PREPARE,
	z->c[255]++)
FAULTY(dot,
	(struct poly *h, const struct poly *f, unsigned int stride,
	 const struct poly *g, const struct poly_zeta *z, unsigned int k),
	(h, f, stride, g, z, k), FAULT_DOT, h->c[1]++)
FAULTY(add, (struct poly *f, const struct poly *g), (f, g), FAULT_ADD,
	f->c[7] += 512)
FAULTY(sub, (struct poly *f, const struct poly *g), (f, g), FAULT_SUB,
	f->c[7] += MLKEM_Q / 2)
FAULTY(encode, (u8 *out, const struct poly *f), (out, f), FAULT_ENCODE,
	out[POLY_LEN(12) - 1] ^= 1)
FAULTY(decode, (struct poly *f, const u8 *in), (f, in), FAULT_DECODE,
	f->c[100] ^= 1)
FAULTY(compress, (u8 *out, const struct poly *f, unsigned int d), (out, f, d),
	FAULT_COMPRESS, out[POLY_LEN(d) - 1] ^= 0x80)
FAULTY(decompress, (struct poly *f, const u8 *in, unsigned int d), (f, in, d),
	FAULT_DECOMPRESS, f->c[9] += MLKEM_Q / 2)

static unsigned int faulty_reject(struct poly *f, unsigned int n, const u8 *in,
				  unsigned int len)
{
	unsigned int got = real->reject(f, n, in, len);

	if (fault == FAULT_REJECT && got == MLKEM_N)
		f->c[255] ^= 1;
	return got;
}

static bool faulty_is_reduced(const struct poly *f)
{
	return fault == FAULT_IS_REDUCED || real->is_reduced(f);
}

const struct mlkem_impl *__real_mlkem_impl_begin(void);
const struct mlkem_impl *__wrap_mlkem_impl_begin(void);
const struct mlkem_impl *__wrap_mlkem_impl_begin(void)
{
	static struct mlkem_impl faulty;

	real = __real_mlkem_impl_begin();
	faulty = *real;
	if (real->keccak_x4)
		faulty.keccak_x4 = faulty_keccak_x4;
	faulty.reject = faulty_reject;
	faulty.cbd = faulty_cbd;
	faulty.ntt = faulty_ntt;
	faulty.invntt = faulty_invntt;
	faulty.prepare = faulty_prepare;
	faulty.dot = faulty_dot;
	faulty.add = faulty_add;
	faulty.sub = faulty_sub;
	faulty.encode = faulty_encode;
	faulty.decode = faulty_decode;
	faulty.is_reduced = faulty_is_reduced;
	faulty.compress = faulty_compress;
	faulty.decompress = faulty_decompress;
	return &faulty;
}

/* A function of the module, with a fault */
#define WRAP(type, name, args, call, which, damage)	\
type __real_##name args;				\
type __wrap_##name args;				\
type __wrap_##name args					\
{							\
	__real_##name call;				\
	if (fault == (which))				\
		damage;					\
}

WRAP(void, keccak_f1600, (u64 *lane), (lane), FAULT_KECCAK_F1600,
	lane[24] ^= 1)
WRAP(void, keccak_squeeze, (struct keccak *k, u8 *out, size_t len),
	(k, out, len), FAULT_SQUEEZE, out[0] ^= 1)
WRAP(void, keccak_sha3_256,
	(struct keccak *k, const u8 *in, size_t len, u8 *out),
	(k, in, len, out), FAULT_SHA3_256, out[31] ^= 0x80)
WRAP(void, keccak_sha3_512,
	(struct keccak *k, const u8 *in, size_t len, u8 *out),
	(k, in, len, out), FAULT_SHA3_512, out[63] ^= 0x80)

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

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return fault == FAULT_NO_MEMORY ? NULL :
	       __real_aligned_alloc(alignment, size);
}
