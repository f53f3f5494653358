// SPDX-License-Identifier: GPL-2.0
/*
 * Accumulated vectors of C2SP CCTV: inputs drawn from SHAKE128 of nothing,
 * outputs hashed with SHAKE128.
 *
 * usage: accumulated [100|10000|1000000]
 */
#include <errno.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "implementations.h"
#include "keccak.h"
#include "kselftest.h"
#include "mlkem.h"

/*
 * What is hashed is ek, dk, ct, K and the K of a random ciphertext.  Some have
 * left dk out.
 */
enum format { WITH_DK, WITHOUT_DK };

/*
 * Draft: CCTV's README.  Standard with dk: pull request 13 of CCTV, not merged.
 * Standard without dk: the tests of Go's crypto/mlkem for mlkem768; for the other
 * two nothing is published by a standard body or CCTV, these are what others
 * wrote down from implementations of their own.
 */
static const struct known_hash {
	unsigned long runs;
	const struct mlkem_params *params;
	bool draft;
	enum format format;
	const char *hash;
} known_hashes[] = {
	{ 100, &mlkem512, false, WITHOUT_DK,
	  "86b1b4703b8ffef6f7f3290c6dbce4ad954498a0673ded401a94828e8c519a59" },
	{ 100, &mlkem768, false, WITHOUT_DK,
	  "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415" },
	{ 100, &mlkem1024, false, WITHOUT_DK,
	  "800018fec3e2723f73f1d657fe239b4d5d8782efaade297e8cd448e54cc2ac00" },
	{ 10000, &mlkem512, false, WITHOUT_DK,
	  "e0112db334d4240ca6feed5b0beab1318925edd4ff7d840c2ebe6d61971fc14c" },
	{ 10000, &mlkem768, false, WITHOUT_DK,
	  "8a518cc63da366322a8e7a818c7a0d63483cb3528d34a4cf42f35d5ad73f22fc" },
	{ 10000, &mlkem1024, false, WITHOUT_DK,
	  "f1a3925c9cf8538bb104c56efb2f5ecb74cc3df25087460b73f6c873e96bcb6a" },
	{ 10000, &mlkem512, false, WITH_DK,
	  "705dcffc87f4e67e35a09dcaa31772e86f3341bd3ccf1e78a5fef99ae6a35a13" },
	{ 10000, &mlkem768, false, WITH_DK,
	  "f959d18d3d1180121433bf0e05f11e7908cf9d03edc150b2b07cb90bef5bc1c1" },
	{ 10000, &mlkem1024, false, WITH_DK,
	  "e3bf82b013307b2e9d47dde791ff6dfc82e694e6382404abdb948b908b75bad5" },
	{ 10000, &mlkem512, true, WITH_DK,
	  "845913ea5a308b803c764a9ed8e9d814ca1fd9c82ba43c7b1e64b79c7a6ec8e4" },
	{ 10000, &mlkem768, true, WITH_DK,
	  "f7db260e1137a742e05fe0db9525012812b004d29040a5b606aad3d134b548d3" },
	{ 10000, &mlkem1024, true, WITH_DK,
	  "47ac888fe61544efc0518f46094b4f8a600965fc89822acb06dc7169d24f3543" },
	{ 1000000, &mlkem768, false, WITHOUT_DK,
	  "424bf8f0e8ae99b78d788a6e2e8e9cdaf9773fc0c08a6f433507cb559edfd0f0" },
	{ 1000000, &mlkem512, false, WITH_DK,
	  "21dd330d4355f2ae2876b9fa2b9de62ecaf76aca1d598de8db2b467d36e36a6a" },
	{ 1000000, &mlkem768, false, WITH_DK,
	  "3b108396a277f2952ff3243a985c9709bcb95788c39b7b36a2c4e19d1a41e51e" },
	{ 1000000, &mlkem1024, false, WITH_DK,
	  "6377c4f0ecfdb32e63f7b58227960828784fe0b3e0e5e5e9f77be300f003512a" },
	{ 1000000, &mlkem512, true, WITH_DK,
	  "578eeaa1156848cbf7a15bafef963b4ccabe3308ddfb7dbdd20ad965f634e81d" },
	{ 1000000, &mlkem768, true, WITH_DK,
	  "70090cc5842aad0ec43d5042c783fae9bc320c047b5dafcb6e134821db02384d" },
	{ 1000000, &mlkem1024, true, WITH_DK,
	  "7ccc6d803739d3db3c5ce39c7130f459db32a199c6605e3be210e5a89d4c4b95" },
};

struct accumulator {
	struct keccak drawn;
	struct keccak hash[2];	/* by enum format */
};

struct run {
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 random_ct[MLKEM_MAX_CT_LEN];
	u8 ek[MLKEM_MAX_EK_LEN];
	u8 dk[MLKEM_MAX_DK_LEN];
	u8 ct[MLKEM_MAX_CT_LEN];
	u8 encapsulated[MLKEM_SECRET_LEN];
	u8 decapsulated[MLKEM_SECRET_LEN];
	u8 rejected[MLKEM_SECRET_LEN];
};

