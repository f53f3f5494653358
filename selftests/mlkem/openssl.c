// SPDX-License-Identifier: GPL-2.0
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <string.h>

#include "openssl.h"

/* An EVP_PKEY under a name of our own: its header would define ours anew. */
static EVP_PKEY *pkey_of(struct openssl_key *key)
{
	return (EVP_PKEY *)key;
}

static const char *name_of(const struct mlkem_params *p)
{
	return p == &mlkem512 ? "ML-KEM-512" :
	       p == &mlkem768 ? "ML-KEM-768" : "ML-KEM-1024";
}

const char *openssl_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}

bool openssl_has(const struct mlkem_params *p)
{
	EVP_KEM *kem = EVP_KEM_fetch(NULL, name_of(p), NULL);

	EVP_KEM_free(kem);
	ERR_clear_error();
	return kem;
}

static struct openssl_key *load(const struct mlkem_params *p, const char *what,
				const u8 *data, size_t len, int selection)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(what, (void *)data, len),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, name_of(p), NULL);
	EVP_PKEY *key = NULL;

	if (!ctx || EVP_PKEY_fromdata_init(ctx) <= 0 ||
	    EVP_PKEY_fromdata(ctx, &key, selection, params) <= 0) {
		key = NULL;
		ERR_clear_error();
	}
	EVP_PKEY_CTX_free(ctx);
	return (struct openssl_key *)key;
}

struct openssl_key *openssl_keygen(const struct mlkem_params *p, const u8 *seed)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_ML_KEM_SEED,
						  (void *)seed, MLKEM_SEED_LEN),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, name_of(p), NULL);
	EVP_PKEY *key = NULL;

	if (!ctx || EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_params(ctx, params) <= 0 ||
	    EVP_PKEY_generate(ctx, &key) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return (struct openssl_key *)key;
}

struct openssl_key *openssl_load_ek(const struct mlkem_params *p, const u8 *ek)
{
	return load(p, OSSL_PKEY_PARAM_PUB_KEY, ek, p->ek_len,
		    EVP_PKEY_PUBLIC_KEY);
}

struct openssl_key *openssl_load_dk(const struct mlkem_params *p, const u8 *dk)
{
	static OSSL_PROVIDER *provider;

	/* It would encapsulate with the ek, and decapsulate. */
	if (!provider) {
		provider = OSSL_PROVIDER_load(NULL, "default");
		OSSL_PROVIDER_add_conf_parameter(provider,
						 "ml-kem.import_pct_type",
						 "none");
	}
	return load(p, OSSL_PKEY_PARAM_PRIV_KEY, dk, p->dk_len,
		    EVP_PKEY_KEYPAIR);
}

static bool get_octets(EVP_PKEY *key, const char *what, u8 *out, size_t len)
{
	size_t got;

	return EVP_PKEY_get_octet_string_param(key, what, out, len, &got) > 0 &&
	       got == len;
}

bool openssl_get_keys(const struct mlkem_params *p, struct openssl_key *key,
		      u8 *ek, u8 *dk)
{
	EVP_PKEY *pkey = pkey_of(key);

	return get_octets(pkey, OSSL_PKEY_PARAM_PUB_KEY, ek, p->ek_len) &&
	       (!dk ||
		get_octets(pkey, OSSL_PKEY_PARAM_PRIV_KEY, dk, p->dk_len));
}

bool openssl_encaps(const struct mlkem_params *p, struct openssl_key *key,
		    const u8 *m, u8 *ct, u8 *ss)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KEM_PARAM_IKME,
						  (void *)m, MLKEM_MESSAGE_LEN),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey_of(key), NULL);
	size_t ct_len = p->ct_len, ss_len = MLKEM_SECRET_LEN;
	bool done;

	done = ctx && EVP_PKEY_encapsulate_init(ctx, params) > 0 &&
	       EVP_PKEY_encapsulate(ctx, ct, &ct_len, ss, &ss_len) > 0;
	EVP_PKEY_CTX_free(ctx);
	return done;
}

bool openssl_decaps(const struct mlkem_params *p, struct openssl_key *key,
		    const u8 *ct, u8 *ss)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey_of(key), NULL);
	size_t ss_len = MLKEM_SECRET_LEN;
	bool done;

	done = ctx && EVP_PKEY_decapsulate_init(ctx, NULL) > 0 &&
	       EVP_PKEY_decapsulate(ctx, ss, &ss_len, ct, p->ct_len) > 0;
	EVP_PKEY_CTX_free(ctx);
	return done;
}

void openssl_free(struct openssl_key *key)
{
	EVP_PKEY_free(pkey_of(key));
}
