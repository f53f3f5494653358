/* SPDX-License-Identifier: GPL-2.0 */
/* The choice among proposals. */
#ifndef PQIKE_PROPOSAL_CHOOSE_H
#define PQIKE_PROPOSAL_CHOOSE_H

#include "wire/offer.h"

/**
 * offer_choose() - the first configured proposal that an offer can meet
 * @configured: array of @n_configured proposals, in order of preference
 * @offer: what the peer sent
 * @require_ml_kem: skip what would end without ML-KEM
 * @with_additional_ke: INTERMEDIATE_EXCHANGE_SUPPORTED was exchanged; without
 *	it proposals with ADDKE are skipped (RFC 9370 section 2.2.1)
 * @chosen: receives one transform of each type, with the offer's number
 * @reason: when nothing matches, which transform did not match, in words
 * @reason_size: size of @reason in octets, 0: no reason is wanted
 *
 * No method is chosen twice among KE and ADDKE1..7.
 *
 * Each configured proposal is compared with each of at most SA_PROPOSALS_MAX
 * offered ones by the sets of their transforms, at the cost of one
 * methods_assign(); PROPOSAL_TRANSFORMS_MAX more of these once one fits.
 */
bool offer_choose(const struct proposal *configured, size_t n_configured,
		  const struct offer *offer, bool require_ml_kem,
		  bool with_additional_ke, struct proposal *chosen, char *reason,
		  size_t reason_size);

/**
 * proposal_choose() - as offer_choose(), for an offer that is asked about once
 * @offered: array of at most SA_PROPOSALS_MAX proposals as the peer sent them
 */
bool proposal_choose(const struct proposal *configured, size_t n_configured,
		     const struct proposal *offered, size_t n_offered,
		     bool require_ml_kem, bool with_additional_ke,
		     struct proposal *chosen, char *reason, size_t reason_size);

#endif
