// SPDX-License-Identifier: GPL-2.0
/*
 * The vectors of C2SP CCTV that are files.  Where they begin with key generation
 * they are of the draft.
 */
#include <errno.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "draft.h"
#include "implementations.h"
#include "keccak.h"
#include "kselftest.h"
#include "mlkem.h"
#include "poly.h"
#include "vectors.h"

static FILE *open_or_skip(const char *kind, const struct mlkem_params *p,
			  const char *suffix)
{
	char name[64];
	FILE *f;

	/* The name of a parameter set begins with mlkem. */
	snprintf(name, sizeof(name), "cctv/%s-%s.txt%s", kind, p->name + 5,
		 suffix);
	f = fopen(vectors_path(name), "r");
	if (!f)
		ksft_test_result_skip("%s: %s is not there\n", name,
				      vectors_path(name));
	return f;
}

/*
 * The @n-th (from 0) value of @key in @f.  Some lines give a value in several
 * forms, "key = form = form"; the last one is in hexadecimal.
 */
static void get(struct octets *o, FILE *f, const char *key, unsigned int n)
{
	const size_t key_len = strlen(key);
	char *line = NULL;
	size_t room = 0;

	rewind(f);
	while (getline(&line, &room, f) > 0) {
		if (strncmp(line, key, key_len) ||
		    strncmp(line + key_len, " = ", 3) || n--)
			continue;
		parse_hex(o, strrchr(line, '=') + 2);
		free(line);
		return;
	}
	ksft_exit_fail_msg("a file of vectors has no value for %s\n", key);
}

static bool same(FILE *f, const char *key, const u8 *data, unsigned int len)
{
	struct octets o;

	get(&o, f, key, 0);
	if (octets_equal(&o, data, len))
		return true;
	ksft_print_msg("%s differs\n", key);
	return false;
}

/* Key generation, encapsulation and decapsulation of d, z and m */
static bool whole_is_right(const struct mlkem_params *p, FILE *f)
{
	u8 ek[MLKEM_MAX_EK_LEN], dk[MLKEM_MAX_DK_LEN], ct[MLKEM_MAX_CT_LEN];
	u8 ss[MLKEM_SECRET_LEN], seed[MLKEM_SEED_LEN];
	struct octets d, z, m;

	get(&d, f, "d", 0);
	get(&z, f, "z", 0);
	get(&m, f, "m", 0);
	memcpy(seed, d.data, 32);
	memcpy(seed + 32, z.data, 32);

	return !mlkem_keygen_derand(p, seed, ek, dk) &&
	       same(f, "ek", ek, p->ek_len) &&
	       same(f, "dk", dk, p->dk_len) &&
	       !mlkem_encaps_derand(p, ek, p->ek_len, m.data, ct, ss) &&
	       same(f, "c", ct, p->ct_len) &&
	       same(f, "K", ss, sizeof(ss)) &&
	       !mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len, ss) &&
	       same(f, "K", ss, sizeof(ss));
}

static void unluckysample(const struct mlkem_params *p)
{
	FILE *f = open_or_skip("unluckysample", p, "");

	if (!f)
		return;
	ksft_test_result(whole_is_right(p, f), "unluckysample, %s\n", p->name);
	fclose(f);
}

static void rejected_with_zero_octet(const struct mlkem_params *p)
{
	FILE *f = open_or_skip("strcmp", p, "");
	u8 ss[MLKEM_SECRET_LEN];
	struct octets dk, ct;

	if (!f)
		return;
	get(&dk, f, "dk", 0);
	get(&ct, f, "c", 0);
	ksft_test_result(!mlkem_decaps(p, dk.data, dk.len, ct.data, ct.len, ss) &&
			 same(f, "K", ss, sizeof(ss)),
			 "strcmp, %s\n", p->name);
	fclose(f);
}

static void modulus(const struct mlkem_params *p)
{
	static char line[2 * OCTETS_MAX];
	const u8 m[MLKEM_MESSAGE_LEN] = {};
	u8 ct[MLKEM_MAX_CT_LEN], ss[MLKEM_SECRET_LEN];
	unsigned int refused = 0, accepted = 0;
	FILE *f = open_or_skip("modulus", p, ".gz");
	struct octets ek;
	gzFile lines;

	if (!f)
		return;
	lines = gzdopen(dup(fileno(f)), "r");
	while (gzgets(lines, line, sizeof(line))) {
		parse_hex(&ek, line);
		if (mlkem_encaps_derand(p, ek.data, ek.len, m, ct, ss) ==
		    -EKEYREJECTED)
			refused++;
		else
			accepted++;
	}
	gzclose(lines);
	fclose(f);
	ksft_test_result(refused && !accepted,
			 "modulus, %s: %u keys refused, %u not\n", p->name,
			 refused, accepted);
}

/*
 * Step by step, with the names that the file has.  A vector of polynomials or a
 * matrix is there as ByteEncode_12 of each.
 */
struct steps {
	FILE *f;
	const struct mlkem_params *p;
	const struct mlkem_impl *impl;
	bool right;
};

static void expect(struct steps *s, const char *key, unsigned int n,
		   unsigned int index, const struct poly *f)
{
	const unsigned int offset = index * POLY_LEN(12);
	u8 encoded[POLY_LEN(12)];
	struct octets o;

	get(&o, s->f, key, n);
	s->impl->encode(encoded, f);
	if (o.len < offset + POLY_LEN(12) ||
	    memcmp(o.data + offset, encoded, POLY_LEN(12))) {
		ksft_print_msg("%s[%u] differs\n", key, index);
		s->right = false;
	}
}

static void read_poly(struct steps *s, const char *key, unsigned int index,
		      struct poly *f)
{
	struct octets o;

