/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ML-KEM of OpenSSL 3.5 or later, by the same arguments as ours.
 */
#ifndef _OPENSSL_H
#define _OPENSSL_H

#include <linux/types.h>

#include "mlkem.h"

/**
 * openssl_version() - the version of the library
 *
 * Return: text.
 */
const char *openssl_version(void);

/**
 * openssl_has() - whether the library has a parameter set
 * @p: parameter set
 *
 * Return: whether it has.
 */
bool openssl_has(const struct mlkem_params *p);

/* A key pair, or an encapsulation key, of OpenSSL */
struct openssl_key;

/**
 * openssl_keygen() - make the key pair of a seed
 * @p: parameter set
 * @seed: d || z
 *
 * Return: key, or NULL.
 */
struct openssl_key *openssl_keygen(const struct mlkem_params *p, const u8 *seed);

/**
 * openssl_get_keys() - encode a key pair
 * @p: parameter set
 * @key: key pair
 * @ek: encapsulation key out
 * @dk: decapsulation key out, or NULL
 *
 * Return: whether it succeeded.
 */
bool openssl_get_keys(const struct mlkem_params *p, struct openssl_key *key,
		      u8 *ek, u8 *dk);

/**
 * openssl_load_ek() - decode an encapsulation key
 * @p: parameter set
 * @ek: encapsulation key
 *
 * Return: key, or NULL when it is refused.
 */
struct openssl_key *openssl_load_ek(const struct mlkem_params *p, const u8 *ek);

/**
 * openssl_load_dk() - decode a decapsulation key
 * @p: parameter set
 * @dk: decapsulation key, the ek in which need not belong to the rest
 *
 * Return: key, or NULL when it is refused.
 */
struct openssl_key *openssl_load_dk(const struct mlkem_params *p, const u8 *dk);

/**
 * openssl_encaps() - encapsulate
 * @p: parameter set
 * @key: encapsulation key
 * @m: message
 * @ct: ciphertext out
 * @ss: shared secret out
 *
 * Return: whether it succeeded.
 */
bool openssl_encaps(const struct mlkem_params *p, struct openssl_key *key,
		    const u8 *m, u8 *ct, u8 *ss);

/**
 * openssl_decaps() - decapsulate
 * @p: parameter set
 * @key: key pair
 * @ct: ciphertext
 * @ss: shared secret out
 *
 * Return: whether it succeeded.
 */
bool openssl_decaps(const struct mlkem_params *p, struct openssl_key *key,
		    const u8 *ct, u8 *ss);

/**
 * openssl_free() - free a key
 * @key: key, or NULL
 */
void openssl_free(struct openssl_key *key);

#endif
