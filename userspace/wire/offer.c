// SPDX-License-Identifier: GPL-2.0
#include "wire/offer.h"

static bool is_known_type(uint8_t type)
{
	return type >= TRANSFORM_ENCR && type <= TRANSFORM_ADDKE7;
}

static void fold_absent_types(struct folded_proposal *folded)
{
	for (unsigned int type = TRANSFORM_ENCR; type <= TRANSFORM_ADDKE7; type++) {
		const struct transform none = { .type = type };

		if (!folded_has_type(folded, type) &&
		    transform_may_be_absent(&none))
			folded->transforms[type] = TRANSFORM_NONE_BIT;
	}
}

void proposal_fold(const struct proposal *proposal, struct folded_proposal *folded)
{
	*folded = (struct folded_proposal){ .proposal = proposal };
	for (size_t i = 0; i < proposal->n_transforms; i++) {
		const struct transform *transform = &proposal->transforms[i];
		uint64_t bit;

		if (!is_known_type(transform->type)) {
			folded->has_unknown_type = true;
			continue;
		}
		bit = transform_bit(transform);
		folded->types |= (uint16_t)(1U << transform->type);
		folded->transforms[transform->type] |= bit;
		if (transform_type_is_ke(transform->type) &&
		    transform_is_ml_kem(transform->id))
			folded->ml_kem |= bit;
	}
	fold_absent_types(folded);
}

bool folded_has_type(const struct folded_proposal *folded, uint8_t type)
{
	return folded->types & 1U << type;
}

bool folded_has_additional_ke(const struct folded_proposal *folded)
{
	return folded->types >> TRANSFORM_ADDKE1;
}

void offer_fold(const struct proposal *offered, size_t n, struct offer *offer)
{
	offer->n = n;
	for (size_t i = 0; i < n; i++)
		proposal_fold(&offered[i], &offer->list[i]);
}
