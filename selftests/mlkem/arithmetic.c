// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic against its definition, with every input or the extreme ones, and
 * the bounds that poly.h states.
 */
#include <linux/kernel.h>
#include <stdlib.h>

#include "kselftest.h"
#include "poly.h"

/* a mod q in [0, q) */
static unsigned int mod_q(long long a)
{
	long long r = a % MLKEM_Q;

	return r < 0 ? r + MLKEM_Q : r;
}

static bool is(s16 r, long long a, int bound)
{
	return mod_q(r) == mod_q(a) && abs(r) <= bound;
}

static bool mul_const_is_right(s32 a, unsigned int z)
{
	u32 fraction = (((u64)z << 32) + MLKEM_Q / 2) / MLKEM_Q;

	return is(mul_const(a, fraction), (long long)a * z, MLKEM_Q / 2);
}

static bool test_mul_const(void)
{
	for (unsigned int z = 0; z < MLKEM_Q; z++) {
		for (s32 a = -32768; a < 32768; a += z == 3303 ? 1 : 7) {
			if (!mul_const_is_right(a, z))
				return false;
		}
		for (s32 a = 0; a < 256; a++) {
			if (!mul_const_is_right((1 << 19) - a, z) ||
			    !mul_const_is_right(a - (1 << 19), z))
				return false;
		}
	}
	return true;
}

static bool test_barrett_reduce(void)
{
	for (s32 a = -(1 << 30); a <= 1 << 30; a += 1021) {
		if (!is(barrett_reduce(a), a, 1666))
			return false;
	}
	for (s32 a = -(1 << 20); a < 1 << 20; a++) {
		if (!is(barrett_reduce(a), a, MLKEM_Q / 2) ||
		    canonical(a) != mod_q(a))
			return false;
	}
	return is(barrett_reduce(1 << 30), 1 << 30, 1666) &&
	       is(barrett_reduce(-(1 << 30)), -(1 << 30), 1666);
}

static bool test_compress(void)
{
	for (unsigned int d = 1; d <= 11; d++) {
		for (unsigned int a = 0; a < MLKEM_Q; a++) {
			unsigned int c = ((2 * a << d) + MLKEM_Q) /
					 (2 * MLKEM_Q) % (1U << d);

			if (compress_d(a, d) != c)
				return false;
		}
		for (unsigned int c = 0; c < 1U << d; c++) {
			unsigned int a = (2 * c * MLKEM_Q + (1U << d)) /
					 (2U << d);

			if (decompress_d(c, d) != a || compress_d(a, d) != c)
				return false;
		}
	}
	return true;
}

static bool test_encodings(void)
{
	static const unsigned int bits[] = { 1, 4, 5, 10, 11 };
	u8 octets[POLY_LEN(12)], again[POLY_LEN(12)];
	struct poly f;

	for (unsigned int i = 0; i < sizeof(octets); i++)
		octets[i] = random();
	for (unsigned int i = 0; i < ARRAY_SIZE(bits); i++) {
		poly_decompress(&f, octets, bits[i]);
		poly_compress(again, &f, bits[i]);
		if (memcmp(octets, again, POLY_LEN(bits[i])))
			return false;
	}
	poly_decode(&f, octets);
	for (unsigned int i = 0; i < MLKEM_N; i++) {
		if (f.c[i] != (octets[i / 2 * 3 + i % 2] >> i % 2 * 4 |
			       octets[i / 2 * 3 + 1 + i % 2] <<
			       (8 - i % 2 * 4)) % 4096)
			return false;
		f.c[i] -= random() % 4 * MLKEM_Q;
	}
	poly_encode(again, &f);
	poly_decode(&f, again);
	for (unsigned int i = 0; i < MLKEM_N; i++) {
		if (f.c[i] >= MLKEM_Q)
			return false;
	}
	return true;
}

/* zeta^(2 BitRev7(i) + 1) */
static unsigned int gamma_of(unsigned int i)
{
	unsigned int exponent = 1, power = 1;

	for (unsigned int bit = 0; bit < 7; bit++)
		exponent += (i >> bit & 1) << (7 - bit);
	while (exponent--)
		power = power * 17 % MLKEM_Q;
	return power;
}

