// SPDX-License-Identifier: GPL-2.0
/*
 * The key schedule.
 *
 *	SKEYSEED(0) = prf(Ni | Nr, g^ir)
 *	SKEYSEED(n) = prf(SK_d(n-1), SK(n) | Ni | Nr)
 *	keys(n)     = prf+(SKEYSEED(n), Ni | Nr | SPIi | SPIr)
 *	KEYMAT      = prf+(SK_d(last), Ni | Nr)
 *
 * RFC 7296 sections 2.14 and 2.17, RFC 9370 section 2.2.2.
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

/* Cut prf+ into SK_d, SK_ei, SK_er, SK_pi, SK_pr, in this order. */
static void cut_keys(struct pqike_keys *keys, const u8 *stream, size_t prf_len)
{
	struct {
		u8 *key;
		size_t len;
	} pieces[] = {
		{ keys->sk_d, prf_len },
		{ keys->sk_ei, keys->sk_e_len },
		{ keys->sk_er, keys->sk_e_len },
		{ keys->sk_pi, prf_len },
		{ keys->sk_pr, prf_len },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		memcpy(pieces[i].key, stream, pieces[i].len);
		stream += pieces[i].len;
	}
}

/**
 * pqike_derive_keys() - keys(n) from the shared secret of round n
 * @prf: the negotiated function
 * @init: SPIs and nonces
 * @sk_d_before: SK_d(n-1), or NULL for n = 0
 * @secret: g^ir for n = 0, else the n-th additional shared secret
 * @secret_len: octets in @secret
 * @sk_e_len: octets of SK_e, salt included, at most PQIKE_SK_E_LEN_MAX
 * @keys: receives keys(n); must not hold @sk_d_before
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash with @keys wiped.
 */
int pqike_derive_keys(struct crypto_shash *prf,
		      const struct pqike_init_values *init,
		      const u8 *sk_d_before, const u8 *secret,
		      size_t secret_len, unsigned int sk_e_len,
		      struct pqike_keys *keys)
{
	const struct kvec seed[] = {
		{ (void *)init->ni, init->ni_len },
		{ (void *)init->nr, init->nr_len },
		{ (void *)init->spi_i, IKE_SPI_LEN },
		{ (void *)init->spi_r, IKE_SPI_LEN },
	};
	const size_t prf_len = pqike_prf_len(prf);
	u8 stream[3 * PQIKE_PRF_LEN_MAX + 2 * PQIKE_SK_E_LEN_MAX];
	u8 skeyseed[PQIKE_PRF_LEN_MAX];
	int err;

	keys->sk_e_len = sk_e_len;
	err = derive_skeyseed(prf, init, sk_d_before, secret, secret_len,
			      skeyseed);
	if (!err)
		err = pqike_prf_plus(prf, skeyseed, prf_len, seed,
				     ARRAY_SIZE(seed), stream,
				     3 * prf_len + 2 * sk_e_len);
	if (!err)
		cut_keys(keys, stream, prf_len);
	else
		memzero_explicit(keys, sizeof(*keys));
	memzero_explicit(skeyseed, sizeof(skeyseed));
	memzero_explicit(stream, sizeof(stream));
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
