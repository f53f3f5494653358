// SPDX-License-Identifier: GPL-2.0
/*
 * The key schedule.
 *
 *	SKEYSEED(0) = prf(Ni | Nr, g^ir)
 *	SKEYSEED(n) = prf(SK_d(n-1), SK(n) | Ni | Nr)
 *	keys(n)     = prf+(SKEYSEED(n), Ni | Nr | SPIi | SPIr)
 *	KEYMAT      = prf+(SK_d(last), Ni | Nr)
 *
 * and of what CREATE_CHILD_SA and IKE_FOLLOWUP_KE make, SK(0) being absent
 * where there was no key exchange:
 *
 *	KEYMAT      = prf+(SK_d, SK(0) | Ni | Nr | SK(1) | ... | SK(n))
 *	SKEYSEED    = prf(SK_d(old), SK(0) | Ni | Nr | SK(1) | ... | SK(n))
 *	keys        = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr)
 *
 * and of a post-quantum preshared key, either only what comes from SK_d and
 * AUTH, or all:
 *
 *	SK_d'  = prf+(PPK, SK_d), likewise SK_pi' and SK_pr'
 *
 *	SKEYSEED' = prf+(PPK, SK_d)
 *	keys'     = prf+(SKEYSEED', Ni | Nr | SPIi | SPIr)
 *
 * RFC 7296 sections 2.14, 2.17 and 2.18, RFC 9370 sections 2.2.2 and 2.2.4, RFC
 * 8784 section 3, RFC 9867 section 3.1.
 */
#include <linux/string.h>

#include "key_schedule.h"

static int derive_skeyseed(struct crypto_shash *prf,
			   const struct pqike_init_values *init,
			   const u8 *sk_d_before, const u8 *secret,
			   size_t secret_len, u8 *skeyseed)
{
	const struct kvec seed[] = {
		{ (void *)secret, secret_len },
		{ (void *)init->ni, init->ni_len },
		{ (void *)init->nr, init->nr_len },
	};
	u8 nonces[2 * IKE_NONCE_MAX];

	if (sk_d_before)
		return pqike_prf(prf, sk_d_before, pqike_prf_len(prf), seed,
				 ARRAY_SIZE(seed), skeyseed);

	memcpy(nonces, init->ni, init->ni_len);
	memcpy(nonces + init->ni_len, init->nr, init->nr_len);
	return pqike_prf(prf, nonces, init->ni_len + init->nr_len, seed, 1,
			 skeyseed);
}

/* Cut prf+ into SK_d, SK_ai, SK_ar, SK_ei, SK_er, SK_pi, SK_pr, in this order. */
static void cut_keys(struct pqike_keys *keys, const u8 *stream, size_t prf_len)
{
	struct {
		u8 *key;
		size_t len;
	} pieces[] = {
		{ keys->sk_d, prf_len },
		{ keys->sk_ai, keys->sk->sk_a_len },
		{ keys->sk_ar, keys->sk->sk_a_len },
		{ keys->sk_ei, keys->sk->sk_e_len },
		{ keys->sk_er, keys->sk->sk_e_len },
		{ keys->sk_pi, prf_len },
		{ keys->sk_pr, prf_len },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		memcpy(pieces[i].key, stream, pieces[i].len);
		stream += pieces[i].len;
	}
}

/* keys = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr) */
static int expand_keys(struct crypto_shash *prf,
		       const struct pqike_init_values *init,
		       const u8 *skeyseed, const struct pqike_sk_algorithm *sk,
		       struct pqike_keys *keys)
{
	const struct kvec seed[] = {
		{ (void *)init->ni, init->ni_len },
		{ (void *)init->nr, init->nr_len },
		{ (void *)init->spi_i, IKE_SPI_LEN },
		{ (void *)init->spi_r, IKE_SPI_LEN },
	};
	const size_t prf_len = pqike_prf_len(prf);
	const size_t len = 3 * prf_len + 2 * (sk->sk_a_len + sk->sk_e_len);
	u8 stream[3 * PQIKE_PRF_LEN_MAX +
		  2 * (PQIKE_SK_A_LEN_MAX + PQIKE_SK_E_LEN_MAX)];
	int err;

