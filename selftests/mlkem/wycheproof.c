// SPDX-License-Identifier: GPL-2.0
/*
 * Every ML-KEM vector of C2SP Wycheproof, through the kpp algorithms.
 */
#include <crypto/kpp.h>
#include <errno.h>
#include <json-c/json.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <string.h>
#include <unistd.h>

#include "kpp.h"
#include "kpp_client.h"
#include "implementations.h"
#include "kselftest.h"
#include "mlkem.h"
#include "vectors.h"

static const char *string_of(struct json_object *test, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(test, key, &value) ?
	       json_object_get_string(value) : "";
}

static void get(struct octets *o, struct json_object *test, const char *key)
{
	parse_hex(o, string_of(test, key));
}

static bool output_is(int err, const u8 *out, unsigned int len,
		      struct json_object *test, const char *key)
{
	struct octets wanted;

	get(&wanted, test, key);
	return !err && octets_equal(&wanted, out, len);
}

static bool keygen_is_right(const struct mlkem_params *p,
			    struct crypto_kpp *tfm, struct json_object *test)
{
	u8 ek[MLKEM_MAX_EK_LEN], dk[MLKEM_MAX_DK_LEN];
	unsigned int len = sizeof(ek);
	struct octets seed;
	int err;

	get(&seed, test, "seed");
	if (crypto_kpp_set_secret(tfm, seed.data, seed.len))
		return false;
	err = public_key(tfm, NULL, 0, ek, &len);
	if (!output_is(err, ek, len, test, "ek"))
		return false;

	/* dk never leaves kpp. */
	err = mlkem_keygen_derand(p, seed.data, ek, dk);
	return output_is(err, dk, p->dk_len, test, "dk");
}

/* A public key of the right length is invalid for what is in it. */
static bool encaps_is_right(const struct mlkem_params *p,
			    struct crypto_kpp *tfm, struct json_object *test)
{
	bool valid = !strcmp(string_of(test, "result"), "valid");
	u8 ct[MLKEM_MAX_CT_LEN], ss[MLKEM_SECRET_LEN];
	unsigned int ct_len = sizeof(ct), ss_len = sizeof(ss);
	struct octets m, ek;
	int err;

	get(&m, test, "m");
	get(&ek, test, "ek");
	if (crypto_kpp_set_secret(tfm, m.data, m.len))
		return false;
	err = public_key(tfm, ek.data, ek.len, ct, &ct_len);
	if (!valid)
		return err == (ek.len == p->ek_len ? -EKEYREJECTED : -EINVAL);
	if (!output_is(err, ct, ct_len, test, "c"))
		return false;
	err = shared_secret(tfm, NULL, 0, ss, &ss_len);
	return output_is(err, ss, ss_len, test, "K");
}

/* What is invalid here has a seed or a ciphertext of a wrong length. */
static bool decaps_is_right(const struct mlkem_params *p,
			    struct crypto_kpp *tfm, struct json_object *test)
{
	bool valid = !strcmp(string_of(test, "result"), "valid");
	u8 ek[MLKEM_MAX_EK_LEN], ss[MLKEM_SECRET_LEN];
	unsigned int ek_len = sizeof(ek), ss_len = sizeof(ss);
	struct octets seed, ct;
	int err;

	get(&seed, test, "seed");
	get(&ct, test, "c");
	err = crypto_kpp_set_secret(tfm, seed.data, seed.len);
	if (!valid && ct.len == p->ct_len) {
		/* 32 octets are taken for m, which makes no key pair. */
		if (seed.len == MLKEM_MESSAGE_LEN)
			return public_key(tfm, NULL, 0, ek, &ek_len) == -ENOKEY;
		return err == -EINVAL;
	}
	if (err)
		return false;

	err = public_key(tfm, NULL, 0, ek, &ek_len);
	if (!output_is(err, ek, ek_len, test, "ek"))
		return false;
	err = shared_secret(tfm, ct.data, ct.len, ss, &ss_len);
	if (!valid)
		return err == -EINVAL;
	return output_is(err, ss, ss_len, test, "K");
}

