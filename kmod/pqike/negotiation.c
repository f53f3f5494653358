// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the chosen proposal from the responder's SA payload, and checking
 * that the initiator offered it.
 */
#include <linux/errno.h>
#include <linux/netlink.h>
#include <linux/string.h>

#include "ike_message.h"
#include "ke.h"
#include "negotiation.h"
#include "sa_payload.h"
#include "sk_algorithm.h"

static int suite_add(struct pqike_suite *suite, const struct ike_transform *transform,
		     struct netlink_ext_ack *extack)
{
	switch (transform->type) {
	case TRANSFORM_ENCR:
		suite->encr = transform->id;
		suite->encr_key_bits = transform->key_bits;
		return 0;
	case TRANSFORM_PRF:
		suite->prf = transform->id;
		return 0;
	case TRANSFORM_INTEG:
		suite->integ = transform->id;
		return 0;
	case TRANSFORM_KE:
		suite->ke = transform->id;
		return 0;
	case TRANSFORM_ADDKE1 ... TRANSFORM_ADDKE7:
		/* Kept by type until all are read. */
		suite->additional_ke[transform->type - TRANSFORM_ADDKE1] =
			transform->id;
		return 0;
	default:
		NL_SET_ERR_MSG(extack, "a transform of an unknown type was chosen");
		return -EOPNOTSUPP;
	}
}

/* Leave out the rounds that are NONE, and refuse a method used twice. */
static int suite_finish(struct pqike_suite *suite, struct netlink_ext_ack *extack)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < PQIKE_ADDITIONAL_KE_MAX; i++) {
		u16 method = suite->additional_ke[i];

		if (method == IKE_KE_NONE)
			continue;
		suite->additional_ke_types |= BIT(i);
		if (!pqike_ke_is_ml_kem(method) &&
		    !pqike_ke_is_classical(method)) {
			NL_SET_ERR_MSG(extack,
				       "an additional key exchange method is not supported");
			return -EOPNOTSUPP;
		}
		for (unsigned int j = 0; j < n; j++) {
			if (suite->additional_ke[j] != method)
				continue;
			NL_SET_ERR_MSG(extack, "a key exchange method was chosen twice");
			return -EBADMSG;
		}
		if (method == suite->ke) {
			NL_SET_ERR_MSG(extack, "a key exchange method was chosen twice");
			return -EBADMSG;
		}
		suite->additional_ke[n++] = method;
	}
	suite->n_additional_ke = n;
	if (!suite->encr || !suite->prf || !suite->ke) {
		NL_SET_ERR_MSG(extack, "the choice lacks encryption, PRF or key exchange");
		return -EBADMSG;
	}
	suite->sk = pqike_sk_algorithm_find(suite->encr, suite->encr_key_bits,
					    suite->integ, extack);
	return suite->sk ? 0 : -EOPNOTSUPP;
}

static int offer_find(const struct ike_payload *offer, u8 number,
		      struct ike_proposal *found)
{
	const u8 *data = offer->body;
	size_t len = offer->len;
	int more;

	while ((more = ike_proposal_next(&data, &len, found)) > 0) {
		if (found->number == number && found->protocol == PROTOCOL_IKE)
			return 0;
	}
	return more ?: -ENOENT;
}

static int suite_read(struct ike_proposal chosen, const struct ike_proposal *offered,
		      struct pqike_suite *suite, struct netlink_ext_ack *extack)
{
	struct ike_transform transform;
	u32 types = 0;
	int more, err;

	while ((more = ike_transform_next(&chosen, &transform)) > 0) {
		if (transform.type >= TRANSFORM_TYPES ||
		    types & BIT(transform.type)) {
			NL_SET_ERR_MSG(extack,
				       "the choice has a transform type twice or an unknown one");
			return -EBADMSG;
		}
		types |= BIT(transform.type);
		if (!ike_proposal_offers(*offered, &transform)) {
			NL_SET_ERR_MSG(extack, "the choice has a transform that was not offered");
			return -EBADMSG;
		}
		err = suite_add(suite, &transform, extack);
		if (err)
			return err;
	}
	if (more < 0) {
		NL_SET_ERR_MSG(extack, "the chosen proposal is malformed");
		return more;
	}
	if (!ike_choice_is_complete(*offered, types)) {
		NL_SET_ERR_MSG(extack, "the choice leaves out a transform type that was offered");
		return -EBADMSG;
	}
	return suite_finish(suite, extack);
}

/**
 * pqike_suite_agree() - what was chosen, if it was offered
 * @offer: the initiator's SA payload
 * @choice: the responder's SA payload, one proposal with one transform of
 *	each type
 * @suite: receives the algorithms; undefined on error
 * @extack: says what does not agree
 *
 * Context: any.
 * Return: 0, -EBADMSG when a payload is malformed or the choice is not part of
 * the offer, -EOPNOTSUPP when it has an algorithm that is not supported.
 */
