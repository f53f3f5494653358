// SPDX-License-Identifier: GPL-2.0
/* Proposal strings in strongSwan's language, read and printed. */
#include "wire/proposal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 32
#define WORDS_TEXT_MAX 512

/* Reject @word: "WORD: WHY", then what could have stood there. */
static bool refuse(uint8_t protocol, const char *word, const char *why,
		   char *error, size_t error_size)
{
	char known[WORDS_TEXT_MAX];

	transform_words(protocol, known, sizeof(known));
	snprintf(error, error_size, "\"%s\": %s %s", word, why, known);
	return false;
}

const struct transform *proposal_find(const struct proposal *proposal,
				      uint8_t type)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (proposal->transforms[i].type == type)
			return &proposal->transforms[i];
	return NULL;
}

bool proposal_has_additional_ke(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (transform_type_is_additional_ke(proposal->transforms[i].type))
			return true;
	return false;
}

void proposal_add(struct proposal *proposal, uint8_t type, uint16_t id,
		  uint16_t key_bits)
{
	proposal->transforms[proposal->n_transforms++] = (struct transform){
		.type = type, .id = id, .key_bits = key_bits,
	};
}

bool proposal_has_esn(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (proposal->transforms[i].type == TRANSFORM_ESN &&
		    proposal->transforms[i].id != ESN_NONE)
			return true;
	return false;
}

bool proposal_has_ml_kem(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->n_transforms; i++) {
		const struct transform *transform = &proposal->transforms[i];

		if ((transform->type == TRANSFORM_KE ||
		     transform_type_is_additional_ke(transform->type)) &&
		    transform_is_ml_kem(transform->id))
			return true;
	}
	return false;
}

static bool same_transform(const struct transform *a, const struct transform *b)
{
	return a->type == b->type && a->id == b->id && a->key_bits == b->key_bits;
}

static bool has_transform(const struct proposal *proposal,
			  const struct transform *wanted)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (same_transform(&proposal->transforms[i], wanted))
			return true;
	return false;
}

static bool equal(const struct proposal *a, const struct proposal *b)
{
	if (a->protocol != b->protocol || a->n_transforms != b->n_transforms)
		return false;
	for (size_t i = 0; i < a->n_transforms; i++)
		if (!same_transform(&a->transforms[i], &b->transforms[i]))
			return false;
	return true;
}

bool proposals_equal(const struct proposal *a, size_t n_a,
		     const struct proposal *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!equal(&a[i], &b[i]))
			return false;
	return true;
}

/* "ke3_WORD": return the type ADDKE3 and let *word start after the prefix. */
static uint8_t strip_round(const char **word)
{
	const char *text = *word;

	if (text[0] != 'k' || text[1] != 'e' || text[2] < '1' ||
	    text[2] > '7' || text[3] != '_')
		return 0;
	*word = text + 4;
	return (uint8_t)(TRANSFORM_ADDKE1 + (text[2] - '1'));
}

bool transform_type_is_of(uint8_t protocol, uint8_t type)
{
	if (protocol == PROTOCOL_IKE)
		return type != TRANSFORM_ESN;
	return type != TRANSFORM_PRF;
}

static bool refuse_unknown(uint8_t protocol, const char *word, const char *bare,
			   char *error, size_t error_size)
{
	struct nearest nearest = { 0 };

	transform_nearest(bare, &nearest);
	if (!nearest.word)
		return refuse(protocol, word, "no such algorithm; known are",
			      error, error_size);
	snprintf(error, error_size, "\"%s\": no such algorithm: expected "
		 "perhaps %.*s%s", word, (int)(bare - word), word, nearest.word);
	return false;
}

static bool add_transform(struct proposal *proposal,
			  const struct transform *transform, const char *word,
			  char *error, size_t error_size)
{
	if (has_transform(proposal, transform)) {
		snprintf(error, error_size, "\"%s\" is there twice", word);
		return false;
	}
	if (proposal->n_transforms == PROPOSAL_TRANSFORMS_MAX) {
		snprintf(error, error_size, "more than %d algorithms",
			 PROPOSAL_TRANSFORMS_MAX);
		return false;
	}
	proposal->transforms[proposal->n_transforms++] = *transform;
	return true;
}

