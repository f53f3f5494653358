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

#include "wire/transform.h"

#define PROPOSAL_TRANSFORMS_MAX 64

/* Proposals of an SA payload that are looked at. */
#define SA_PROPOSALS_MAX 16

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

/* It has room for one more, of PROPOSAL_TRANSFORMS_MAX. */
void proposal_add(struct proposal *proposal, uint8_t type, uint16_t id,
		  uint16_t key_bits);

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

/* Return: whether a proposal of @protocol may have transforms of @type (RFC 7296 3.3.3). */
bool transform_type_is_of(uint8_t protocol, uint8_t type);

/* Return: whether extended sequence numbers are among what @proposal allows. */
bool proposal_has_esn(const struct proposal *proposal);

/* Return: whether ML-KEM is among the methods of KE and ADDKE1 to ADDKE7. */
bool proposal_has_ml_kem(const struct proposal *proposal);

/**
 * proposal_print() - a proposal as words, "AES_GCM_16_256/.../x25519 + ML-KEM-768"
 */
void proposal_print(const struct proposal *proposal, char *text, size_t size);

#endif
