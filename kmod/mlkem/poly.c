// SPDX-License-Identifier: GPL-2.0
/*
 * Sampling, compression and encoding of polynomials, FIPS 203, section 4.2.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "poly.h"

/* The @len <= 8 octets at @in as a little-endian number. */
static __always_inline u64 load_le(const u8 *in, unsigned int len)
{
	__le64 word = 0;

	memcpy(&word, in, len);
	return le64_to_cpu(word);
}

static __always_inline void store_le(u8 *out, u64 value, unsigned int len)
{
	__le64 word = cpu_to_le64(value);

	memcpy(out, &word, len);
}

/*
 * Whether a coefficient is taken does not branch: one in five is not, which no
 * predictor learns.
 */
unsigned int poly_reject(struct poly *f, unsigned int n,
			 const u8 *in,
			 unsigned int len)
{
	for (const u8 *end = in + len; in < end && n < MLKEM_N;
	     in += 3) {
		u16 d1 = in[0] | (in[1] & 0xf) << 8;
		u16 d2 = in[1] >> 4 | in[2] << 4;

		f->c[n] = d1;
		n += d1 < MLKEM_Q;
		if (n == MLKEM_N)
			break;
		f->c[n] = d2;
		n += d2 < MLKEM_Q;
	}
	return n;
}

/*
 * Each coefficient is the number of bits set in @eta bits less that in the next
 * @eta bits.  The bits of eight coefficients are counted at once.
 */
static __always_inline void cbd(struct poly *f, const u8 *in, unsigned int eta)
{
	const u64 low_bits = eta == 2 ? 0x55555555 : 0x249249249249;
	const unsigned int mask = (1U << eta) - 1;

	for (unsigned int i = 0; i < MLKEM_N; i += 8, in += 2 * eta) {
		u64 bits = load_le(in, 2 * eta);
		u64 counts = 0;

		for (unsigned int j = 0; j < eta; j++)
			counts += bits >> j & low_bits;
		for (unsigned int j = 0; j < 8; j++) {
			f->c[i + j] = (counts & mask) - (counts >> eta & mask);
			counts >>= 2 * eta;
		}
	}
}

void poly_cbd(struct poly *f, const u8 *in, unsigned int eta)
{
	if (eta == 2)
		cbd(f, in, 2);
	else
		cbd(f, in, 3);
}

void poly_add(struct poly *f, const struct poly *g)
{
	for (unsigned int i = 0; i < MLKEM_N; i++)
		f->c[i] += g->c[i];
}

void poly_sub(struct poly *f, const struct poly *g)
{
	for (unsigned int i = 0; i < MLKEM_N; i++)
		f->c[i] -= g->c[i];
}

/*
 * Eight coefficients of @d bits take @d octets: the first four are in the low
 * 4 @d bits, the others above.  @d is a constant wherever this is inlined.
 */
static __always_inline void pack8(u8 *out, const u16 c[8], unsigned int d)
{
	u64 low = c[0] | (u64)c[1] << d | (u64)c[2] << 2 * d |
		  (u64)c[3] << 3 * d;
	u64 high = c[4] | (u64)c[5] << d | (u64)c[6] << 2 * d |
		   (u64)c[7] << 3 * d;

	if (d <= 8) {
		store_le(out, low | high << 4 * d, d);
	} else {
		store_le(out, low | high << 4 * d, 8);
		store_le(out + 8, high >> (64 - 4 * d), d - 8);
	}
}

static __always_inline void unpack8(u16 c[8], const u8 *in, unsigned int d)
{
	const u64 mask = (1ULL << d) - 1;
	u64 low = load_le(in, d <= 8 ? d : 8);
	u64 high = low >> 4 * d;

	if (d > 8)
		high |= load_le(in + 8, d - 8) << (64 - 4 * d);

	for (unsigned int i = 0; i < 4; i++) {
		c[i] = low >> i * d & mask;
		c[i + 4] = high >> i * d & mask;
	}
}

void poly_encode(u8 *out, const struct poly *f)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 8, out += 12) {
		u16 c[8];

		for (unsigned int j = 0; j < 8; j++)
			c[j] = canonical(f->c[i + j]);
		pack8(out, c, 12);
	}
}

void poly_decode(struct poly *f, const u8 *in)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 8, in += 12) {
		u16 c[8];

		unpack8(c, in, 12);
		for (unsigned int j = 0; j < 8; j++)
			f->c[i + j] = c[j];
	}
}

bool poly_is_reduced(const struct poly *f)
{
	for (unsigned int i = 0; i < MLKEM_N; i++) {
		if (f->c[i] >= MLKEM_Q)
			return false;
	}
	return true;
}

static __always_inline void compress_all(void *to, const void *from,
					 unsigned int d)
{
	const struct poly *f = from;
	u8 *out = to;

	for (unsigned int i = 0; i < MLKEM_N; i += 8, out += d) {
		u16 c[8];

		for (unsigned int j = 0; j < 8; j++)
			c[j] = compress_d(canonical(f->c[i + j]), d);
		pack8(out, c, d);
	}
}

void poly_compress(u8 *out, const struct poly *f, unsigned int d)
{
	poly_constant_d(compress_all, out, f, d);
}

static __always_inline void decompress_all(void *to, const void *from,
					   unsigned int d)
{
	const u8 *in = from;
	struct poly *f = to;

	for (unsigned int i = 0; i < MLKEM_N; i += 8, in += d) {
		u16 c[8];

		unpack8(c, in, d);
		for (unsigned int j = 0; j < 8; j++) {
			u16 value = c[j];

			/*
			 * For one bit, that of the message, the compiler may
			 * not see that there are only two products to choose
			 * from: it would branch.
			 */
			OPTIMIZER_HIDE_VAR(value);
			f->c[i + j] = decompress_d(value, d);
		}
	}
}

void poly_decompress(struct poly *f, const u8 *in, unsigned int d)
{
	poly_constant_d(decompress_all, f, in, d);
}
