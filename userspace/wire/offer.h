/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An offer of proposals, folded: of each transform type the set of what it has.
 * However often a peer repeats a transform, what is chosen is chosen from sets.
 */
#ifndef PQIKE_OFFER_H
#define PQIKE_OFFER_H

#include "wire/proposal.h"
#include "wire/transform.h"

#define TRANSFORM_TYPES (TRANSFORM_ADDKE7 + 1)

struct folded_proposal {
	const struct proposal *proposal;
	/*
	 * transform_bit() of the supported transforms of each type; where a type
	 * is absent, that of NONE if it may be.
	 */
	uint64_t transforms[TRANSFORM_TYPES];
	uint64_t ml_kem; /* ML-KEM's bits among those of key exchanges */
	uint16_t types; /* a bit for each type that is there */
	bool has_unknown_type;
};

struct offer {
	size_t n; /* at most SA_PROPOSALS_MAX */
	struct folded_proposal list[SA_PROPOSALS_MAX];
};

/* At most PROPOSAL_TRANSFORMS_MAX transforms are looked up. */
void proposal_fold(const struct proposal *proposal, struct folded_proposal *folded);

/* Return: whether @folded has transforms of @type, known or not. */
bool folded_has_type(const struct folded_proposal *folded, uint8_t type);

/* Return: whether @folded has any of ADDKE1 to ADDKE7. */
bool folded_has_additional_ke(const struct folded_proposal *folded);

/**
 * offer_fold() - fold all proposals of an SA payload, once for whoever chooses
 * @offered: array of @n, which must be there as long as @offer is used
 * @n: at most SA_PROPOSALS_MAX
 */
void offer_fold(const struct proposal *offered, size_t n, struct offer *offer);

#endif
