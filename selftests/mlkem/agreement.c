// SPDX-License-Identifier: GPL-2.0
/*
 * All implementations, the ephemeral key pairs and OpenSSL give the same: on
 * random tuples of a seed, a message and a ciphertext, and on extreme inputs.
 *
 * usage: agreement [TUPLES]
 *
 * Without an argument $MLKEM_TUPLES says how many, of 512, 768 and 1024 in turn.
 */
#include <errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "implementations.h"
#include "keccak.h"
#include "kselftest.h"
#include "mlkem.h"
#include "openssl.h"

#define DEFAULT_TUPLES	20000

struct inputs {
	const struct mlkem_params *p;
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 other_ct[MLKEM_MAX_CT_LEN];
};

struct outputs {
	u8 ek[MLKEM_MAX_EK_LEN];
	u8 dk[MLKEM_MAX_DK_LEN];
	u8 ct[MLKEM_MAX_CT_LEN];
	u8 encapsulated[MLKEM_SECRET_LEN];
	u8 decapsulated[MLKEM_SECRET_LEN];
	u8 rejected[MLKEM_SECRET_LEN];
};

static bool same(const struct outputs *a, const struct outputs *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static bool run_ours(const struct inputs *in, struct outputs *out)
{
	const struct mlkem_params *p = in->p;

	return !mlkem_keygen_derand(p, in->seed, out->ek, out->dk) &&
	       !mlkem_encaps_derand(p, out->ek, p->ek_len, in->m, out->ct,
				    out->encapsulated) &&
	       !mlkem_decaps(p, out->dk, p->dk_len, out->ct, p->ct_len,
			     out->decapsulated) &&
	       !mlkem_decaps(p, out->dk, p->dk_len, in->other_ct, p->ct_len,
			     out->rejected);
}

/* It has no dk, and gets the ciphertext that another made. */
static bool run_ephemeral(const struct inputs *in, const struct outputs *made,
			  struct outputs *out)
{
	const struct mlkem_params *p = in->p;
	struct mlkem_ephemeral *e;
	bool right;

	*out = *made;
	e = mlkem_ephemeral_keygen_derand(p, in->seed, out->ek);
	if (IS_ERR(e))
		return false;
	right = !mlkem_ephemeral_decaps(e, in->other_ct, p->ct_len,
					out->rejected) &&
		!mlkem_ephemeral_decaps(e, made->ct, p->ct_len,
					out->decapsulated);
	mlkem_ephemeral_free(e);
	return right;
}

static bool run_openssl(const struct inputs *in, struct outputs *out)
{
	const struct mlkem_params *p = in->p;
	struct openssl_key *key = openssl_keygen(p, in->seed);
	bool right;

	right = key && openssl_get_keys(p, key, out->ek, out->dk) &&
		openssl_encaps(p, key, in->m, out->ct, out->encapsulated) &&
		openssl_decaps(p, key, out->ct, out->decapsulated) &&
		openssl_decaps(p, key, in->other_ct, out->rejected);
	openssl_free(key);
	return right;
}

/* Tuples with which each disagreed with the portable implementation */
static unsigned long disagreed[8], ephemeral_disagreed[8], openssl_disagreed;
static unsigned long wrong_secrets;

static void compare_all(const struct inputs *in, bool with_openssl)
{
	static struct outputs portable, other;

	mlkem_impl_select("portable");
	if (!run_ours(in, &portable) ||
	    memcmp(portable.encapsulated, portable.decapsulated,
		   MLKEM_SECRET_LEN))
		wrong_secrets++;

	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		other = (struct outputs){};
		if (mlkem_impl_select(mlkem_impls[i]->name))
			continue;
		if (!run_ours(in, &other) || !same(&portable, &other))
			disagreed[i]++;
		if (!run_ephemeral(in, &portable, &other) ||
		    !same(&portable, &other))
			ephemeral_disagreed[i]++;
	}
	if (with_openssl) {
		other = (struct outputs){};
		if (!run_openssl(in, &other) || !same(&portable, &other))
			openssl_disagreed++;
	}
	memset(&portable, 0, sizeof(portable));
}

static const struct mlkem_params *const sets[] = {
	&mlkem512, &mlkem768, &mlkem1024,
};

/* The first ciphertexts of each set that nobody made are not random. */
static void make_extreme(struct inputs *in, unsigned long i)
{
	static const u8 octets[] = { 0x00, 0xff, 0x55, 0xaa };

	if (i / ARRAY_SIZE(sets) < ARRAY_SIZE(octets))
		memset(in->other_ct, octets[i / ARRAY_SIZE(sets)],
		       sizeof(in->other_ct));
}

