// SPDX-License-Identifier: GPL-2.0
/* The choice among proposals, RFC 7296 section 2.7 and RFC 9370 section 2.2. */
#include "wire/proposal_choose.h"

#include <stdio.h>

#include "wire/method_assignment.h"

#define SIDE_TEXT_MAX 160
#define METHODS_SAID_MAX 16

/* A configured proposal and an offered one. */
struct pair {
	const struct folded_proposal *configured;
	const struct folded_proposal *offered;
	uint64_t both[TRANSFORM_TYPES]; /* of each type, what either has */
	uint64_t methods[TRANSFORM_TYPES]; /* likewise, of key exchanges only */
};

/* Why nothing was chosen: the pair that came furthest, over all pairs. */
struct obstacle {
	const struct proposal *configured;
	const struct proposal *offered;
	uint8_t type; /* which does not match, 0: none was compared */
	bool has_common; /* only methods that are used before */
	bool lacked_ml_kem; /* a pair met everything but that */
	bool lacked_intermediate;
};

static void begin_pair(struct pair *pair, const struct folded_proposal *configured,
		       const struct folded_proposal *offered)
{
	const uint8_t protocol = offered->proposal->protocol;

	*pair = (struct pair){ .configured = configured, .offered = offered };
	for (unsigned int type = TRANSFORM_ENCR; type <= TRANSFORM_ADDKE7; type++) {
		/* Not even NONE of a type that the protocol does not know */
		if (!transform_type_is_of(protocol, (uint8_t)type))
			continue;
		pair->both[type] = configured->transforms[type] &
				   offered->transforms[type];
		if (transform_type_is_ke(type))
			pair->methods[type] = pair->both[type];
	}
}

/* Return: the first type for which the two have nothing in common, 0: none. */
static uint8_t first_mismatch(const struct pair *pair)
{
	uint16_t types = pair->configured->types | pair->offered->types;
	uint8_t unserved = methods_assign(pair->methods, TRANSFORM_KE, 0);

	for (unsigned int type = TRANSFORM_ENCR; type <= TRANSFORM_ADDKE7; type++)
		if (types & 1U << type && (!pair->both[type] || type == unserved))
			return type;
	return 0;
}

/* Return: whether ML-KEM is among what @from and later types may have. */
static bool has_ml_kem(const struct pair *pair, uint8_t from, uint64_t taken)
{
	for (unsigned int type = from; type <= TRANSFORM_ADDKE7; type++)
		if (pair->methods[type] & pair->configured->ml_kem & ~taken)
			return true;
	return false;
}

/*
 * Return: whether @from and later types can be chosen when @taken is.  Where they
 * can, and one of them may have ML-KEM, they can with it: of two matchings, one
 * of which covers some types and the other a method, a third one covers both
 * (Mendelsohn and Dulmage).
 */
static bool can_go_on(const struct pair *pair, uint8_t from, uint64_t taken,
		      bool require_ml_kem)
{
	return !methods_assign(pair->methods, from, taken) &&
	       (!require_ml_kem || taken & pair->configured->ml_kem ||
		has_ml_kem(pair, from, taken));
}

/* Return: whether @transform, of what both have, was chosen. */
static bool take(const struct pair *pair, const struct transform *transform,
		 bool require_ml_kem, uint64_t *taken, struct proposal *chosen)
{
	uint64_t method = transform_type_is_ke(transform->type) ?
				  transform_bit(transform) & ~TRANSFORM_NONE_BIT :
				  0;

	if (method & *taken ||
	    !can_go_on(pair, transform->type + 1, *taken | method, require_ml_kem))
		return false;
	*taken |= method;
	/* What the offer leaves out has no place in the answer. */
	if (folded_has_type(pair->offered, transform->type))
		chosen->transforms[chosen->n_transforms++] = *transform;
	return true;
}

static void take_preferred(const struct pair *pair, uint8_t type,
			   bool require_ml_kem, uint64_t *taken,
			   struct proposal *chosen)
{
	const struct proposal *configured = pair->configured->proposal;
	const struct transform none = { .type = type };

	if (!folded_has_type(pair->configured, type)) {
		take(pair, &none, require_ml_kem, taken, chosen);
		return;
	}
	for (size_t i = 0; i < configured->n_transforms; i++) {
		const struct transform *transform = &configured->transforms[i];

		if (transform->type == type &&
		    transform_bit(transform) & pair->both[type] &&
		    take(pair, transform, require_ml_kem, taken, chosen))
			return;
	}
}

/*
 * Of each type, the most preferred one with which the later types can still be
 * chosen.  At most PROPOSAL_TRANSFORMS_MAX are tried, each for what
 * methods_assign() takes.
 */
static void choose_from(const struct pair *pair, bool require_ml_kem,
			struct proposal *chosen)
{
	const struct proposal *offered = pair->offered->proposal;
	uint64_t taken = 0;