static const struct kind {
	const char *type;
	bool (*is_right)(const struct mlkem_params *p, struct crypto_kpp *tfm,
			 struct json_object *test);
} kinds[] = {
	{ "MLKEMKeyGen", keygen_is_right },
	{ "MLKEMEncapsTest", encaps_is_right },
	{ "MLKEMTest", decaps_is_right },
};

struct tally {
	unsigned int right;
	unsigned int wrong;
	unsigned int invalid;
};

static const struct kind *kind_of(struct json_object *group)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(string_of(group, "type"), kinds[i].type))
			return &kinds[i];
	}
	ksft_exit_fail_msg("unknown kind of tests: %s\n",
			   string_of(group, "type"));
}

static void run_group(const struct mlkem_params *p, struct json_object *group,
		      struct tally *tally)
{
	const struct kind *kind = kind_of(group);
	struct json_object *tests;

	json_object_object_get_ex(group, "tests", &tests);
	for (size_t i = 0; i < json_object_array_length(tests); i++) {
		struct json_object *test = json_object_array_get_idx(tests, i);
		struct crypto_kpp *tfm = crypto_alloc_kpp(p->name, 0, 0);

		if (kind->is_right(p, tfm, test)) {
			tally->right++;
		} else {
			tally->wrong++;
			ksft_print_msg("tcId %s is wrong\n",
				       string_of(test, "tcId"));
		}
		if (!strcmp(string_of(test, "result"), "invalid"))
			tally->invalid++;
		crypto_free_kpp(tfm);
	}
}

static void run_file(const struct mlkem_params *p, const char *name)
{
	const char *path = vectors_path(name);
	struct json_object *file, *groups, *count;
	struct tally tally = {};

	if (access(path, R_OK)) {
		ksft_test_result_skip("%s is not there\n", path);
		return;
	}
	file = json_object_from_file(path);
	if (!file || !json_object_object_get_ex(file, "testGroups", &groups) ||
	    !json_object_object_get_ex(file, "numberOfTests", &count))
		ksft_exit_fail_msg("%s cannot be read\n", path);

	for (size_t i = 0; i < json_object_array_length(groups); i++)
		run_group(p, json_object_array_get_idx(groups, i), &tally);

	ksft_test_result(!tally.wrong &&
			 tally.right == json_object_get_uint64(count),
			 "%s, %s: %u right (%u invalid), %u wrong\n",
			 mlkem_impl_selected()->name, name, tally.right,
			 tally.invalid, tally.wrong);
	json_object_put(file);
}

int main(void)
{
	static const struct {
		const struct mlkem_params *params;
		const char *name;
	} files[] = {
		{ &mlkem512, "wycheproof/mlkem_512_keygen_seed_test.json" },
		{ &mlkem512, "wycheproof/mlkem_512_encaps_test.json" },
		{ &mlkem512, "wycheproof/mlkem_512_test.json" },
		{ &mlkem768, "wycheproof/mlkem_768_keygen_seed_test.json" },
		{ &mlkem768, "wycheproof/mlkem_768_encaps_test.json" },
		{ &mlkem768, "wycheproof/mlkem_768_test.json" },
		{ &mlkem1024, "wycheproof/mlkem_1024_keygen_seed_test.json" },
		{ &mlkem1024, "wycheproof/mlkem_1024_encaps_test.json" },
		{ &mlkem1024, "wycheproof/mlkem_1024_test.json" },
	};

	ksft_print_header();
	ksft_set_plan(count_implementations() * ARRAY_SIZE(files));
	if (mlkem_kpp_register())
		ksft_exit_fail_msg("the algorithms were not registered\n");
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (!select_or_skip(mlkem_impls[i], ARRAY_SIZE(files)))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(files); j++)
			run_file(files[j].params, files[j].name);
	}
	mlkem_kpp_unregister();
	ksft_finished();
}