static bool add_word(struct proposal *proposal, const char *word, char *error,
		     size_t error_size)
{
	const char *bare = word;
	uint8_t round = strip_round(&bare);
	const struct transform_word *found = transform_find(bare);
	struct transform transform = { 0 };

	if (!found && transform_is_unsupported(bare))
		return refuse(proposal->protocol, word,
			      "it is not supported; supported are", error,
			      error_size);
	if (!found)
		return refuse_unknown(proposal->protocol, word, bare, error,
				      error_size);
	if (round && found->type != TRANSFORM_KE)
		return refuse(proposal->protocol, word,
			      "not a key exchange method; known are", error,
			      error_size);
	if (!round && found->type == TRANSFORM_KE && found->id == KE_NONE)
		return refuse(proposal->protocol, word,
			      "only an additional key exchange may be none, as in ke1_none; known are",
			      error, error_size);
	if (!transform_type_is_of(proposal->protocol, found->type))
		return refuse(proposal->protocol, word,
			      "it has no place in this proposal; known are",
			      error, error_size);
	transform.type = round ? round : found->type;
	transform.id = found->id;
	transform.key_bits = found->key_bits;
	return add_transform(proposal, &transform, word, error, error_size);
}

static bool add_words(struct proposal *proposal, const char *text, char *error,
		      size_t error_size)
{
	char word[WORD_MAX + 1];

	while (true) {
		size_t len = strcspn(text, "-");

		if (len == 0 || len > WORD_MAX) {
			snprintf(error, error_size, "%s in \"%s\"",
				 len ? "too long a word" : "an empty word",
				 text);
			return false;
		}
		for (size_t i = 0; i < len; i++)
			word[i] = (char)tolower((unsigned char)text[i]);
		word[len] = '\0';
		if (!add_word(proposal, word, error, error_size))
			return false;
		if (!text[len])
			return true;
		text += len + 1;
	}
}

static bool missing(const char *what, uint8_t protocol, char *error,
		    size_t error_size)
{
	char known[WORDS_TEXT_MAX];

	transform_words(protocol, known, sizeof(known));
	snprintf(error, error_size, "no %s; known are %s", what, known);
	return false;
}

static bool has_encryption(const struct proposal *proposal, bool aead)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (proposal->transforms[i].type == TRANSFORM_ENCR &&
		    transform_is_aead(proposal->transforms[i].id) == aead)
			return true;
	return false;
}

/* As strongSwan has it: sha384 without a PRF stands for prfsha384, too. */
static void derive_prf(struct proposal *proposal)
{
	size_t n = proposal->n_transforms;

	if (proposal_find(proposal, TRANSFORM_PRF))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct transform *integ = &proposal->transforms[i];

		if (integ->type == TRANSFORM_INTEG &&
		    proposal->n_transforms < PROPOSAL_TRANSFORMS_MAX)
			proposal_add(proposal, TRANSFORM_PRF,
				     transform_prf_of(integ->id), 0);
	}
}

static void remove_type(struct proposal *proposal, uint8_t type)
{
	size_t n = 0;

	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (proposal->transforms[i].type != type)
			proposal->transforms[n++] = proposal->transforms[i];
	proposal->n_transforms = n;
}

/* An algorithm that authenticates needs none beside it. */
static bool settle_integrity(struct proposal *proposal, char *error,
			     size_t error_size)
{
	bool aead = has_encryption(proposal, true);

	if (aead && has_encryption(proposal, false)) {
		snprintf(error, error_size, "AES-GCM or ChaCha20-Poly1305 "
			 "beside AES-CBC: expected each in a proposal of its "
			 "own");
		return false;
	}
	if (proposal->protocol == PROTOCOL_IKE)
		derive_prf(proposal);
	if (aead)
		remove_type(proposal, TRANSFORM_INTEG);
	return true;
}

