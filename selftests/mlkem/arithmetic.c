// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic against its definition, with every input or the extreme ones, and
 * the bounds that poly.h and impl.h state.
 */
#include <linux/kernel.h>
#include <stdlib.h>

#include "implementations.h"
#include "kselftest.h"
#include "poly.h"

/* The implementation under test */
static const struct mlkem_impl *impl;

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
		impl->decompress(&f, octets, bits[i]);
		impl->compress(again, &f, bits[i]);
		if (memcmp(octets, again, POLY_LEN(bits[i])))
			return false;
	}
	impl->decode(&f, octets);
	for (unsigned int i = 0; i < MLKEM_N; i++) {
		if (f.c[i] != (octets[i / 2 * 3 + i % 2] >> i % 2 * 4 |
			       octets[i / 2 * 3 + 1 + i % 2] <<
			       (8 - i % 2 * 4)) % 4096)
			return false;
		f.c[i] -= random() % 4 * MLKEM_Q;
	}
	impl->encode(again, &f);
	impl->decode(&f, again);
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
		if (!is(ntt->c[2 * i], even, NTT_BOUND) ||
		    !is(ntt->c[2 * i + 1], odd, NTT_BOUND))
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
		impl->ntt(&g);
		if (!ntt_is_right(&f, &g))
			return false;
	}
	return true;
}

/* What the implementation's dot gives is what its invntt takes. */
static int dot_bound(void)
{
	return impl->clear_registers ? DOT_BOUND : 1666;
}

static bool test_invntt(void)
{
	for (unsigned int round = 0; round < 1000; round++) {
		struct poly f, g;

		fill(&f, dot_bound(), round % 2);
		/* Equal signs make the sums of every layer largest. */
		for (unsigned int i = 0; round == 0 && i < MLKEM_N; i++)
			f.c[i] = dot_bound();
		g = f;
		impl->invntt(&g);
		for (unsigned int i = 0; i < MLKEM_N; i++) {
			if (abs(g.c[i]) > INVNTT_BOUND)
				return false;
		}
		impl->ntt(&g);
		for (unsigned int i = 0; i < MLKEM_N; i++) {
			if (!is(g.c[i], f.c[i], NTT_BOUND))
				return false;
		}
	}
	return true;
}

/* The @f of a product are every @stride-th. */
static bool dot_is_right(const struct poly *f, unsigned int stride,
			 const struct poly *g, unsigned int k)
{
	struct poly prepared[MLKEM_MAX_K];
	struct poly_zeta z[MLKEM_MAX_K];
	struct poly h;

	for (unsigned int n = 0; n < k; n++) {
		prepared[n] = g[n];
		impl->prepare(&z[n], &prepared[n]);
	}
	impl->dot(&h, f, stride, prepared, z, k);

	for (unsigned int i = 0; i < MLKEM_N; i += 2) {
		const long long gamma = gamma_of(i / 2);
		long long even = 0, odd = 0;

		for (unsigned int n = 0; n < k; n++) {
			const s16 *a = f[n * stride].c;

			even += a[i] * g[n].c[i] +
				a[i + 1] * g[n].c[i + 1] * gamma;
			odd += a[i] * g[n].c[i + 1] + a[i + 1] * g[n].c[i];
		}
		if (!is(h.c[i], even, dot_bound()) ||
		    !is(h.c[i + 1], odd, dot_bound()))
			return false;
	}
	return true;
}

static bool test_dot(void)
{
	static struct poly f[MLKEM_MAX_K * MLKEM_MAX_K], g[MLKEM_MAX_K];
	/* What the portable ntt gives is less. */
	const int bound = impl->clear_registers ? NTT_BOUND : 14980;

	for (unsigned int round = 0; round < 40; round++) {
		const unsigned int k = 1 + round / 2 % MLKEM_MAX_K;

		for (unsigned int n = 0; n < ARRAY_SIZE(f); n++) {
			fill(&f[n], 4095, round % 2);
			for (unsigned int i = 0; i < MLKEM_N; i++)
				f[n].c[i] = abs(f[n].c[i]);
		}
		for (unsigned int n = 0; n < MLKEM_MAX_K; n++) {
			fill(&g[n], bound, round % 2);
			for (unsigned int i = 0; round < 2 && i < MLKEM_N; i++)
				g[n].c[i] = abs(g[n].c[i]);
		}
		if (!dot_is_right(f, 1, g, k) || !dot_is_right(f, k, g, k))
			return false;
	}
	return true;
}

/* Every number that fits, not only those that occur */
static bool test_every_compression(void)
{
	static const unsigned int bits[] = { 1, 4, 5, 10, 11 };
	struct poly f, g;
	u8 packed[POLY_LEN(12)];

	for (int first = -32768; first < 32768; first += MLKEM_N) {
		for (unsigned int i = 0; i < MLKEM_N; i++)
			f.c[i] = first + i;
		impl->encode(packed, &f);
		impl->decode(&g, packed);
		for (unsigned int i = 0; i < MLKEM_N; i++) {
			if (g.c[i] != (s16)mod_q(f.c[i]))
				return false;
		}
		for (unsigned int b = 0; b < ARRAY_SIZE(bits); b++) {
			const unsigned int d = bits[b];

			impl->compress(packed, &f, d);
			impl->decompress(&g, packed, d);
			for (unsigned int i = 0; i < MLKEM_N; i++) {
				u16 c = compress_d(mod_q(f.c[i]), d);

				if (g.c[i] != decompress_d(c, d))
					return false;
			}
		}
	}
	return true;
}