	*chosen = (struct proposal){
		.protocol = offered->protocol, .number = offered->number,
	};
	for (unsigned int type = TRANSFORM_ENCR; type <= TRANSFORM_ADDKE7; type++)
		take_preferred(pair, type, require_ml_kem, &taken, chosen);
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

static void explain_type(const struct obstacle *obstacle, char *reason,
			 size_t reason_size)
{
	char wanted[SIDE_TEXT_MAX];
	char offered[SIDE_TEXT_MAX];

	print_type(obstacle->configured, obstacle->type, wanted, sizeof(wanted));
	print_type(obstacle->offered, obstacle->type, offered, sizeof(offered));
	snprintf(reason, reason_size,
		 "%s does not match: configured %s, the peer offers %s%s",
		 transform_type_name(obstacle->type), wanted, offered,
		 obstacle->has_common ? ", and no method may be used twice" : "");
}

static bool has_method(const struct proposal *methods, uint16_t id)
{
	for (size_t i = 0; i < methods->n_transforms; i++)
		if (methods->transforms[i].id == id)
			return true;
	return false;
}

/* Those of the offer's key exchange methods that the text has room for. */
static void add_methods(const struct proposal *offered, struct proposal *methods)
{
	for (size_t i = 0; i < offered->n_transforms; i++) {
		struct transform method = offered->transforms[i];

		if (!transform_type_is_ke(method.type) || method.id == KE_NONE ||
		    methods->n_transforms == METHODS_SAID_MAX ||
		    has_method(methods, method.id))
			continue;
		method.type = TRANSFORM_KE;
		method.key_bits = 0;
		methods->transforms[methods->n_transforms++] = method;
	}
}

static void explain_ml_kem(const struct offer *offer, char *reason,
			   size_t reason_size)
{
	struct proposal methods = { 0 };
	char text[SIDE_TEXT_MAX];

	for (size_t i = 0; i < offer->n; i++)
		add_methods(offer->list[i].proposal, &methods);
	print_type(&methods, TRANSFORM_KE, text, sizeof(text));
	snprintf(reason, reason_size, "ML-KEM is required, the peer offers %s",
		 text);
}

static bool offers_ml_kem(const struct offer *offer)
{
	for (size_t i = 0; i < offer->n; i++)
		if (offer->list[i].ml_kem)
			return true;
	return false;
}

static void explain(const struct obstacle *obstacle, const struct offer *offer,
		    bool require_ml_kem, char *reason, size_t reason_size)
{
	if (obstacle->lacked_ml_kem || (require_ml_kem && !offers_ml_kem(offer)))
		explain_ml_kem(offer, reason, reason_size);
	else if (obstacle->lacked_intermediate)
		snprintf(reason, reason_size,
			 "the peer offers an additional key exchange without INTERMEDIATE_EXCHANGE_SUPPORTED");
	else if (obstacle->type)
		explain_type(obstacle, reason, reason_size);
	else
		snprintf(reason, reason_size,
			 "the peer offers nothing that could be chosen");
}

/* Return: whether the two can be met, with what is in the way where not. */
static bool pair_fits(const struct pair *pair, bool require_ml_kem,
		      struct obstacle *obstacle)
{
	uint8_t type = first_mismatch(pair);

	if (type > obstacle->type) {
		obstacle->configured = pair->configured->proposal;
		obstacle->offered = pair->offered->proposal;
		obstacle->type = type;
		obstacle->has_common = pair->both[type];
	}
	if (type)
		return false;
	if (!require_ml_kem || has_ml_kem(pair, TRANSFORM_KE, 0))
		return true;
	obstacle->lacked_ml_kem = true;
	return false;
}

/* Return: whether @offered may be chosen from at all. */
static bool usable(const struct folded_proposal *offered, bool with_additional_ke,
		   struct obstacle *obstacle)
{
	if (offered->has_unknown_type)
		return false;
	if (with_additional_ke || !folded_has_additional_ke(offered))
		return true;
	obstacle->lacked_intermediate = true;
	return false;
}

static bool choose_for(const struct folded_proposal *configured,
		       const struct offer *offer, bool require_ml_kem,
		       bool with_additional_ke, struct proposal *chosen,
		       struct obstacle *obstacle)
{
	for (size_t i = 0; i < offer->n; i++) {
		const struct folded_proposal *offered = &offer->list[i];
		struct pair pair;

		if (offered->proposal->protocol != configured->proposal->protocol ||
		    !usable(offered, with_additional_ke, obstacle))
			continue;
		begin_pair(&pair, configured, offered);
		if (!pair_fits(&pair, require_ml_kem, obstacle))
			continue;
		choose_from(&pair, require_ml_kem, chosen);
		return true;
	}
	return false;
}

bool offer_choose(const struct proposal *configured, size_t n_configured,
		  const struct offer *offer, bool require_ml_kem,
		  bool with_additional_ke, struct proposal *chosen, char *reason,
		  size_t reason_size)
{
	struct obstacle obstacle = { 0 };

	for (size_t i = 0; i < n_configured; i++) {
		struct folded_proposal folded;

		proposal_fold(&configured[i], &folded);
		if (choose_for(&folded, offer, require_ml_kem, with_additional_ke,
			       chosen, &obstacle))
			return true;
	}
	if (reason_size)
		explain(&obstacle, offer, require_ml_kem, reason, reason_size);
	return false;
}

bool proposal_choose(const struct proposal *configured, size_t n_configured,
		     const struct proposal *offered, size_t n_offered,
		     bool require_ml_kem, bool with_additional_ke,
		     struct proposal *chosen, char *reason, size_t reason_size)
{
	struct offer offer;

	offer_fold(offered, n_offered, &offer);
	return offer_choose(configured, n_configured, &offer, require_ml_kem,
			    with_additional_ke, chosen, reason, reason_size);
}
