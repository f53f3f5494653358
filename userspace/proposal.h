/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Proposals: sets of transforms (RFC 7296 section 3.3, RFC 9370 section 2.2),
 * their strings as strongSwan writes them, and the choice among them.
 */
#ifndef PQIKE_PROPOSAL_H
#define PQIKE_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#define PROPOSAL_TRANSFORMS_MAX 64

/* Proposals of an SA payload that are looked at. */
#define SA_PROPOSALS_MAX 16

struct transform {
	uint8_t type; /* enum transform_type */
	uint16_t id;
	uint16_t key_bits; /* Key Length attribute, 0 where there is none */
};

struct proposal {
	uint8_t protocol; /* enum protocol_id */
	uint8_t number; /* as on the wire; 0 in a configuration */
	size_t n_transforms;
	struct transform transforms[PROPOSAL_TRANSFORMS_MAX];
};

/**
 * proposal_parse() - read a proposal string such as
 *	aes256gcm16-prfsha384-x25519-ke1_mlkem768
 * @protocol: PROTOCOL_IKE or PROTOCOL_ESP
 * @text: the string; case does not matter
 * @proposal: receives the transforms
 * @error: on failure, which word was wrong and what is known
 * @error_size: size of @error in octets
 *
 * Return: true when @proposal is valid for @protocol.
 */
bool proposal_parse(uint8_t protocol, const char *text,
		    struct proposal *proposal, char *error, size_t error_size);

/**
 * transform_name() - a transform's name as in the IANA registry's spirit
 *	("AES_GCM_16", "PRF_HMAC_SHA2_384", "x25519", "ML-KEM-768")
 */
const char *transform_name(uint8_t type, uint16_t id);

/**
 * proposal_find() - the first transform of a type
 *
 * Return: NULL where there is none.
 */
const struct transform *proposal_find(const struct proposal *proposal,
				      uint8_t type);

/* Return: whether @proposal has any of ADDKE1 to ADDKE7. */
bool proposal_has_additional_ke(const struct proposal *proposal);

/* Return: whether two arrays of proposals are the same. */
bool proposals_equal(const struct proposal *a, size_t n_a,
		     const struct proposal *b, size_t n_b);

/* Return: whether extended sequence numbers are among what @proposal allows. */
bool proposal_has_esn(const struct proposal *proposal);

/* Return: whether ML-KEM is among the methods of KE and ADDKE1 to ADDKE7. */
bool proposal_has_ml_kem(const struct proposal *proposal);

/**
 * proposal_print() - a proposal as words, "AES_GCM_16_256/.../x25519 + ML-KEM-768"
 */
void proposal_print(const struct proposal *proposal, char *text, size_t size);

#endif