	keys->sk = sk;
	err = pqike_prf_plus(prf, skeyseed, prf_len, seed, ARRAY_SIZE(seed),
			     stream, len);
	if (!err)
		cut_keys(keys, stream, prf_len);
	memzero_explicit(stream, sizeof(stream));
	return err;
}

/**
 * pqike_derive_keys() - keys(n) from the shared secret of round n
 * @prf: the negotiated function
 * @init: SPIs and nonces
 * @sk_d_before: SK_d(n-1), or NULL for n = 0
 * @secret: g^ir for n = 0, else the n-th additional shared secret
 * @secret_len: octets in @secret
 * @sk: what protects SK payloads
 * @keys: receives keys(n); must not hold @sk_d_before
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash with @keys wiped.
 */
int pqike_derive_keys(struct crypto_shash *prf,
		      const struct pqike_init_values *init,
		      const u8 *sk_d_before, const u8 *secret,
		      size_t secret_len, const struct pqike_sk_algorithm *sk,
		      struct pqike_keys *keys)
{
	u8 skeyseed[PQIKE_PRF_LEN_MAX];
	int err;

	err = derive_skeyseed(prf, init, sk_d_before, secret, secret_len,
			      skeyseed);
	if (!err)
		err = expand_keys(prf, init, skeyseed, sk, keys);
	if (err)
		memzero_explicit(keys, sizeof(*keys));
	memzero_explicit(skeyseed, sizeof(skeyseed));
	return err;
}

/* SK(0) | Ni | Nr | SK(1) | ... | SK(n), as parts; returns how many. */
static unsigned int link_secrets(struct kvec *seed,
				 const struct pqike_init_values *init,
				 const struct kvec *secrets,
				 unsigned int n_secrets)
{
	unsigned int n = 0;

	if (n_secrets)
		seed[n++] = secrets[0];
	seed[n++] = (struct kvec){ (void *)init->ni, init->ni_len };
	seed[n++] = (struct kvec){ (void *)init->nr, init->nr_len };
	for (unsigned int i = 1; i < n_secrets; i++)
		seed[n++] = secrets[i];
	return n;
}

/**
 * pqike_derive_rekeyed_keys() - the keys of an IKE SA that rekeys another
 * @prf: the negotiated function, of both IKE SAs
 * @init: SPIs of the new IKE SA, nonces of CREATE_CHILD_SA
 * @sk_d_old: SK_d of the IKE SA that is rekeyed
 * @secrets: SK(0) to SK(n)
 * @n_secrets: n + 1, 1 to PQIKE_SECRETS_MAX
 * @sk: what protects SK payloads
 * @keys: receives the keys; must not hold @sk_d_old
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash with @keys wiped.
 */
int pqike_derive_rekeyed_keys(struct crypto_shash *prf,
			      const struct pqike_init_values *init,
			      const u8 *sk_d_old, const struct kvec *secrets,
			      unsigned int n_secrets,
			      const struct pqike_sk_algorithm *sk,
			      struct pqike_keys *keys)
{
	struct kvec seed[PQIKE_SECRETS_MAX + 2];
	u8 skeyseed[PQIKE_PRF_LEN_MAX];
	unsigned int n;
	int err;

	n = link_secrets(seed, init, secrets, n_secrets);
	err = pqike_prf(prf, sk_d_old, pqike_prf_len(prf), seed, n, skeyseed);
	if (!err)
		err = expand_keys(prf, init, skeyseed, sk, keys);
	if (err)
		memzero_explicit(keys, sizeof(*keys));
	memzero_explicit(skeyseed, sizeof(skeyseed));
	return err;
}

/**
 * pqike_mix_ppk() - one key from a PPK and another key
 * @prf: the negotiated function
 * @ppk: the post-quantum preshared key
 * @ppk_len: octets in @ppk
 * @key: SK_d, SK_pi or SK_pr
 * @mixed: receives as many octets, may be @key
 *
 * Context: may sleep.
 * Return: 0, or an error of pqike_prf_plus() with @mixed wiped.
 */
int pqike_mix_ppk(struct crypto_shash *prf, const u8 *ppk, size_t ppk_len,
		  const u8 *key, u8 *mixed)
{
	const size_t len = pqike_prf_len(prf);
	const struct kvec seed = { (void *)key, len };

	return pqike_prf_plus(prf, ppk, ppk_len, &seed, 1, mixed, len);
}