static bool test_is_reduced(void)
{
	struct poly f;

	for (unsigned int i = 0; i < MLKEM_N; i++) {
		for (unsigned int j = 0; j < MLKEM_N; j++)
			f.c[j] = (i + j) % MLKEM_Q;
		f.c[i] = MLKEM_Q - 1;
		if (!impl->is_reduced(&f))
			return false;
		f.c[i] = MLKEM_Q;
		if (impl->is_reduced(&f))
			return false;
		f.c[i] = 4095;
		if (impl->is_reduced(&f))
			return false;
	}
	return true;
}

/* FIPS 203, algorithm 7, with few, many or no candidates that are taken */
static bool test_reject(void)
{
	for (unsigned int round = 0; round < 4000; round++) {
		const unsigned int len = 24 * (1 + round % 7);
		struct poly f = {}, expected = {};
		unsigned int n = 0, wanted = 0;
		u8 in[168];

		while (n < MLKEM_N) {
			for (unsigned int i = 0; i < len; i++)
				in[i] = round % 5 ? random() :
					random() % 4 ? 0xff : random();
			for (unsigned int i = 0; i < 2 * len / 3; i++) {
				const u8 *at = in + i / 2 * 3;
				u16 c = i % 2 ? at[1] >> 4 | at[2] << 4 :
						at[0] | at[1] % 16 << 8;

				if (wanted < MLKEM_N && c < MLKEM_Q)
					expected.c[wanted++] = c;
			}
			n = impl->reject(&f, n, in, len);
			if (n != wanted)
				return false;
		}
		if (memcmp(&f, &expected, sizeof(f)))
			return false;
	}
	return true;
}

/* FIPS 203, algorithm 8 */
static bool test_cbd(void)
{
	for (unsigned int round = 0; round < 200; round++) {
		const unsigned int eta = 2 + round % 2;
		u8 in[CBD_LEN(3)];
		struct poly f;

		for (unsigned int i = 0; i < sizeof(in); i++)
			in[i] = round < 2 ? 0xff : random();
		impl->cbd(&f, in, eta);
		for (unsigned int i = 0; i < MLKEM_N; i++) {
			s16 c = 0;

			for (unsigned int j = 0; j < 2 * eta; j++) {
				unsigned int at = 2 * eta * i + j;
				s16 bit = in[at / 8] >> at % 8 & 1;

				c += j < eta ? bit : -bit;
			}
			if (f.c[i] != c)
				return false;
		}
	}
	return true;
}

static bool test_add_sub(void)
{
	struct poly f, g, sum, difference;

	fill(&f, 16383, false);
	fill(&g, 16383, false);
	sum = f;
	difference = f;
	impl->add(&sum, &g);
	impl->sub(&difference, &g);
	for (unsigned int i = 0; i < MLKEM_N; i++) {
		if (sum.c[i] != f.c[i] + g.c[i] ||
		    difference.c[i] != f.c[i] - g.c[i])
			return false;
	}
	return true;
}

/* Four states side by side, each as by itself */
static bool test_keccak_x4(void)
{
	u64 lane[100], scratch[100], single[4][25];

	if (!impl->keccak_x4)
		return true;
	for (unsigned int round = 0; round < 100; round++) {
		for (unsigned int i = 0; i < 100; i++) {
			lane[i] = (u64)random() << 42 ^ (u64)random() << 21 ^
				  random();
			single[i % 4][i / 4] = lane[i];
		}
		impl->keccak_x4(lane, scratch);
		for (unsigned int w = 0; w < 4; w++)
			keccak_f1600(single[w]);
		for (unsigned int i = 0; i < 100; i++) {
			if (lane[i] != single[i % 4][i / 4])
				return false;
		}
	}
	return true;
}

struct test {
	const char *name;
	bool (*run)(void);
};

static const struct test common_tests[] = {
	{ "mul_const", test_mul_const },
	{ "barrett_reduce and canonical", test_barrett_reduce },
	{ "compress and decompress", test_compress },
};

static const struct test tests[] = {
	{ "encodings", test_encodings },
	{ "compression and encoding of every number", test_every_compression },
	{ "is_reduced", test_is_reduced },
	{ "reject", test_reject },
	{ "cbd", test_cbd },
	{ "add and sub", test_add_sub },
	{ "ntt", test_ntt },
	{ "invntt", test_invntt },
	{ "dot", test_dot },
	{ "keccak_x4", test_keccak_x4 },
};

int main(void)
{
	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(common_tests) +
		      count_implementations() * ARRAY_SIZE(tests));
	for (size_t i = 0; i < ARRAY_SIZE(common_tests); i++)
		ksft_test_result(common_tests[i].run(), "%s\n",
				 common_tests[i].name);
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		impl = mlkem_impls[i];
		if (!select_or_skip(impl, ARRAY_SIZE(tests)))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(tests); j++)
			ksft_test_result(tests[j].run(), "%s: %s\n",
					 impl->name, tests[j].name);
	}
	ksft_finished();
}
