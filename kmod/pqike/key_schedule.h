/* SPDX-License-Identifier: GPL-2.0 */
/* From shared secrets to keys (RFC 7296 section 2.14, RFC 9370 section 2.2.2). */
#ifndef PQIKE_KEY_SCHEDULE_H
#define PQIKE_KEY_SCHEDULE_H

#include <linux/types.h>

#include "ike_message.h"
#include "prf.h"
#include "sk_algorithm.h"

/* SK(0) of the key exchange, SK(1) to SK(7) of ADDKE1 to ADDKE7. */
#define PQIKE_SECRETS_MAX	8

/* Of the notification PPK_IDENTITY_KEY (RFC 9867 section 3.1). */
#define PQIKE_PPK_CONFIRMATION_LEN	8

/*
 * What the messages of IKE_SA_INIT, or of a CREATE_CHILD_SA exchange, put into
 * the keys besides the secrets.
 */
struct pqike_init_values {
	u8 spi_i[IKE_SPI_LEN];
	u8 spi_r[IKE_SPI_LEN];
	u16 ni_len;
	u16 nr_len;
	u8 ni[IKE_NONCE_MAX];
	u8 nr[IKE_NONCE_MAX];
};

/**
 * struct pqike_keys - keys(n)
 * @sk: says how long SK_a and SK_e are; NULL where there are no keys
 * @sk_d: as long as the PRF's output, as are SK_pi and SK_pr
 * @sk_ai: integrity of what the initiator sends
 * @sk_ar: integrity of what the responder sends
 * @sk_ei: encryption of what the initiator sends, salt last
 * @sk_er: encryption of what the responder sends, salt last
 * @sk_pi: authentication of the initiator
 * @sk_pr: authentication of the responder
 */
struct pqike_keys {
	const struct pqike_sk_algorithm *sk;
	u8 sk_d[PQIKE_PRF_LEN_MAX];
	u8 sk_ai[PQIKE_SK_A_LEN_MAX];
	u8 sk_ar[PQIKE_SK_A_LEN_MAX];
	u8 sk_ei[PQIKE_SK_E_LEN_MAX];
	u8 sk_er[PQIKE_SK_E_LEN_MAX];
	u8 sk_pi[PQIKE_PRF_LEN_MAX];
	u8 sk_pr[PQIKE_PRF_LEN_MAX];
};

int pqike_derive_keys(struct crypto_shash *prf,
		      const struct pqike_init_values *init,
		      const u8 *sk_d_before, const u8 *secret,
		      size_t secret_len, const struct pqike_sk_algorithm *sk,
		      struct pqike_keys *keys);
int pqike_derive_rekeyed_keys(struct crypto_shash *prf,
			      const struct pqike_init_values *init,
			      const u8 *sk_d_old, const struct kvec *secrets,
			      unsigned int n_secrets,
			      const struct pqike_sk_algorithm *sk,
			      struct pqike_keys *keys);
int pqike_mix_ppk(struct crypto_shash *prf, const u8 *ppk, size_t ppk_len,
		  const u8 *key, u8 *mixed);
int pqike_derive_ppk_keys(struct crypto_shash *prf,
			  const struct pqike_init_values *init, const u8 *ppk,
			  size_t ppk_len, struct pqike_keys *keys);
int pqike_confirm_ppk(struct crypto_shash *prf,
		      const struct pqike_init_values *init, const u8 *ppk,
		      size_t ppk_len, u8 *confirmation);
int pqike_derive_keymat(struct crypto_shash *prf,
			const struct pqike_init_values *init, const u8 *sk_d,
			u8 *keymat, size_t len);
int pqike_derive_linked_keymat(struct crypto_shash *prf,
			       const struct pqike_init_values *init,
			       const u8 *sk_d, const struct kvec *secrets,
			       unsigned int n_secrets, u8 *keymat, size_t len);

#endif /* PQIKE_KEY_SCHEDULE_H */
