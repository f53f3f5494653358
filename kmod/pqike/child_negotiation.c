// SPDX-License-Identifier: GPL-2.0
/*
 * Algorithms, Extended Sequence Numbers and key exchanges of a Child SA: read from the
 * proposal that was chosen, and whether they are all of one that was offered.
 */
#include "child_negotiation.h"

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "ike_message.h"
#include "sa_payload.h"

#define KE_TYPES	(BIT(TRANSFORM_KE) |				\
			 GENMASK(TRANSFORM_ADDKE7, TRANSFORM_ADDKE1))

static bool add_transform(struct pqike_child_suite *suite,
			  const struct ike_transform *transform)
{
	struct pqike_methods *methods = &suite->methods;

	if (transform->key_bits && transform->type != TRANSFORM_ENCR)
		return false;
	switch (transform->type) {
	case TRANSFORM_ENCR:
		suite->encr = transform->id;
		suite->encr_key_bits = transform->key_bits;
		return true;
	case TRANSFORM_INTEG:
		suite->integ = transform->id;
		return true;
	case TRANSFORM_ESN:
		suite->esn = transform->id;
		return transform->id <= 1;
	case TRANSFORM_KE:
		methods->ke = transform->id;
		return true;
	case TRANSFORM_ADDKE1 ... TRANSFORM_ADDKE7:
		/* By type until all are read. */
		methods->additional[transform->type - TRANSFORM_ADDKE1] =
			transform->id;
		return true;
	default:
		return false;
	}
}

static void leave_out_none(struct pqike_methods *methods)
{
	for (unsigned int i = 0; i < PQIKE_ADDITIONAL_KE_MAX; i++)
		if (methods->additional[i] != IKE_KE_NONE)
			methods->additional[methods->n_additional++] =
				methods->additional[i];
	memset(methods->additional + methods->n_additional, 0,
	       (PQIKE_ADDITIONAL_KE_MAX - methods->n_additional) *
	       sizeof(methods->additional[0]));
}

/**
 * pqike_child_suite_read() - what a response has chosen
 * @proposal: for ESP
 * @suite: creates is read; receives the rest, undefined where it cannot be
 *
 * Context: any.
 * Return: whether it has one transform of each type, all of types that ESP has, and
 * an encryption algorithm.
 */
bool pqike_child_suite_read(struct ike_proposal proposal,
			    struct pqike_child_suite *suite)
{
	struct ike_transform transform;
	u32 types = 0;
	int more;

	*suite = (struct pqike_child_suite){ .creates = suite->creates };
	while ((more = ike_transform_next(&proposal, &transform)) > 0) {
		if (transform.type >= TRANSFORM_TYPES ||
		    types & BIT(transform.type) ||
		    !add_transform(suite, &transform))
			return false;
		types |= BIT(transform.type);
	}
	if (suite->creates)
		leave_out_none(&suite->methods);
	else
		memset(&suite->methods, 0, sizeof(suite->methods));
	return !more && suite->encr;
}

/* NONE is the same as nothing at all. */
static bool may_be_none(const struct ike_proposal *proposal, u8 type)
{
	return ike_choice_is_complete(*proposal, ~BIT(type));
}

static bool offers_transform(const struct ike_proposal *proposal, u8 type, u16 id)
{
	const struct ike_transform wanted = { .type = type, .id = id };

	return ike_proposal_offers(*proposal, &wanted);
}

/*
 * The methods are those of ADDKE1 to ADDKE7 in order, without the places: there must
 * be places for all, and NONE in those between.  Bit n of @taken: the first n of
 * them can have places among the types so far.
 */
static bool allows_additional(const struct ike_proposal *proposal,
			      const struct pqike_methods *methods)
{
	unsigned int taken = BIT(0);

	for (u8 type = TRANSFORM_ADDKE1; type <= TRANSFORM_ADDKE7; type++) {
		unsigned int next = may_be_none(proposal, type) ? taken : 0;

		for (unsigned int n = 0; n < methods->n_additional; n++)
			if (taken & BIT(n) &&
			    offers_transform(proposal, type, methods->additional[n]))
				next |= BIT(n + 1);
		taken = next;
	}
	return taken & BIT(methods->n_additional);
}

static bool allows_key_exchanges(const struct ike_proposal *proposal,
				 const struct pqike_methods *methods)
{
	if (methods->ke ? !offers_transform(proposal, TRANSFORM_KE, methods->ke) :
			  !may_be_none(proposal, TRANSFORM_KE))
		return false;
	return allows_additional(proposal, methods);
}

/* Each transform is in the proposal, and none that it has is left out. */
static bool allows_algorithms(const struct ike_proposal *proposal,
			      const struct pqike_child_suite *suite)
{
	const struct ike_transform encr = {
		TRANSFORM_ENCR, suite->encr, suite->encr_key_bits,
	};
	u32 types = KE_TYPES | BIT(TRANSFORM_ENCR);

	if (!ike_proposal_offers(*proposal, &encr))
		return false;
	if (suite->integ) {
		if (!offers_transform(proposal, TRANSFORM_INTEG, suite->integ))
			return false;
		types |= BIT(TRANSFORM_INTEG);
	}
	if (suite->esn) {
		if (!offers_transform(proposal, TRANSFORM_ESN, 1))
			return false;
		types |= BIT(TRANSFORM_ESN);
	}
	return ike_choice_is_complete(*proposal, types);
}

/**
 * pqike_child_suite_fits() - whether a suite is one of those that a proposal says
 * @proposal: for ESP
 * @suite: the suite
 *
 * Takes time in proportion to the octets of @proposal, and to the 56 pairs of a method
 * and a place.
 *
 * Context: any.
 * Return: as said.
 */
bool pqike_child_suite_fits(const struct ike_proposal *proposal,
			    const struct pqike_child_suite *suite)
{
	return allows_algorithms(proposal, suite) &&
	       (!suite->creates ||
		allows_key_exchanges(proposal, &suite->methods));
}

/**
 * pqike_child_suite_is_among() - whether a suite is one of those that proposals say
 * @suite: the suite
 * @proposals: of pqike_proposals_check() for ESP
 *
 * Context: any.
 * Return: as said.
 */
bool pqike_child_suite_is_among(const struct pqike_child_suite *suite,
				const struct ike_payload *proposals)
{
	const u8 *data = proposals->body;
	size_t len = proposals->len;
	struct ike_proposal proposal;

	while (ike_proposal_next(&data, &len, &proposal) > 0)
		if (pqike_child_suite_fits(&proposal, suite))
			return true;
	return false;
}