static void compare_tuples(unsigned long tuples, bool with_openssl)
{
	static struct inputs in;
	struct keccak drawn;

	keccak_init(&drawn, SHAKE128_RATE);
	keccak_absorb(&drawn, (const u8 *)"agreement", 9);
	keccak_finish(&drawn, SHAKE_SUFFIX);
	for (unsigned long i = 0; i < tuples; i++) {
		in.p = sets[i % ARRAY_SIZE(sets)];
		keccak_squeeze(&drawn, in.seed, sizeof(in.seed));
		keccak_squeeze(&drawn, in.m, sizeof(in.m));
		keccak_squeeze(&drawn, in.other_ct, sizeof(in.other_ct));
		make_extreme(&in, i);
		compare_all(&in, with_openssl);
		if (i % 20000 == 19999)
			ksft_print_msg("%lu of %lu tuples\n", i + 1, tuples);
	}
}

static void report_tuples(unsigned long tuples, bool with_openssl)
{
	ksft_test_result(!wrong_secrets,
			 "%lu tuples, portable: both sides have the secret\n",
			 tuples);
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (!select_or_skip(mlkem_impls[i], 2))
			continue;
		ksft_test_result(!disagreed[i],
				 "%lu tuples, %s: %lu not as portable\n",
				 tuples, mlkem_impls[i]->name, disagreed[i]);
		ksft_test_result(!ephemeral_disagreed[i],
				 "%lu tuples, %s, ephemeral: %lu not as portable\n",
				 tuples, mlkem_impls[i]->name,
				 ephemeral_disagreed[i]);
	}
	if (with_openssl)
		ksft_test_result(!openssl_disagreed,
				 "%lu tuples, %s: %lu not as portable\n",
				 tuples, openssl_version(), openssl_disagreed);
	else
		ksft_test_result_skip("%s has no ML-KEM\n", openssl_version());
}

/* Every coefficient of a vector encoded in 12 bits becomes @c. */
static void fill_coefficients(u8 *at, unsigned int k, u16 c)
{
	for (unsigned int i = 0; i < k * 384; i += 3) {
		at[i] = c;
		at[i + 1] = c >> 8 | c << 4;
		at[i + 2] = c >> 4;
	}
}

static u16 extreme(unsigned int i)
{
	static const u16 values[] = {
		0, 1, 1664, 1665, 3328, 3329, 3330, 4095,
	};

	return values[i % ARRAY_SIZE(values)];
}

#define EXTREMES	8

/* The key pair of a seed with s and t all the same, and its hash made right */
static void extreme_keys(const struct mlkem_params *p, u16 s, u16 t, u8 *ek,
			 u8 *dk)
{
	static const u8 seed[MLKEM_SEED_LEN] = { 3 };
	struct keccak keccak;

	mlkem_keygen_derand(p, seed, ek, dk);
	fill_coefficients(ek, p->k, t);
	fill_coefficients(dk, p->k, s);
	memcpy(dk + p->k * 384, ek, p->ek_len);
	keccak_sha3_256(&keccak, ek, p->ek_len, dk + p->dk_len - 64);
}

/* What is compared: the errors, and all outputs */
struct extreme_result {
	int encaps;
	int decaps[4];
	u8 ct[MLKEM_MAX_CT_LEN];
	u8 encapsulated[MLKEM_SECRET_LEN];
	u8 decapsulated[4][MLKEM_SECRET_LEN];
};

static const u8 extreme_m[MLKEM_MESSAGE_LEN];

static void extreme_ciphertexts(u8 ct[4][MLKEM_MAX_CT_LEN],
				const u8 made[MLKEM_MAX_CT_LEN])
{
	memcpy(ct[0], made, MLKEM_MAX_CT_LEN);
	memset(ct[1], 0, MLKEM_MAX_CT_LEN);
	memset(ct[2], 0xff, MLKEM_MAX_CT_LEN);
	memset(ct[3], 0x55, MLKEM_MAX_CT_LEN);
}

static void run_extreme(const struct mlkem_params *p, u16 s, u16 t,
			struct extreme_result *r)
{
	static u8 ek[MLKEM_MAX_EK_LEN], dk[MLKEM_MAX_DK_LEN];
	u8 ct[4][MLKEM_MAX_CT_LEN];

	extreme_keys(p, s, t, ek, dk);
	r->encaps = mlkem_encaps_derand(p, ek, p->ek_len, extreme_m, r->ct,
					r->encapsulated);
	extreme_ciphertexts(ct, r->ct);
	for (unsigned int i = 0; i < 4; i++)
		r->decaps[i] = mlkem_decaps(p, dk, p->dk_len, ct[i], p->ct_len,
					    r->decapsulated[i]);
}

