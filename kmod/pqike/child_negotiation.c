// SPDX-License-Identifier: GPL-2.0
/*
 * Whether algorithms, Extended Sequence Numbers and key exchanges of a Child SA are
 * all of one proposal for ESP.
 */
#include "child_negotiation.h"

#include <linux/bits.h>
#include <linux/kernel.h>

#include "esp.h"
#include "ike_message.h"
#include "methods.h"
#include "sa_payload.h"

#define KE_TYPES	(BIT(TRANSFORM_KE) |				\
			 GENMASK(TRANSFORM_ADDKE7, TRANSFORM_ADDKE1))

/* NONE is the same as nothing at all. */
static bool may_be_none(const struct ike_proposal *proposal, u8 type)
{
	return ike_choice_is_complete(*proposal, ~BIT(type));
}

static bool offers(const struct ike_proposal *proposal, u8 type, u16 id)
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
			    offers(proposal, type, methods->additional[n]))
				next |= BIT(n + 1);
		taken = next;
	}
	return taken & BIT(methods->n_additional);
}

static bool allows_key_exchanges(const struct ike_proposal *proposal,
				 const struct pqike_methods *methods)
{
	if (methods->ke ? !offers(proposal, TRANSFORM_KE, methods->ke) :
			  !may_be_none(proposal, TRANSFORM_KE))
		return false;
	return allows_additional(proposal, methods);
}

/* Each transform is in the proposal, and none that it has is left out. */
static bool allows_algorithms(const struct ike_proposal *proposal,
			      const struct pqike_esp *esp)
{
	const struct ike_transform encr = {
		TRANSFORM_ENCR, esp->encr, esp->encr_key_bits,
	};
	u32 types = KE_TYPES | BIT(TRANSFORM_ENCR);

	if (!ike_proposal_offers(*proposal, &encr))
		return false;
	if (esp->integ) {
		if (!offers(proposal, TRANSFORM_INTEG, esp->integ))
			return false;
		types |= BIT(TRANSFORM_INTEG);
	}
	if (esp->esn) {
		if (!offers(proposal, TRANSFORM_ESN, 1))
			return false;
		types |= BIT(TRANSFORM_ESN);
	}
	return ike_choice_is_complete(*proposal, types);
}

/**
 * pqike_child_suite_fits() - whether a Child SA is one of those that a proposal says
 * @proposal: for ESP
 * @esp: encr, encr_key_bits, integ and esn are read
 * @methods: its key exchanges; NULL where it has none of its own, as within IKE_AUTH,
 *	and proposals are read as if they had none, too (RFC 7296 section 1.2)
 *
 * Takes time in proportion to the octets of @proposal, and to the 56 pairs of a method
 * and a place.
 *
 * Context: any.
 * Return: as said.
 */
bool pqike_child_suite_fits(const struct ike_proposal *proposal,
			    const struct pqike_esp *esp,
			    const struct pqike_methods *methods)
{
	return allows_algorithms(proposal, esp) &&
	       (!methods || allows_key_exchanges(proposal, methods));
}

/**
 * pqike_child_suite_is_among() - whether a Child SA is one of those that proposals say
 * @esp: as for pqike_child_suite_fits()
 * @methods: likewise
 * @proposals: of pqike_proposals_check() for ESP
 *
 * Context: any.
 * Return: as said.
 */
bool pqike_child_suite_is_among(const struct pqike_esp *esp,
				const struct pqike_methods *methods,
				const struct ike_payload *proposals)
{
	const u8 *data = proposals->body;
	size_t len = proposals->len;
	struct ike_proposal proposal;

	while (ike_proposal_next(&data, &len, &proposal) > 0)
		if (pqike_child_suite_fits(&proposal, esp, methods))
			return true;
	return false;
}