int pqike_suite_agree(const struct ike_payload *offer,
		      const struct ike_payload *choice,
		      struct pqike_suite *suite,
		      struct netlink_ext_ack *extack)
{
	struct ike_proposal chosen, offered;
	const u8 *data = choice->body;
	size_t len = choice->len;

	memset(suite, 0, sizeof(*suite));
	if (ike_proposal_next(&data, &len, &chosen) != 1 || len ||
	    chosen.protocol != PROTOCOL_IKE) {
		NL_SET_ERR_MSG(extack, "the response does not choose one IKE proposal");
		return -EBADMSG;
	}
	if (offer_find(offer, chosen.number, &offered)) {
		NL_SET_ERR_MSG(extack, "the response chooses a proposal that was not offered");
		return -EBADMSG;
	}
	return suite_read(chosen, &offered, suite, extack);
}

/**
 * pqike_proposals_spi() - the SPI of an IKE SA that rekeys another
 * @sa: SA payload of CREATE_CHILD_SA
 * @spi: receives IKE_SPI_LEN octets
 * @extack: says what is wrong with the proposals
 *
 * Context: any.
 * Return: 0, or -EBADMSG when a proposal is malformed, is not of IKE, or has
 * not the same SPI as the others, one that is not zero.
 */
int pqike_proposals_spi(const struct ike_payload *sa, u8 *spi,
			struct netlink_ext_ack *extack)
{
	const u8 *data = sa->body, *first = NULL;
	struct ike_proposal proposal;
	size_t len = sa->len;
	int more;

	while ((more = ike_proposal_next(&data, &len, &proposal)) > 0) {
		first = first ?: proposal.spi;
		if (proposal.protocol != PROTOCOL_IKE ||
		    proposal.spi_len != IKE_SPI_LEN ||
		    !memchr_inv(proposal.spi, 0, IKE_SPI_LEN) ||
		    memcmp(proposal.spi, first, IKE_SPI_LEN)) {
			NL_SET_ERR_MSG(extack,
				       "the proposals are not of one IKE SA with an SPI");
			return -EBADMSG;
		}
	}
	if (more < 0 || !first) {
		NL_SET_ERR_MSG(extack, "the SA payload is malformed or empty");
		return -EBADMSG;
	}
	memcpy(spi, first, IKE_SPI_LEN);
	return 0;
}

/* ADDKE1 to ADDKE7 that are not NONE, each with its type. */
static unsigned int additional_transforms(const struct pqike_suite *suite,
					  struct ike_transform *transforms)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < PQIKE_ADDITIONAL_KE_MAX; i++) {
		if (!(suite->additional_ke_types & BIT(i)))
			continue;
		transforms[n].type = TRANSFORM_ADDKE1 + i;
		transforms[n].id = suite->additional_ke[n];
		n++;
	}
	return n;
}

/* Each transform is in the proposal, and none that it has is left out. */
static bool proposal_allows(const struct ike_proposal *proposal,
			    const struct pqike_suite *suite)
{
	struct ike_transform chosen[4 + PQIKE_ADDITIONAL_KE_MAX] = {
		{ TRANSFORM_ENCR, suite->encr, suite->encr_key_bits },
		{ TRANSFORM_PRF, suite->prf, 0 },
		{ TRANSFORM_KE, suite->ke, 0 },
	};
	unsigned int n = 3;
	u32 types = 0;

	if (suite->integ)
		chosen[n++] = (struct ike_transform){ TRANSFORM_INTEG, suite->integ, 0 };
	n += additional_transforms(suite, chosen + n);
	for (unsigned int i = 0; i < n; i++) {
		if (!ike_proposal_offers(*proposal, &chosen[i]))
			return false;
		types |= BIT(chosen[i].type);
	}
	return ike_choice_is_complete(*proposal, types);
}

/**
 * pqike_suite_is_among() - whether a suite is one of those that proposals say
 * @suite: the suite
 * @proposals: of pqike_proposals_check()
 *
 * NONE is the same as nothing at all.
 *
 * Context: any.
 * Return: as said.
 */
bool pqike_suite_is_among(const struct pqike_suite *suite,
			  const struct ike_payload *proposals)
{
	const u8 *data = proposals->body;
	size_t len = proposals->len;
	struct ike_proposal proposal;

	while (ike_proposal_next(&data, &len, &proposal) > 0)
		if (proposal_allows(&proposal, suite))
			return true;
	return false;
}

/**
 * pqike_suite_has_ml_kem() - whether any key exchange is ML-KEM
 * @suite: the algorithms
 *
 * Context: any.
 * Return: true when one is.
 */
bool pqike_suite_has_ml_kem(const struct pqike_suite *suite)
{
	if (pqike_ke_is_ml_kem(suite->ke))
		return true;
	for (unsigned int i = 0; i < suite->n_additional_ke; i++) {
		if (pqike_ke_is_ml_kem(suite->additional_ke[i]))
			return true;
	}
	return false;
}