static bool extremes_agree(const char *name, const struct mlkem_params *p)
{
	static struct extreme_result portable, other;
	bool agree = true;

	for (unsigned int i = 0; i < EXTREMES * EXTREMES; i++) {
		u16 s = extreme(i);
		u16 t = extreme(i / EXTREMES);

		memset(&portable, 0, sizeof(portable));
		memset(&other, 0, sizeof(other));
		mlkem_impl_select("portable");
		run_extreme(p, s, t, &portable);
		mlkem_impl_select(name);
		run_extreme(p, s, t, &other);
		/* Only encapsulation refuses what is not reduced. */
		if (memcmp(&portable, &other, sizeof(other)) ||
		    (other.encaps != 0) != (t >= 3329) || other.decaps[1]) {
			ksft_print_msg("s = %u, t = %u\n", s, t);
			agree = false;
		}
	}
	return agree;
}

/* Also with a key that it refuses as portable does */
static bool openssl_encapsulates(const struct mlkem_params *p, const u8 *ek,
				 const struct extreme_result *ours)
{
	struct openssl_key *key = openssl_load_ek(p, ek);
	u8 ct[MLKEM_MAX_CT_LEN], ss[MLKEM_SECRET_LEN];
	bool same;

	if (!key)
		return ours->encaps == -EKEYREJECTED;
	same = !ours->encaps && openssl_encaps(p, key, extreme_m, ct, ss) &&
	       !memcmp(ct, ours->ct, p->ct_len) &&
	       !memcmp(ss, ours->encapsulated, sizeof(ss));
	openssl_free(key);
	return same;
}

static bool openssl_decapsulates(const struct mlkem_params *p, const u8 *dk,
				 const struct extreme_result *ours)
{
	struct openssl_key *key = openssl_load_dk(p, dk);
	u8 ct[4][MLKEM_MAX_CT_LEN], ss[MLKEM_SECRET_LEN];
	bool same = key;

	extreme_ciphertexts(ct, ours->ct);
	for (unsigned int i = 0; same && i < 4; i++)
		same = !ours->decaps[i] &&
		       openssl_decaps(p, key, ct[i], ss) &&
		       !memcmp(ss, ours->decapsulated[i], sizeof(ss));
	openssl_free(key);
	return same;
}

static bool openssl_agrees(const struct mlkem_params *p)
{
	static u8 ek[MLKEM_MAX_EK_LEN], dk[MLKEM_MAX_DK_LEN];
	static struct extreme_result ours;
	bool agree = true;

	mlkem_impl_select("portable");
	for (unsigned int i = 0; i < EXTREMES * EXTREMES; i++) {
		u16 s = extreme(i);
		u16 t = extreme(i / EXTREMES);

		memset(&ours, 0, sizeof(ours));
		run_extreme(p, s, t, &ours);
		extreme_keys(p, s, t, ek, dk);
		/* Of a dk it also refuses an s that is not reduced. */
		if (!openssl_encapsulates(p, ek, &ours) ||
		    (s < 3329 && t < 3329 &&
		     !openssl_decapsulates(p, dk, &ours))) {
			ksft_print_msg("s = %u, t = %u\n", s, t);
			agree = false;
		}
	}
	return agree;
}

static void compare_extremes_openssl(bool with_openssl)
{
	for (size_t j = 0; j < ARRAY_SIZE(sets); j++) {
		if (with_openssl)
			ksft_test_result(openssl_agrees(sets[j]),
					 "OpenSSL, %s: extreme keys and ciphertexts\n",
					 sets[j]->name);
		else
			ksft_test_result_skip("%s has no ML-KEM\n",
					      openssl_version());
	}
}

static void compare_extremes(void)
{
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		const char *name = mlkem_impls[i]->name;

		if (!select_or_skip(mlkem_impls[i], ARRAY_SIZE(sets)))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(sets); j++)
			ksft_test_result(extremes_agree(name, sets[j]),
					 "%s, %s: extreme keys and ciphertexts\n",
					 name, sets[j]->name);
	}
}

int main(int argc, char **argv)
{
	const char *count = argc > 1 ? argv[1] : getenv("MLKEM_TUPLES");
	unsigned long tuples = count ? strtoul(count, NULL, 10) :
				       DEFAULT_TUPLES;
	bool with_openssl = true;

	if (argc > 2 || !tuples) {
		fprintf(stderr, "usage: %s [TUPLES]\n", argv[0]);
		return KSFT_FAIL;
	}
	ksft_print_header();
	ksft_set_plan(count_implementations() * (2 + ARRAY_SIZE(sets)) +
		      ARRAY_SIZE(sets) + 2);
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		with_openssl &= openssl_has(sets[i]);

	compare_extremes();
	compare_extremes_openssl(with_openssl);
	compare_tuples(tuples, with_openssl);
	report_tuples(tuples, with_openssl);
	ksft_finished();
}
