// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of poly.c.
 */
#include "poly.c"

#include "contract.h"
#include "models.h"

struct poly nondet_poly(void);

/* A block of XOF output, and any room that is left in @f */
void prove_poly_reject(void)
{
	struct poly f;
	u8 block[SHAKE128_RATE];
	const unsigned int n = nondet_unsigned();
	unsigned int got;

	assume(n <= MLKEM_N);
	got = poly_reject(&f, n, block, sizeof(block));
	assert(got >= n && got <= MLKEM_N);
}

/*
 * A pair of candidates is a round of the loop, of which nothing but n and f is
 * left to the next: what holds for one block of a pair holds for any number.
 */
void prove_poly_reject_pair(void)
{
	struct poly f = nondet_poly();
	u8 pair[3];
	const unsigned int n = nondet_unsigned();
	const unsigned int i = nondet_unsigned();
	unsigned int got;
	s16 kept;

	assume(n < MLKEM_N && i < MLKEM_N);
	kept = f.c[i];
	got = poly_reject(&f, n, pair, sizeof(pair));
	assert(got >= n && got <= n + 2 && got <= MLKEM_N);
	if (i < n)
		assert(f.c[i] == kept);
	else if (i < got)
		assert(f.c[i] >= 0 && f.c[i] < MLKEM_Q);
}

static void poly_cbd_of(unsigned int eta)
{
	u8 room[CBD_LEN(3)];
	struct poly f;

	poly_cbd(&f, room + CBD_LEN(3) - CBD_LEN(eta), eta);
	assert_all(f.c, -(int)eta, eta);
}

void prove_poly_cbd_2(void)
{
	poly_cbd_of(2);
}

void prove_poly_cbd_3(void)
{
	poly_cbd_of(3);
}

/* The result is right where it fits an s16. */
void prove_poly_add(void)
{
	struct poly f = nondet_poly();
	struct poly g = nondet_poly();
	const struct poly f0 = f;

	poly_add(&f, &g);
	for (unsigned int i = 0; i < MLKEM_N; i++)
		assert(f.c[i] == (s16)(f0.c[i] + g.c[i]));
}

void prove_poly_sub(void)
{
	struct poly f = nondet_poly();
	struct poly g = nondet_poly();
	const struct poly f0 = f;

	poly_sub(&f, &g);
	for (unsigned int i = 0; i < MLKEM_N; i++)
		assert(f.c[i] == (s16)(f0.c[i] - g.c[i]));
}

void prove_poly_encode(void)
{
	struct poly f = nondet_poly();
	u8 out[POLY_LEN(12)];

	poly_encode(out, &f);
}

void prove_poly_decode(void)
{
	u8 in[POLY_LEN(12)];
	struct poly f;

	poly_decode(&f, in);
	assert_all(f.c, 0, 4095);
}

void prove_poly_is_reduced(void)
{
	struct poly f = nondet_poly();
	bool all = true;

	for (unsigned int i = 0; i < MLKEM_N; i++)
		all &= f.c[i] < MLKEM_Q;
	assert(poly_is_reduced(&f) == all);
}

/* The encoding ends where its object ends. */
static void poly_compress_of(unsigned int d)
{
	struct poly f = nondet_poly();
	u8 out[POLY_LEN(11)];

	poly_compress(out + POLY_LEN(11) - POLY_LEN(d), &f, d);
}

static void poly_decompress_of(unsigned int d)
{
	u8 in[POLY_LEN(11)];
	struct poly f;

	poly_decompress(&f, in + POLY_LEN(11) - POLY_LEN(d), d);
	assert_all(f.c, 0, MLKEM_Q - 1);
}

void prove_poly_compress_1(void)
{
	poly_compress_of(1);
}

void prove_poly_decompress_1(void)
{
	poly_decompress_of(1);
}

void prove_poly_compress_4(void)
{
	poly_compress_of(4);
}

void prove_poly_decompress_4(void)
{
	poly_decompress_of(4);
}

void prove_poly_compress_5(void)
{
	poly_compress_of(5);
}

void prove_poly_decompress_5(void)
{
	poly_decompress_of(5);
}

void prove_poly_compress_10(void)
{
	poly_compress_of(10);
}

void prove_poly_decompress_10(void)
{
	poly_decompress_of(10);
}

void prove_poly_compress_11(void)
{
	poly_compress_of(11);
}

void prove_poly_decompress_11(void)
{
	poly_decompress_of(11);
}
