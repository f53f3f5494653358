// SPDX-License-Identifier: GPL-2.0
/*
 * The ECDH vectors of C2SP Wycheproof with points as octets, through the kpp algorithms.
 */
#include <crypto/kpp.h>
#include <errno.h>
#include <json-c/json.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <string.h>
#include <unistd.h>

#include "ecdh.h"
#include "kpp.h"
#include "kpp_client.h"
#include "kselftest.h"
#include "vectors.h"

static const char *string_of(struct json_object *test, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(test, key, &value) ?
	       json_object_get_string(value) : "";
}

/* A number of any length, as the curve has it; all files have keys that fit. */
static void pad_key(const struct ecdh_curve *curve, const struct octets *number,
		    u8 *key)
{
	for (unsigned int i = 0; i < curve->octets; i++)
		key[curve->octets - 1 - i] = i < number->len ?
					     number->data[number->len - 1 - i] : 0;
}

/*
 * A point is 4, x and y.  In kpp the 4 is left out, and so is all that is encoded
 * otherwise: it is refused for its length, also where the vector calls it acceptable.
 */
static bool is_right(const struct ecdh_curve *curve, struct crypto_kpp *tfm,
		     struct json_object *test, bool *refused)
{
	u8 key[ECDH_MAX_OCTETS], secret[ECDH_MAX_OCTETS];
	const bool valid = !strcmp(string_of(test, "result"), "valid");
	struct octets private, public, shared;
	int err;

	parse_hex(&private, string_of(test, "private"));
	parse_hex(&public, string_of(test, "public"));
	parse_hex(&shared, string_of(test, "shared"));
	pad_key(curve, &private, key);
	if (set_private_key(tfm, key, curve->octets))
		return false;
	if (public.len && public.data[0] == 4)
		err = shared_secret(tfm, public.data + 1, public.len - 1, secret,
				    curve->octets);
	else
		err = shared_secret(tfm, public.data, public.len, secret,
				    curve->octets);
	*refused = err == -EINVAL;
	return valid ? !err && octets_equal(&shared, secret, curve->octets) : *refused;
}

struct tally {
	unsigned int right;
	unsigned int wrong;
	unsigned int refused;
};

static void run_group(const struct ecdh_curve *curve, const char *algorithm,
		      struct json_object *group, struct tally *tally)
{
	struct json_object *tests;

	json_object_object_get_ex(group, "tests", &tests);
	for (size_t i = 0; i < json_object_array_length(tests); i++) {
		struct json_object *test = json_object_array_get_idx(tests, i);
		struct crypto_kpp *tfm = crypto_alloc_kpp(algorithm, 0, 0);
		bool refused = false;

		if (is_right(curve, tfm, test, &refused)) {
			tally->right++;
		} else {
			tally->wrong++;
			ksft_print_msg("tcId %s is wrong\n", string_of(test, "tcId"));
		}
		tally->refused += refused;
		crypto_free_kpp(tfm);
	}
}

static void run_file(const struct ecdh_curve *curve, const char *algorithm,
		     const char *name)
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
		run_group(curve, algorithm, json_object_array_get_idx(groups, i), &tally);
	ksft_test_result(!tally.wrong &&
			 tally.right == json_object_get_uint64(count),
			 "%s: %u right (%u refused), %u wrong\n", name, tally.right,
			 tally.refused, tally.wrong);
	json_object_put(file);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(2);
	if (ecdh_kpp_register())
		ksft_exit_fail_msg("the algorithms were not registered\n");
	run_file(&ecdh_p256, "ecdh-nist-p256",
		 "wycheproof/ecdh_secp256r1_ecpoint_test.json");
	run_file(&ecdh_p384, "ecdh-nist-p384",
		 "wycheproof/ecdh_secp384r1_ecpoint_test.json");
	ecdh_kpp_unregister();
	ksft_finished();
}