/* Random coefficients, or only the extreme ones, up to @bound in magnitude */
static void fill(struct poly *f, int bound, bool extreme)
{
	for (unsigned int i = 0; i < MLKEM_N; i++) {
		if (extreme)
			f->c[i] = random() & 1 ? bound : -bound;
		else
			f->c[i] = random() % (2 * bound + 1) - bound;
	}
}

/* FIPS 203, equation 4.12: coefficients 2i and 2i + 1 are f mod X^2 - gamma. */
static bool ntt_is_right(const struct poly *f, const struct poly *ntt)
{
	for (unsigned int i = 0; i < MLKEM_N / 2; i++) {
		long long even = 0, odd = 0, power = 1;

		for (unsigned int j = 0; j < MLKEM_N / 2; j++) {
			even += f->c[2 * j] * power;
			odd += f->c[2 * j + 1] * power;
			power = power * gamma_of(i) % MLKEM_Q;
		}
		if (!is(ntt->c[2 * i], even, 14980) ||
		    !is(ntt->c[2 * i + 1], odd, 14980))
			return false;
	}
	return true;
}

static bool test_ntt(void)
{
	for (unsigned int round = 0; round < 8; round++) {
		struct poly f, g;

		fill(&f, MLKEM_Q, round % 2);
		g = f;
		poly_ntt(&g);
		if (!ntt_is_right(&f, &g))
			return false;
	}
	return true;
}

static bool test_invntt(void)
{
	for (unsigned int round = 0; round < 1000; round++) {
		struct poly f, g;

		fill(&f, 1666, round % 2);
		/* Equal signs make the sums of every layer largest. */
		for (unsigned int i = 0; round == 0 && i < MLKEM_N; i++)
			f.c[i] = 1666;
		g = f;
		poly_invntt(&g);
		for (unsigned int i = 0; i < MLKEM_N; i++) {
			if (abs(g.c[i]) > MLKEM_Q / 2)
				return false;
		}
		poly_ntt(&g);
		for (unsigned int i = 0; i < MLKEM_N; i++) {
			if (!is(g.c[i], f.c[i], 14980))
				return false;
		}
	}
	return true;
}

static bool dot_is_right(const struct poly *f, const struct poly *g,
			 unsigned int k)
{
	struct poly_zeta z[MLKEM_MAX_K];
	struct poly h;

	for (unsigned int n = 0; n < k; n++)
		poly_zeta(&z[n], &g[n]);
	poly_dot(&h, f, g, z, k);

	for (unsigned int i = 0; i < MLKEM_N; i += 2) {
		const long long gamma = gamma_of(i / 2);
		long long even = 0, odd = 0;

		for (unsigned int n = 0; n < k; n++) {
			even += f[n].c[i] * g[n].c[i] +
				f[n].c[i + 1] * g[n].c[i + 1] * gamma;
			odd += f[n].c[i] * g[n].c[i + 1] +
			       f[n].c[i + 1] * g[n].c[i];
		}
		if (!is(h.c[i], even, 1666) || !is(h.c[i + 1], odd, 1666))
			return false;
	}
	return true;
}

static bool test_dot(void)
{
	for (unsigned int round = 0; round < 40; round++) {
		struct poly f[MLKEM_MAX_K], g[MLKEM_MAX_K];

		for (unsigned int n = 0; n < MLKEM_MAX_K; n++) {
			fill(&f[n], 4095, round % 2);
			fill(&g[n], 14980, round % 2);
			for (unsigned int i = 0; i < MLKEM_N; i++) {
				f[n].c[i] = abs(f[n].c[i]);
				if (round < 2)
					g[n].c[i] = abs(g[n].c[i]);
			}
		}
		if (!dot_is_right(f, g, 1 + round / 2 % MLKEM_MAX_K))
			return false;
	}
	return true;
}

int main(void)
{
	static const struct {
		const char *name;
		bool (*run)(void);
	} tests[] = {
		{ "mul_const", test_mul_const },
		{ "barrett_reduce and canonical", test_barrett_reduce },
		{ "compress and decompress", test_compress },
		{ "encodings", test_encodings },
		{ "poly_ntt", test_ntt },
		{ "poly_invntt", test_invntt },
		{ "poly_dot", test_dot },
	};

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(tests));
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		ksft_test_result(tests[i].run(), "%s\n", tests[i].name);
	ksft_finished();
}
