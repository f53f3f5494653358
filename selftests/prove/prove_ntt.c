// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of ntt.c.
 */
#include "ntt.c"

#include "contract.h"
#include "models.h"

struct poly nondet_poly(void);
struct poly_zeta nondet_poly_zeta(void);

/* In front of the layer that halves @len to 1 there have been @before. */
static void ntt_layer_from(unsigned int len, unsigned int i, unsigned int before)
{
	struct poly f = nondet_poly();
	const int bound = MLKEM_Q + before * HALF_Q;

	assume_all(f.c, -bound, bound);
	assert(ntt_layer(&f, len, i) == 2 * i);
	assert_all(f.c, -bound - HALF_Q, bound + HALF_Q);
}

void prove_ntt_layer_128(void)
{
	ntt_layer_from(128, 1, 0);
}

void prove_ntt_layer_64(void)
{
	ntt_layer_from(64, 2, 1);
}

void prove_ntt_layer_32(void)
{
	ntt_layer_from(32, 4, 2);
}

void prove_ntt_layer_16(void)
{
	ntt_layer_from(16, 8, 3);
}

void prove_ntt_layer_8(void)
{
	ntt_layer_from(8, 16, 4);
}

void prove_ntt_layer_4(void)
{
	ntt_layer_from(4, 32, 5);
}

void prove_ntt_layer_2(void)
{
	ntt_layer_from(2, 64, 6);
}

static unsigned int layers;

unsigned int model_ntt_layer(struct poly *f, unsigned int len, unsigned int i)
{
	const int bound = MLKEM_Q + layers * HALF_Q;
	struct poly after = nondet_poly();

	assert(layers < 7 && len == 128 >> layers && i == 1U << layers);
	assert_all(f->c, -bound, bound);
	assume_all(after.c, -bound - HALF_Q, bound + HALF_Q);
	*f = after;
	layers++;
	return 2 * i;
}

void prove_poly_ntt(void)
{
	struct poly f = nondet_poly();

	assume_all(f.c, -MLKEM_Q, MLKEM_Q);
	poly_ntt(&f);
	assert(layers == 7);
	assert_all(f.c, -PORTABLE_NTT_BOUND, PORTABLE_NTT_BOUND);
}

/* Sums double, and differences become products; reduced ones are at most 1666. */
static int after_invntt_layer(unsigned int len)
{
	switch (len) {
	case 2:
		return 2 * 1666;
	case 4:
		return 4 * 1666;
	case 8:
		return 8 * 1666;
	case 16:
		return 16 * 1666;
	case 32:
		return 1666;
	case 64:
		return 2 * 1666;
	default:
		return 4 * 1666;
	}
}

static int before_invntt_layer(unsigned int len)
{
	return len == 2 ? 1666 : after_invntt_layer(len / 2);
}

static void invntt_layer_of(unsigned int len, bool reduce)
{
	struct poly f = nondet_poly();
	const int before = before_invntt_layer(len);
	const int after = after_invntt_layer(len);

	assume_all(f.c, -before, before);
	assert(invntt_layer(&f, len, 256 / len - 1, reduce) == 128 / len - 1);
	assert_all(f.c, -after, after);
}

void prove_invntt_layer_2(void)
{
	invntt_layer_of(2, false);
}

void prove_invntt_layer_4(void)
{
	invntt_layer_of(4, false);
}

void prove_invntt_layer_8(void)
{
	invntt_layer_of(8, false);
}

void prove_invntt_layer_16(void)
{
	invntt_layer_of(16, false);
}

void prove_invntt_layer_32(void)
{
	invntt_layer_of(32, true);
}

void prove_invntt_layer_64(void)
{
	invntt_layer_of(64, false);
}

void prove_invntt_layer_128(void)
{
	invntt_layer_of(128, false);
}

unsigned int model_invntt_layer(struct poly *f, unsigned int len,
				unsigned int i, bool reduce)
{
	const int before = before_invntt_layer(len);
	const int after = after_invntt_layer(len);
	struct poly result = nondet_poly();

	assert(len == 2U << layers && i == 256 / len - 1);
	assert(reduce == (len == 32));
	assert_all(f->c, -before, before);
	assume_all(result.c, -after, after);
	*f = result;
	layers++;
	return 128 / len - 1;
}

void prove_poly_invntt(void)
{
	struct poly f = nondet_poly();

	assume_all(f.c, -1666, 1666);
	poly_invntt(&f);
	assert(layers == 7);
	assert_all(f.c, -PORTABLE_INVNTT_BOUND, PORTABLE_INVNTT_BOUND);
}

void prove_poly_prepare(void)
{
	struct poly g = nondet_poly();
	struct poly_zeta z;

	assume_all(g.c, -PORTABLE_NTT_BOUND, PORTABLE_NTT_BOUND);
	KEEP(g);
	poly_prepare(&z, &g);
	KEPT(g);
	assert_all(z.c, -PORTABLE_NTT_BOUND, PORTABLE_NTT_BOUND);
}

/*
 * Each of the objects begins and ends with what may be read of it, and the
 * place is any, so that all pairs of a polynomial are proved as one.
 */
static void dot_pair_of(unsigned int k, unsigned int stride,
			unsigned int i)
{
	struct poly f[(MLKEM_MAX_K - 1) * MLKEM_MAX_K + 1];
	struct poly g[MLKEM_MAX_K];
	struct poly_zeta z[MLKEM_MAX_K];
	const struct poly *first = &f[(MLKEM_MAX_K - 1) * MLKEM_MAX_K -
				     (k - 1) * stride];
	struct poly h;

	for (unsigned int n = 0; n < k; n++) {
		for (unsigned int j = i; j < i + 2; j++) {
			assume(first[n * stride].c[j] >= 0 &&
			       first[n * stride].c[j] < 4096);
			assume(AT_MOST(g[MLKEM_MAX_K - k + n].c[j],
				       PORTABLE_NTT_BOUND));
			assume(AT_MOST(z[MLKEM_MAX_K - k + n].c[j],
				       PORTABLE_NTT_BOUND));
		}
	}
	dot_pair(&h, first, stride, g + MLKEM_MAX_K - k, z + MLKEM_MAX_K - k,
		 k, i);
	assert(AT_MOST(h.c[i], PORTABLE_DOT_BOUND));
	assert(AT_MOST(h.c[i + 1], PORTABLE_DOT_BOUND));
}

void prove_dot_pair_row_2(void)
{
	dot_pair_of(2, 1, 254);
}

void prove_dot_pair_row_3(void)
{
	dot_pair_of(3, 1, 254);
}

void prove_dot_pair_row_4(void)
{
	dot_pair_of(4, 1, 254);
}

void prove_dot_pair_column_2(void)
{
	dot_pair_of(2, 2, 254);
}

void prove_dot_pair_column_3(void)
{
	dot_pair_of(3, 3, 254);
}

void prove_dot_pair_column_4(void)
{
	dot_pair_of(4, 4, 254);
}

static unsigned int next_pair;

void model_dot_pair(struct poly *h, const struct poly *f, unsigned int stride,
		    const struct poly *g, const struct poly_zeta *z,
		    unsigned int k, unsigned int i)
{
	assert(!h && !f && stride == 4 && !g && !z && k == 4);
	assert(i == next_pair);
	next_pair += 2;
}

/* The arguments are passed on, for each pair once. */
void prove_poly_dot(void)
{
	poly_dot(NULL, NULL, 4, NULL, NULL, 4);
	assert(next_pair == MLKEM_N);
}
