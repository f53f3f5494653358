/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of transforms: IANA's numbers, our names for them and the words
 * that strongSwan has for them in proposal strings.
 */
#ifndef PQIKE_TRANSFORM_H
#define PQIKE_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nearest.h"

enum transform_type {
	TRANSFORM_ENCR = 1,
	TRANSFORM_PRF = 2,
	TRANSFORM_INTEG = 3,
	TRANSFORM_KE = 4,
	TRANSFORM_ESN = 5,
	TRANSFORM_ADDKE1 = 6,
	TRANSFORM_ADDKE7 = 12,
};

enum protocol_id {
	PROTOCOL_IKE = 1,
	PROTOCOL_AH = 2,
	PROTOCOL_ESP = 3,
};

struct transform {
	uint8_t type; /* enum transform_type */
	uint16_t id;
	uint16_t key_bits; /* Key Length attribute, 0 where there is none */
};

#define KE_NONE 0
#define INTEG_NONE 0
#define ESN_NONE 0

#define ENCR_AES_CBC 12
#define ENCR_AES_GCM_16 20
#define ENCR_CHACHA20_POLY1305 28

struct transform_word {
	const char *word;
	uint8_t type; /* TRANSFORM_KE stands for ADDKE1 to ADDKE7 too */
	uint16_t id;
	uint16_t key_bits;
};

/**
 * transform_find() - look a word of a proposal string up
 *
 * Return: NULL where no supported transform is called so.
 */
const struct transform_word *transform_find(const char *word);

/* Return: whether strongSwan's language has @word, for what is not supported. */
bool transform_is_unsupported(const char *word);

/* Try the words that are supported against one that is not known. */
void transform_nearest(const char *word, struct nearest *nearest);

/**
 * transform_words() - the words that may stand in a proposal
 * @protocol: PROTOCOL_IKE or PROTOCOL_ESP
 * @text: receives them, comma-separated, cut to @size octets
 */
void transform_words(uint8_t protocol, char *text, size_t size);

/* Return: whether @transform stands where its type is absent: NONE, NO_ESN. */
bool transform_may_be_absent(const struct transform *transform);

/* Of those that may be absent, in a set of transforms of one type. */
#define TRANSFORM_NONE_BIT UINT64_C(1)

/**
 * transform_bit() - a transform in a set of transforms of its type
 *
 * KE and ADDKE1 to ADDKE7 have the same bit for the same method.
 *
 * Return: one bit, 0 for a transform that is not supported.
 */
uint64_t transform_bit(const struct transform *transform);

/* Return: whether encryption algorithm @id authenticates, too. */
bool transform_is_aead(uint16_t id);

/* Return: the PRF with the hash of integrity algorithm @integ, 0: none. */
uint16_t transform_prf_of(uint16_t integ);

/* Return: whether key exchange method @id is one of ML-KEM's. */
bool transform_is_ml_kem(uint16_t id);

/**
 * transform_name() - a transform's name as in the IANA registry's spirit
 *	("AES_GCM_16", "PRF_HMAC_SHA2_384", "x25519", "ML-KEM-768")
 */
const char *transform_name(uint8_t type, uint16_t id);

/* Return: "KE", "ADDKE1", ...; "transform type" for what is not a type. */
const char *transform_type_name(uint8_t type);

/* Return: whether @type is one of ADDKE1 to ADDKE7. */
bool transform_type_is_additional_ke(uint8_t type);

/* Return: whether @type is KE or one of ADDKE1 to ADDKE7. */
bool transform_type_is_ke(uint8_t type);

#endif
