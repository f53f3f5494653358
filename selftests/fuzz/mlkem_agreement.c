// SPDX-License-Identifier: GPL-2.0
/*
 * All implementations and OpenSSL accept the same, refuse the same and give the
 * same, for keys and ciphertexts that were valid before they were changed.
 *
 * OpenSSL refuses more of a dk than FIPS 203, section 7.3, asks for: also one in
 * which s or t is not reduced.
 */
#include <errno.h>

#include "impl.h"
#include "mlkem_keys.h"
#include "openssl.h"
#include "openssl_import.h"
#include "patch.h"

struct inputs {
	const struct mlkem_params *p;
	u8 m[MLKEM_MESSAGE_LEN];
	u8 *ek, *dk, *ct;
};

struct outputs {
	int encaps, decaps;	/* errors */
	u8 ct[MLKEM_MAX_CT_LEN];
	u8 encapsulated[MLKEM_SECRET_LEN];
	u8 decapsulated[MLKEM_SECRET_LEN];
};

static void run_ours(const struct inputs *in, struct outputs *out)
{
	const struct mlkem_params *p = in->p;

	memset(out, 0, sizeof(*out));
	out->encaps = mlkem_encaps_derand(p, in->ek, p->ek_len, in->m, out->ct,
					  out->encapsulated);
	out->decaps = mlkem_decaps(p, in->dk, p->dk_len, in->ct, p->ct_len,
				   out->decapsulated);
}

/* Any refusal of OpenSSL is -EKEYREJECTED. */
static void run_openssl(const struct inputs *in, struct outputs *out)
{
	const struct mlkem_params *p = in->p;
	struct openssl_key *ek = openssl_load_ek(p, in->ek);
	struct openssl_key *dk = openssl_load_dk(p, in->dk);

	memset(out, 0, sizeof(*out));
	out->encaps = ek ? 0 : -EKEYREJECTED;
	out->decaps = dk ? 0 : -EKEYREJECTED;
	if (ek)
		require(openssl_encaps(p, ek, in->m, out->ct,
				       out->encapsulated));
	if (dk)
		require(openssl_decaps(p, dk, in->ct, out->decapsulated));
	openssl_free(ek);
	openssl_free(dk);
}

static void require_same(const struct outputs *a, const struct outputs *b)
{
	require(a->encaps == b->encaps);
	require(a->decaps == b->decaps);
	require(!memcmp(a->ct, b->ct, sizeof(a->ct)));
	require(!memcmp(a->encapsulated, b->encapsulated, MLKEM_SECRET_LEN));
	require(!memcmp(a->decapsulated, b->decapsulated, MLKEM_SECRET_LEN));
}

static bool openssl_has_all(void)
{
	static int has = -1;

	if (has < 0)
		has = openssl_has(&mlkem512) && openssl_has(&mlkem768) &&
		      openssl_has(&mlkem1024);
	return has;
}

static void compare(const struct inputs *in)
{
	const struct mlkem_params *p = in->p;
	struct outputs portable, other;

	mlkem_impl_select("portable");
	run_ours(in, &portable);
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (mlkem_impl_select(mlkem_impls[i]->name))
			continue;
		run_ours(in, &other);
		require_same(&portable, &other);
	}
	if (!openssl_has_all())
		return;
	run_openssl(in, &other);
	if (!all_reduced(in->dk, 2 * p->k * 256)) {
		require(other.decaps);
		other.decaps = portable.decaps;
		memcpy(other.decapsulated, portable.decapsulated,
		       MLKEM_SECRET_LEN);
	}
	require_same(&portable, &other);
}

/* Lengths are for the other targets: OpenSSL is told the right ones. */
static u8 *draw_changed(struct draw *in, const u8 *valid, size_t wanted)
{
	size_t len;
	u8 *changed = patched(in, valid, wanted, &len);

	if (len == wanted)
		return changed;
	free(changed);
	return exact_copy(valid, wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw draw = { data, size };
	const struct mlkem_params *p = draw_set(&draw);
	const struct mlkem_keys *keys = valid_keys(p);
	bool mend = draw_u8(&draw) & 1;
	struct inputs in = { .p = p };
	struct keccak keccak;

	openssl_import_untested();
	memset(in.m, draw_u8(&draw), sizeof(in.m));
	in.ek = draw_changed(&draw, keys->ek, p->ek_len);
	in.dk = draw_changed(&draw, keys->dk, p->dk_len);
	in.ct = draw_changed(&draw, keys->ct, p->ct_len);
	if (mend)
		keccak_sha3_256(&keccak, in.dk + p->k * 384, p->ek_len,
				in.dk + p->dk_len - 64);
	compare(&in);
	free(in.ek);
	free(in.dk);
	free(in.ct);
	return 0;
}