static void start(struct accumulator *acc)
{
	keccak_init(&acc->drawn, SHAKE128_RATE);
	keccak_finish(&acc->drawn, SHAKE_SUFFIX);
	keccak_init(&acc->hash[WITH_DK], SHAKE128_RATE);
	keccak_init(&acc->hash[WITHOUT_DK], SHAKE128_RATE);
}

static void hash_both(struct accumulator *acc, const u8 *data, size_t len)
{
	keccak_absorb(&acc->hash[WITH_DK], data, len);
	keccak_absorb(&acc->hash[WITHOUT_DK], data, len);
}

static bool run_once(struct accumulator *acc, const struct mlkem_params *p)
{
	static struct run r;

	keccak_squeeze(&acc->drawn, r.seed, sizeof(r.seed));
	keccak_squeeze(&acc->drawn, r.m, sizeof(r.m));
	keccak_squeeze(&acc->drawn, r.random_ct, p->ct_len);

	if (mlkem_keygen_derand(p, r.seed, r.ek, r.dk) ||
	    mlkem_encaps_derand(p, r.ek, p->ek_len, r.m, r.ct,
				r.encapsulated) ||
	    mlkem_decaps(p, r.dk, p->dk_len, r.ct, p->ct_len,
			 r.decapsulated) ||
	    mlkem_decaps(p, r.dk, p->dk_len, r.random_ct, p->ct_len,
			 r.rejected))
		return false;

	hash_both(acc, r.ek, p->ek_len);
	keccak_absorb(&acc->hash[WITH_DK], r.dk, p->dk_len);
	hash_both(acc, r.ct, p->ct_len);
	hash_both(acc, r.encapsulated, MLKEM_SECRET_LEN);
	hash_both(acc, r.rejected, MLKEM_SECRET_LEN);
	return !memcmp(r.encapsulated, r.decapsulated, MLKEM_SECRET_LEN);
}

static void finish_hex(struct keccak *hash, char hex[65])
{
	u8 digest[32];

	keccak_finish(hash, SHAKE_SUFFIX);
	keccak_squeeze(hash, digest, sizeof(digest));
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

static void compare(struct accumulator *acc, const struct mlkem_params *p,
		    bool draft, unsigned long runs, bool equal)
{
	char hex[2][65];

	finish_hex(&acc->hash[WITH_DK], hex[WITH_DK]);
	finish_hex(&acc->hash[WITHOUT_DK], hex[WITHOUT_DK]);

	for (size_t i = 0; i < ARRAY_SIZE(known_hashes); i++) {
		const struct known_hash *k = &known_hashes[i];
		bool same = equal && !strcmp(hex[k->format], k->hash);

		if (k->runs != runs || k->params != p || k->draft != draft)
			continue;
		ksft_test_result(same,
				 "%s, %s, %lu runs, FIPS 203%s, hash with%s dk\n",
				 mlkem_impl_selected()->name, p->name, runs,
				 draft ? " draft" : "",
				 k->format == WITH_DK ? "" : "out");
		if (!same)
			ksft_print_msg("got %s, wanted %s%s\n", hex[k->format],
				       k->hash,
				       equal ? "" : "; secrets differ");
	}
}

static void accumulate(const struct mlkem_params *p, bool draft,
		       unsigned long runs)
{
	struct accumulator acc;
	bool equal = true;

	fips203_draft = draft;
	start(&acc);
	for (unsigned long i = 1; i <= runs; i++) {
		equal &= run_once(&acc, p);
		if (runs > 10000 && i % (runs / 20) == 0)
			ksft_print_msg("%s%s: %lu of %lu runs\n", p->name,
				       draft ? " draft" : "", i, runs);
	}
	compare(&acc, p, draft, runs, equal);
}

static unsigned int count_known(unsigned long runs, bool draft)
{
	unsigned int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known_hashes); i++) {
		if (known_hashes[i].runs == runs &&
		    known_hashes[i].draft == draft)
			n++;
	}
	return n;
}

static void accumulate_all(unsigned long runs)
{
	static const struct mlkem_params *const sets[] = {
		&mlkem512, &mlkem768, &mlkem1024,
	};

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		accumulate(sets[i], false, runs);
		if (count_known(runs, true))
			accumulate(sets[i], true, runs);
	}
}

int main(int argc, char **argv)
{
	unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	unsigned int planned = count_known(runs, false) +
			       count_known(runs, true);

	if (argc > 2 || !planned) {
		fprintf(stderr, "usage: %s [100|10000|1000000]\n", argv[0]);
		return KSFT_FAIL;
	}

	ksft_print_header();
	ksft_set_plan(count_implementations() * planned);
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (select_or_skip(mlkem_impls[i], planned))
			accumulate_all(runs);
	}
	ksft_finished();
}
