// SPDX-License-Identifier: GPL-2.0
/* The choice among proposals, RFC 7296 section 2.7 and RFC 9370 section 2.2. */
#include <stdio.h>
#include <string.h>

#include "proposal.h"
#include "transform.h"

#define SIDE_TEXT_MAX 160

/* A search for one transform of each type, in ascending type. */
struct search {
	const struct proposal *configured;
	const struct proposal *offered;
	bool require_ml_kem;
	struct proposal *chosen;
	uint8_t furthest; /* the type at which the best attempt ended */
	bool lacked_ml_kem; /* an attempt met everything but that */
};

/* Where a type is absent, these may be taken to stand there. */
static bool may_be_absent(const struct transform *transform)
{
	if (transform->type == TRANSFORM_INTEG)
		return transform->id == INTEG_NONE;
	if (transform->type == TRANSFORM_ESN)
		return transform->id == ESN_NONE;
	return transform_type_is_ke(transform->type) && transform->id == KE_NONE;
}

static bool has(const struct proposal *proposal, const struct transform *wanted)
{
	for (size_t i = 0; i < proposal->n_transforms; i++) {
		const struct transform *transform = &proposal->transforms[i];

		if (transform->type == wanted->type &&
		    transform->id == wanted->id &&
		    transform->key_bits == wanted->key_bits)
			return true;
	}
	return !proposal_find(proposal, wanted->type) && may_be_absent(wanted);
}

/* RFC 9370 section 2.2.1: no method twice. */
static bool method_taken(const struct proposal *chosen,
			 const struct transform *transform)
{
	if (!transform_type_is_ke(transform->type) || transform->id == KE_NONE)
		return false;
	for (size_t i = 0; i < chosen->n_transforms; i++)
		if (transform_type_is_ke(chosen->transforms[i].type) &&
		    chosen->transforms[i].id == transform->id)
			return true;
	return false;
}

static bool search_from(struct search *search, uint8_t type);

static bool try_transform(struct search *search, const struct transform *transform)
{
	struct proposal *chosen = search->chosen;
	size_t n = chosen->n_transforms;

	if (!has(search->offered, transform) || !has(search->configured, transform) ||
	    method_taken(chosen, transform))
		return false;
	/* What the offer leaves out has no place in the answer. */
	if (proposal_find(search->offered, transform->type))
		chosen->transforms[chosen->n_transforms++] = *transform;
	if (search_from(search, transform->type + 1))
		return true;
	chosen->n_transforms = n;
	return false;
}

static bool search_end(struct search *search)
{
	if (search->require_ml_kem && !proposal_has_ml_kem(search->chosen)) {
		search->lacked_ml_kem = true;
		return false;
	}
	return true;
}

/* Return: the next type that either side has, from @type on. */
static uint8_t next_type(const struct search *search, uint8_t type)
{
	while (type <= TRANSFORM_ADDKE7 &&
	       !proposal_find(search->configured, type) &&
	       !proposal_find(search->offered, type))
		type++;
	return type;
}

static bool search_from(struct search *search, uint8_t from)
{
	uint8_t type = next_type(search, from);
	const struct proposal *candidates = search->configured;

	if (type > search->furthest)
		search->furthest = type;
	if (type > TRANSFORM_ADDKE7)
		return search_end(search);
	/* Not configured: only a NONE of the offer can be met. */
	if (!proposal_find(search->configured, type))
		candidates = search->offered;
	for (size_t i = 0; i < candidates->n_transforms; i++)
		if (candidates->transforms[i].type == type &&
		    try_transform(search, &candidates->transforms[i]))
			return true;
	return false;
}

static bool has_unknown_type(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (proposal->transforms[i].type < TRANSFORM_ENCR ||
		    proposal->transforms[i].type > TRANSFORM_ADDKE7)
			return true;
	return false;
}

/* The transforms of one type: "AES_GCM_16_128 or AES_GCM_16_256". */
static void print_type(const struct proposal *proposal, uint8_t type, char *text,
		       size_t size)
{
	size_t len = 0;

	snprintf(text, size, "none");
	for (size_t i = 0; i < proposal->n_transforms && len < size; i++) {
		const struct transform *transform = &proposal->transforms[i];
		char bits[8] = "";

		if (transform->type != type)
			continue;
		if (transform->key_bits)
			snprintf(bits, sizeof(bits), "_%u", transform->key_bits);
		len += (size_t)snprintf(text + len, size - len, "%s%s%s",
					len ? " or " : "",
					transform_name(type, transform->id), bits);
	}
}

