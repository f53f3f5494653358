// SPDX-License-Identifier: GPL-2.0
/*
 * The number-theoretic transform of FIPS 203, section 4.3, and products of what
 * it gives.
 *
 * No value here is in Montgomery form or otherwise scaled: constants are kept
 * as fractions of q (see mul_const()), sums of products are reduced once.
 */
#include "poly.h"

/*
 * zeta^BitRev7(i) as mul_const() wants it.  In Python:
 *
 *	[round(2**32 * pow(17, int(f"{i:07b}"[::-1], 2), 3329) / 3329)
 *	 for i in range(128)]
 */
static const u32 zeta[128] = {
	0x0013afb7, 0x84f5c5b6, 0xc666e465, 0xfcec8b58, 0xcb2b72d0, 0x30726d5a,
	0x91e11612, 0x41360f89, 0x51aaf2da, 0x93922fd5, 0x0ed77945, 0x3d4a0dff,
	0xd63e49fa, 0xfab1a391, 0x2bc18ea6, 0x864470e4, 0x16c32c10, 0xbc2c9a1c,
	0x66f8144d, 0x71811d74, 0xea3cc040, 0x044e701f, 0xac4184ce, 0x6681f601,
	0x6da8cba2, 0xa1074e35, 0x2924384a, 0xdda02ec1, 0xb805896c, 0xdd651f9b,
	0x97ccf03c, 0x3f228731, 0x16395e0c, 0x19743224, 0xfa27d58d, 0x87094e0e,
	0x5c0c9c91, 0xb12d72a8, 0xaf19ea50, 0x9e078944, 0x31fc27ae, 0x9807ff63,
	0xc13fe764, 0x3099ccc9, 0xdc518393, 0x0289a6a4, 0x658209b0, 0x934370f7,
	0xb254be68, 0x6e59f914, 0x3e0eeb29, 0x22c23fd4, 0x6e95083a, 0xdc8c92ba,
	0x75f6ed01, 0xb8b6b6de, 0xcb8de165, 0xc93f49e7, 0x71e38c09, 0x31d4c83f,
	0xbe402274, 0xef28ae1a, 0x5e5b3410, 0x45fa9df4, 0x014eab2e, 0xd4522111,
	0x2cd52aae, 0xcbb540d4, 0x7de29fcc, 0x379942fb, 0xaff27732, 0x54970813,
	0x6c5a2074, 0xccb52d24, 0xfc4f0d9c, 0x11eaedee, 0x3a22e99f, 0xa5cbdca0,
	0xe7da790a, 0xea8b7f1e, 0x82f5ed15, 0x7ef63bd4, 0xd6795921, 0x8992f4b2,
	0x8e08c440, 0x4935720b, 0x7059d1b5, 0xcea1560d, 0x483585bb, 0xb17c3186,
	0xbb67bcf1, 0xb7a31ad7, 0x385e2025, 0xb3b7194d, 0x149bf401, 0x314afa3c,
	0x79cf3ed4, 0xb0b7545c, 0x9ca52e5f, 0xf79e2ee9, 0x1cd665a9, 0xc4049d2f,
	0xa0b88f57, 0x7e801d88, 0x51bea291, 0x1887f58b, 0xd53e5daa, 0x3a369957,
	0xa169bcca, 0x2b2410eb, 0xbda2a4b8, 0xc77a806c, 0xd7a0a4e0, 0x53f98a58,
	0x1efd9db9, 0x4ee63d0f, 0x57e58be2, 0xa555be54, 0xd565bd19, 0x442224c2,
	0x846bf7b2, 0x5d33e851, 0x901c4c98, 0x4f214c35, 0xa24249ac, 0xe1b38fba,
	0x440e750b, 0xa5a47d31,
};

/* 1 / 128 = 3303 mod q as mul_const() wants it */
#define INV_128	0xfe00275f

