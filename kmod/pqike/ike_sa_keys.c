// SPDX-License-Identifier: GPL-2.0
/*
 * The change of an IKE SA to other keys, in two steps: ciphers are made, which
 * may fail and changes nothing, and then used, which cannot fail.
 */
#include <linux/string.h>

#include "ike_sa.h"

/**
 * pqike_ciphers_make() - key the ciphers of both directions
 * @ciphers: receives them, to be used or to be freed with pqike_ciphers_free();
 *	all zero on error
 * @role: which side of the IKE SA this is
 * @keys: the keys
 * @extack: says what the kernel lacks
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or an error of the cipher.
 */
int pqike_ciphers_make(struct pqike_ciphers *ciphers, enum pqike_role role,
		       const struct pqike_keys *keys,
		       struct netlink_ext_ack *extack)
{
	const bool initiator = role == PQIKE_ROLE_INITIATOR;
	int err;

	memset(ciphers, 0, sizeof(*ciphers));
	err = pqike_sk_cipher_init(&ciphers->sealing, keys->sk, extack) ?:
	      pqike_sk_cipher_init(&ciphers->opening, keys->sk, extack) ?:
	      pqike_sk_cipher_set_key(&ciphers->sealing,
				      initiator ? keys->sk_ai : keys->sk_ar,
				      initiator ? keys->sk_ei : keys->sk_er) ?:
	      pqike_sk_cipher_set_key(&ciphers->opening,
				      initiator ? keys->sk_ar : keys->sk_ai,
				      initiator ? keys->sk_er : keys->sk_ei);
	if (err)
		pqike_ciphers_free(ciphers);
	return err;
}

/**
 * pqike_ciphers_free() - give both ciphers back, their keys wiped
 * @ciphers: from pqike_ciphers_make(), or all zero; all zero afterwards
 *
 * Context: may sleep.
 */
void pqike_ciphers_free(struct pqike_ciphers *ciphers)
{
	pqike_sk_cipher_free(&ciphers->sealing);
	pqike_sk_cipher_free(&ciphers->opening);
}

/**
 * pqike_ike_sa_use_keys() - start the use of keys(n)
 * @sa: locked
 * @keys: becomes @sa->keys but for SK_a and SK_e, which only the ciphers keep; the
 *	caller wipes its copy
 * @ciphers: made of @keys; taken over, all zero afterwards
 *
 * Context: may sleep.
 */
void pqike_ike_sa_use_keys(struct pqike_ike_sa *sa,
			   const struct pqike_keys *keys,
			   struct pqike_ciphers *ciphers)
{
	sa->keys.sk = keys->sk;
	memcpy(sa->keys.sk_d, keys->sk_d, sizeof(keys->sk_d));
	memcpy(sa->keys.sk_pi, keys->sk_pi, sizeof(keys->sk_pi));
	memcpy(sa->keys.sk_pr, keys->sk_pr, sizeof(keys->sk_pr));
	pqike_ciphers_free(&sa->ciphers);
	sa->ciphers = *ciphers;
	memzero_explicit(ciphers, sizeof(*ciphers));
}

/**
 * pqike_ike_sa_change_keys() - make the ciphers of keys(n), and use them
 * @sa: locked
 * @keys: as for pqike_ike_sa_use_keys()
 * @extack: says what the kernel lacks
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, an error of pqike_ciphers_make().
 */
int pqike_ike_sa_change_keys(struct pqike_ike_sa *sa,
			     const struct pqike_keys *keys,
			     struct netlink_ext_ack *extack)
{
	struct pqike_ciphers ciphers;
	int err;

	err = pqike_ciphers_make(&ciphers, sa->role, keys, extack);
	if (!err)
		pqike_ike_sa_use_keys(sa, keys, &ciphers);
	return err;
}