/* Each common transform of the type was refused for what was chosen before. */
static bool has_common(const struct search *search)
{
	for (size_t i = 0; i < search->configured->n_transforms; i++)
		if (search->configured->transforms[i].type == search->furthest &&
		    has(search->offered, &search->configured->transforms[i]))
			return true;
	return false;
}

static void explain_type(const struct search *search, char *reason,
			 size_t reason_size)
{
	char wanted[SIDE_TEXT_MAX];
	char offered[SIDE_TEXT_MAX];

	print_type(search->configured, search->furthest, wanted, sizeof(wanted));
	print_type(search->offered, search->furthest, offered, sizeof(offered));
	snprintf(reason, reason_size,
		 "%s does not match: configured %s, the peer offers %s%s",
		 transform_type_name(search->furthest), wanted, offered,
		 has_common(search) ? ", and no method may be used twice" : "");
}

/* Every key exchange method in the offer, each once. */
static void print_methods(const struct proposal *offered, size_t n_offered,
			  char *text, size_t size)
{
	struct proposal methods = { 0 };
	struct transform method = { .type = TRANSFORM_KE };

	for (size_t i = 0; i < n_offered; i++) {
		for (size_t j = 0; j < offered[i].n_transforms; j++) {
			method.id = offered[i].transforms[j].id;
			if (transform_type_is_ke(offered[i].transforms[j].type) &&
			    method.id &&
			    !method_taken(&methods, &method) &&
			    methods.n_transforms < PROPOSAL_TRANSFORMS_MAX)
				methods.transforms[methods.n_transforms++] = method;
		}
	}
	print_type(&methods, TRANSFORM_KE, text, size);
}

static void explain_ml_kem(const struct proposal *offered, size_t n_offered,
			   char *reason, size_t reason_size)
{
	char methods[SIDE_TEXT_MAX];

	print_methods(offered, n_offered, methods, sizeof(methods));
	snprintf(reason, reason_size, "ML-KEM is required, the peer offers %s",
		 methods);
}

static bool usable(const struct proposal *offered, bool with_additional_ke)
{
	return !has_unknown_type(offered) &&
	       (with_additional_ke || !proposal_has_additional_ke(offered));
}

/* What the attempt that came furthest ended at, over all pairs. */
struct best {
	struct search search;
	bool lacked_ml_kem;
	bool lacked_intermediate;
};

static bool choose_pair(struct search *search, struct best *best)
{
	*search->chosen = (struct proposal){
		.protocol = search->offered->protocol,
		.number = search->offered->number,
	};
	if (search_from(search, TRANSFORM_ENCR))
		return true;
	best->lacked_ml_kem |= search->lacked_ml_kem;
	if (search->furthest > best->search.furthest)
		best->search = *search;
	return false;
}

static void explain(const struct best *best, const struct proposal *offered,
		    size_t n_offered, bool require_ml_kem, char *reason,
		    size_t reason_size)
{
	bool offers_ml_kem = false;

	for (size_t i = 0; i < n_offered; i++)
		offers_ml_kem |= proposal_has_ml_kem(&offered[i]);
	if (best->lacked_ml_kem || (require_ml_kem && !offers_ml_kem))
		explain_ml_kem(offered, n_offered, reason, reason_size);
	else if (best->lacked_intermediate)
		snprintf(reason, reason_size,
			 "the peer offers an additional key exchange without INTERMEDIATE_EXCHANGE_SUPPORTED");
	else if (best->search.furthest)
		explain_type(&best->search, reason, reason_size);
	else
		snprintf(reason, reason_size,
			 "the peer offers nothing that could be chosen");
}

bool proposal_choose(const struct proposal *configured, size_t n_configured,
		     const struct proposal *offered, size_t n_offered,
		     bool require_ml_kem, bool with_additional_ke,
		     struct proposal *chosen, char *reason, size_t reason_size)
{
	struct best best = { 0 };

	for (size_t i = 0; i < n_configured; i++) {
		for (size_t j = 0; j < n_offered; j++) {
			struct search search = {
				.configured = &configured[i],
				.offered = &offered[j],
				.require_ml_kem = require_ml_kem,
				.chosen = chosen,
			};

			if (offered[j].protocol != configured[i].protocol)
				continue;
			if (!usable(&offered[j], with_additional_ke))
				best.lacked_intermediate |=
					!has_unknown_type(&offered[j]);
			else if (choose_pair(&search, &best))
				return true;
		}
	}
	explain(&best, offered, n_offered, require_ml_kem, reason, reason_size);
	return false;
}