/**
 * pqike_derive_ppk_keys() - all keys from a PPK and the keys before it
 * @prf: the negotiated function
 * @init: SPIs and nonces
 * @ppk: the post-quantum preshared key
 * @ppk_len: octets in @ppk
 * @keys: has the keys before, of which SK_d counts; receives the others
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash with @keys wiped.
 */
int pqike_derive_ppk_keys(struct crypto_shash *prf,
			  const struct pqike_init_values *init, const u8 *ppk,
			  size_t ppk_len, struct pqike_keys *keys)
{
	u8 skeyseed[PQIKE_PRF_LEN_MAX];
	int err;

	err = pqike_mix_ppk(prf, ppk, ppk_len, keys->sk_d, skeyseed);
	if (!err)
		err = expand_keys(prf, init, skeyseed, keys->sk, keys);
	if (err)
		memzero_explicit(keys, sizeof(*keys));
	memzero_explicit(skeyseed, sizeof(skeyseed));
	return err;
}

/**
 * pqike_confirm_ppk() - what shows that both sides have the same PPK
 * @prf: the negotiated function
 * @init: SPIs and nonces
 * @ppk: the post-quantum preshared key
 * @ppk_len: octets in @ppk
 * @confirmation: receives PQIKE_PPK_CONFIRMATION_LEN octets of
 *	prf(PPK, Ni | Nr | SPIi | SPIr)
 *
 * Context: may sleep.
 * Return: 0 or an error of the hash.
 */
int pqike_confirm_ppk(struct crypto_shash *prf,
		      const struct pqike_init_values *init, const u8 *ppk,
		      size_t ppk_len, u8 *confirmation)
{
	const struct kvec seed[] = {
		{ (void *)init->ni, init->ni_len },
		{ (void *)init->nr, init->nr_len },
		{ (void *)init->spi_i, IKE_SPI_LEN },
		{ (void *)init->spi_r, IKE_SPI_LEN },
	};
	u8 value[PQIKE_PRF_LEN_MAX];
	int err;

	err = pqike_prf(prf, ppk, ppk_len, seed, ARRAY_SIZE(seed), value);
	if (!err)
		memcpy(confirmation, value, PQIKE_PPK_CONFIRMATION_LEN);
	memzero_explicit(value, sizeof(value));
	return err;
}

/**
 * pqike_derive_keymat() - the keys of the first Child SA
 * @prf: the negotiated function
 * @init: nonces of IKE_SA_INIT
 * @sk_d: SK_d of the last round
 * @keymat: receives @len octets; the caller wipes them
 * @len: octets wanted, those of the initiator's SA first
 *
 * Context: may sleep.
 * Return: 0, or an error of pqike_prf_plus() with @keymat wiped.
 */
int pqike_derive_keymat(struct crypto_shash *prf,
			const struct pqike_init_values *init, const u8 *sk_d,
			u8 *keymat, size_t len)
{
	const struct kvec seed[] = {
		{ (void *)init->ni, init->ni_len },
		{ (void *)init->nr, init->nr_len },
	};

	return pqike_prf_plus(prf, sk_d, pqike_prf_len(prf), seed,
			      ARRAY_SIZE(seed), keymat, len);
}

/**
 * pqike_derive_linked_keymat() - the keys of a Child SA of CREATE_CHILD_SA
 * @prf: the negotiated function
 * @init: nonces of CREATE_CHILD_SA; the SPIs are not used
 * @sk_d: SK_d of the IKE SA
 * @secrets: SK(0) to SK(n)
 * @n_secrets: n + 1, at most PQIKE_SECRETS_MAX; 0 without a key exchange
 * @keymat: receives @len octets; the caller wipes them
 * @len: octets wanted, those of the initiator's SA first
 *
 * Context: may sleep.
 * Return: 0, or an error of pqike_prf_plus() with @keymat wiped.
 */
int pqike_derive_linked_keymat(struct crypto_shash *prf,
			       const struct pqike_init_values *init,
			       const u8 *sk_d, const struct kvec *secrets,
			       unsigned int n_secrets, u8 *keymat, size_t len)
{
	struct kvec seed[PQIKE_SECRETS_MAX + 2];
	unsigned int n;

	n = link_secrets(seed, init, secrets, n_secrets);
	return pqike_prf_plus(prf, sk_d, pqike_prf_len(prf), seed, n, keymat,
			      len);
}