static bool check_complete(const struct proposal *proposal, char *error,
			   size_t error_size)
{
	uint8_t protocol = proposal->protocol;

	if (!proposal_find(proposal, TRANSFORM_ENCR))
		return missing("encryption algorithm (as aes256gcm16)", protocol,
			       error, error_size);
	if (has_encryption(proposal, false) &&
	    !proposal_find(proposal, TRANSFORM_INTEG))
		return missing("integrity algorithm (as sha256) for AES-CBC",
			       protocol, error, error_size);
	if (protocol == PROTOCOL_IKE && !proposal_find(proposal, TRANSFORM_PRF))
		return missing("pseudorandom function (as prfsha384)", protocol,
			       error, error_size);
	if (protocol == PROTOCOL_IKE && !proposal_find(proposal, TRANSFORM_KE))
		return missing("key exchange method (as x25519)", protocol,
			       error, error_size);
	if (proposal_has_additional_ke(proposal) &&
	    !proposal_find(proposal, TRANSFORM_KE))
		return missing("key exchange method (as x25519) before the "
			       "additional one", protocol, error, error_size);
	return true;
}

/* On the wire transforms of one type stand together, in ascending type. */
static void sort_by_type(struct proposal *proposal)
{
	struct proposal sorted = *proposal;

	sorted.n_transforms = 0;
	for (int type = TRANSFORM_ENCR; type <= TRANSFORM_ADDKE7; type++)
		for (size_t i = 0; i < proposal->n_transforms; i++)
			if (proposal->transforms[i].type == type)
				sorted.transforms[sorted.n_transforms++] =
					proposal->transforms[i];
	*proposal = sorted;
}

bool proposal_parse(uint8_t protocol, const char *text,
		    struct proposal *proposal, char *error, size_t error_size)
{
	*proposal = (struct proposal){ .protocol = protocol };
	if (!add_words(proposal, text, error, error_size))
		return false;
	if (!settle_integrity(proposal, error, error_size) ||
	    !check_complete(proposal, error, error_size))
		return false;
	if (protocol == PROTOCOL_ESP && !proposal_find(proposal, TRANSFORM_ESN) &&
	    proposal->n_transforms < PROPOSAL_TRANSFORMS_MAX)
		proposal_add(proposal, TRANSFORM_ESN, ESN_NONE, 0);
	sort_by_type(proposal);
	return true;
}

static bool only_one_of_type(const struct proposal *proposal, uint8_t type)
{
	size_t n = 0;

	for (size_t i = 0; i < proposal->n_transforms; i++)
		n += proposal->transforms[i].type == type;
	return n == 1;
}

/* What goes without saying is left out of the text. */
static bool silent(const struct proposal *proposal,
		   const struct transform *transform)
{
	if (transform->type == TRANSFORM_ESN)
		return transform->id == ESN_NONE;
	if (transform->type == TRANSFORM_INTEG)
		return transform->id == INTEG_NONE;
	return transform_type_is_additional_ke(transform->type) &&
	       transform->id == KE_NONE &&
	       only_one_of_type(proposal, transform->type);
}

static const char *separator(const struct transform *previous,
			     const struct transform *transform)
{
	if (!previous)
		return "";
	if (previous->type == transform->type)
		return "|";
	return transform_type_is_additional_ke(transform->type) ? " + " : "/";
}

void proposal_print(const struct proposal *proposal, char *text, size_t size)
{
	const struct transform *previous = NULL;
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < proposal->n_transforms && len < size; i++) {
		const struct transform *transform = &proposal->transforms[i];
		char bits[8] = "";

		if (silent(proposal, transform))
			continue;
		if (transform->key_bits)
			snprintf(bits, sizeof(bits), "_%u", transform->key_bits);
		len += (size_t)snprintf(text + len, size - len, "%s%s%s",
					separator(previous, transform),
					transform_name(transform->type,
						       transform->id),
					bits);
		previous = transform;
	}
}