	get(&o, s->f, key, 0);
	s->impl->decode(f, o.data + index * POLY_LEN(12));
}

static void start(struct keccak *k, unsigned int rate, const u8 *seed,
		  const u8 *index, unsigned int index_len)
{
	keccak_init(k, rate);
	keccak_absorb(k, seed, 32);
	keccak_absorb(k, index, index_len);
	keccak_finish(k, SHAKE_SUFFIX);
}

static void sample_ntt(struct steps *s, struct poly *f, const u8 *rho, u8 j,
		       u8 i)
{
	const u8 index[2] = { j, i };
	u8 block[SHAKE128_RATE];
	unsigned int n = 0;
	struct keccak xof;

	start(&xof, SHAKE128_RATE, rho, index, sizeof(index));
	while (n < MLKEM_N) {
		keccak_squeeze(&xof, block, sizeof(block));
		n = s->impl->reject(f, n, block, sizeof(block));
	}
}

static void sample_cbd(struct steps *s, struct poly *f, const u8 *seed,
		       u8 nonce, unsigned int eta)
{
	u8 noise[CBD_LEN(3)];
	struct keccak prf;

	start(&prf, SHAKE256_RATE, seed, &nonce, 1);
	keccak_squeeze(&prf, noise, CBD_LEN(eta));
	s->impl->cbd(f, noise, eta);
}

static void check_matrix(struct steps *s)
{
	const unsigned int k = s->p->k;
	struct octets rho;
	struct poly f;

	get(&rho, s->f, "ρ", 0);
	for (unsigned int i = 0; i < k; i++) {
		for (unsigned int j = 0; j < k; j++) {
			sample_ntt(s, &f, rho.data, j, i);
			expect(s, "A", 0, i * k + j, &f);
			expect(s, "A^T", 0, j * k + i, &f);
		}
	}
}

/* A vector sampled from the @n-th value @seed, and its NTT and back */
static void check_vector(struct steps *s, const char *seed_key,
			 const char *key, unsigned int n, const char *ntt_key,
			 unsigned int eta, u8 nonce)
{
	struct octets seed;
	struct poly f;

	get(&seed, s->f, seed_key, 0);
	for (unsigned int i = 0; i < s->p->k; i++) {
		sample_cbd(s, &f, seed.data, nonce + i, eta);
		expect(s, key, n, i, &f);
		if (!ntt_key)
			continue;
		s->impl->ntt(&f);
		expect(s, ntt_key, 0, i, &f);
		for (unsigned int j = 0; j < MLKEM_N; j++)
			f.c[j] = barrett_reduce(f.c[j]);
		s->impl->invntt(&f);
		expect(s, key, n, i, &f);
	}
}

static void expect_octets(struct steps *s, const char *key, unsigned int offset,
			  const u8 *data, unsigned int len)
{
	struct octets o;

	get(&o, s->f, key, 0);
	if (o.len < offset + len || memcmp(o.data + offset, data, len)) {
		ksft_print_msg("%s differs\n", key);
		s->right = false;
	}
}

static void check_compression(struct steps *s)
{
	const unsigned int du_len = POLY_LEN(s->p->du);
	u8 packed[POLY_LEN(11)];
	struct octets m;
	struct poly f;

	for (unsigned int i = 0; i < s->p->k; i++) {
		read_poly(s, "u", i, &f);
		s->impl->compress(packed, &f, s->p->du);
		expect_octets(s, "c1", i * du_len, packed, du_len);
		s->impl->decompress(&f, packed, s->p->du);
		expect(s, "uᵈ", 0, i, &f);
		s->impl->ntt(&f);
		expect(s, "NTT(uᵈ)", 0, i, &f);
	}
	read_poly(s, "v", 0, &f);
	s->impl->compress(packed, &f, s->p->dv);
	expect_octets(s, "c2", 0, packed, POLY_LEN(s->p->dv));
	s->impl->decompress(&f, packed, s->p->dv);
	expect(s, "vᵈ", 0, 0, &f);

	get(&m, s->f, "m", 0);
	s->impl->decompress(&f, m.data, 1);
	expect(s, "μ", 0, 0, &f);
	read_poly(s, "w", 0, &f);
	s->impl->compress(packed, &f, 1);
	expect_octets(s, "m", 0, packed, 32);
}

static void intermediate(const struct mlkem_params *p)
{
	struct steps s = {
		.p = p,
		.impl = mlkem_impl_selected(),
	};

	s.f = open_or_skip("intermediate", p, "");
	if (!s.f)
		return;
	s.right = whole_is_right(p, s.f);
	check_matrix(&s);
	check_vector(&s, "σ", "s", 0, "dkPKE", p->eta1, 0);
	check_vector(&s, "σ", "e", 0, "NTT(e)", p->eta1, p->k);
	check_vector(&s, "r", "r", 1, "NTT(r)", p->eta1, 0);
	check_vector(&s, "r", "e1", 0, NULL, p->eta2, p->k);
	check_compression(&s);
	ksft_test_result(s.right, "intermediate, %s\n", p->name);
	fclose(s.f);
}

static void run_all(void)
{
	static const struct mlkem_params *const sets[] = {
		&mlkem512, &mlkem768, &mlkem1024,
	};

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		modulus(sets[i]);
		rejected_with_zero_octet(sets[i]);
		unluckysample(sets[i]);
		intermediate(sets[i]);
	}
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(count_implementations() * 12);
	fips203_draft = true;
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (!select_or_skip(mlkem_impls[i], 12))
			continue;
		ksft_print_msg("%s\n", mlkem_impls[i]->name);
		run_all();
	}
	ksft_finished();
}