/* One layer, with zeta[@i] upwards; return the next i. */
static __always_inline unsigned int ntt_layer(struct poly *f, unsigned int len,
					      unsigned int i)
{
	for (s16 *a = f->c; a != f->c + MLKEM_N; a += 2 * len) {
		const u32 z = zeta[i++];

		for (unsigned int j = 0; j < len; j++) {
			s16 t = mul_const(a[j + len], z);

			a[j + len] = a[j] - t;
			a[j] += t;
		}
	}
	return i;
}

void poly_ntt(struct poly *f)
{
	unsigned int i = 1;

	/*
	 * Each of the seven layers adds a product of at most q / 2, so from q
	 * they grow to at most q + 7 q / 2 = 14980.5 without any reduction.
	 */
	for (unsigned int len = 128; len >= 2; len /= 2)
		i = ntt_layer(f, len, i);
}

/*
 * One layer of the inverse, with zeta[@i] downwards; return the next i.  @reduce
 * is a constant wherever this is inlined.
 */
static __always_inline unsigned int invntt_layer(struct poly *f,
						 unsigned int len,
						 unsigned int i, bool reduce)
{
	for (s16 *a = f->c; a != f->c + MLKEM_N; a += 2 * len) {
		const u32 z = zeta[i--];

		for (unsigned int j = 0; j < len; j++) {
			s32 t = a[j];
			s32 sum = t + a[j + len];

			a[j] = reduce ? barrett_reduce(sum) : sum;
			a[j + len] = mul_const(a[j + len] - t, z);
		}
	}
	return i;
}

void poly_invntt(struct poly *f)
{
	unsigned int i = 127;

	/* Each layer doubles the sums: from 1666 to 16 * 1666 < 2^15. */
	for (unsigned int len = 2; len <= 16; len *= 2)
		i = invntt_layer(f, len, i, false);
	/* The fifth does no longer fit, and is reduced to 1666 as it comes. */
	i = invntt_layer(f, 32, i, true);
	/* 4 * 1666 in the end */
	for (unsigned int len = 64; len <= 128; len *= 2)
		i = invntt_layer(f, len, i, false);

	for (unsigned int j = 0; j < MLKEM_N; j++)
		f->c[j] = mul_const(f->c[j], INV_128);
}

void poly_prepare(struct poly_zeta *z, struct poly *g)
{
	/* zeta^(2 BitRev7(i) + 1) is zeta[64 + i / 2], negated for an odd i. */
	for (unsigned int i = 0; i < MLKEM_N; i += 4) {
		const u32 gamma = zeta[64 + i / 4];

		z->c[i] = g->c[i];
		z->c[i + 1] = mul_const(g->c[i + 1], gamma);
		z->c[i + 2] = g->c[i + 2];
		z->c[i + 3] = mul_const(-g->c[i + 3], gamma);
	}
}

/* Coefficients @i and @i + 1 of the sum of products */
static __always_inline void dot_pair(struct poly *h, const struct poly *f,
				     unsigned int stride, const struct poly *g,
				     const struct poly_zeta *z, unsigned int k,
				     unsigned int i)
{
	s32 even = 0;
	s32 odd = 0;

	/* At most 4 * 2 * 4095 * 14980 = 490745 K < 2^29 in the end. */
	for (unsigned int n = 0; n < k; n++) {
		s32 f0 = f[n * stride].c[i];
		s32 f1 = f[n * stride].c[i + 1];

		even += f0 * z[n].c[i] + f1 * z[n].c[i + 1];
		odd += f0 * g[n].c[i + 1] + f1 * g[n].c[i];
	}
	h->c[i] = barrett_reduce(even);
	h->c[i + 1] = barrett_reduce(odd);
}

void poly_dot(struct poly *h, const struct poly *f, unsigned int stride,
	      const struct poly *g, const struct poly_zeta *z, unsigned int k)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 2)
		dot_pair(h, f, stride, g, z, k, i);
}
