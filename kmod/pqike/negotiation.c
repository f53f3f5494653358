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
#include "sk_algorithm.h"

#define TRANSFORM_ATTRIBUTE_KEY_LENGTH	(0x8000 | 14)
#define PROTOCOL_IKE			1

enum transform_type {
	TRANSFORM_ENCR		= 1,
	TRANSFORM_PRF		= 2,
	TRANSFORM_INTEG		= 3,
	TRANSFORM_KE		= 4,
	TRANSFORM_ADDKE1	= 6,
	TRANSFORM_ADDKE7	= 12,
	TRANSFORM_TYPES		= 13,
};

struct proposal_header {
	u8 last;
	u8 reserved;
	__be16 length;
	u8 number;
	u8 protocol;
	u8 spi_size;
	u8 n_transforms;
} __packed;

struct transform_header {
	u8 last;
	u8 reserved;
	__be16 length;
	u8 type;
	u8 reserved2;
	__be16 id;
} __packed;

struct transform_attribute {
	__be16 type;
	__be16 value;
} __packed;

struct transform {
	u8 type;
	u16 id;
	u16 key_bits;
};

/* The transforms of one proposal that are not read yet. */
struct proposal {
	u8 number;
	u8 protocol;
	const u8 *spi;
	u8 spi_len;
	unsigned int n_left;
	const u8 *data;
	size_t len;
};

/* Returns 1 for a proposal, 0 at the end, -EBADMSG. */
static int proposal_next(const u8 **data, size_t *len, struct proposal *proposal)
{
	const struct proposal_header *header = (const void *)*data;
	size_t proposal_len, head_len;

	if (!*len)
		return 0;
	if (*len < sizeof(*header))
		return -EBADMSG;
	proposal_len = be16_to_cpu(header->length);
	head_len = sizeof(*header) + header->spi_size;
	if (proposal_len < head_len || proposal_len > *len)
		return -EBADMSG;
	proposal->number = header->number;
	proposal->protocol = header->protocol;
	proposal->spi = *data + sizeof(*header);
	proposal->spi_len = header->spi_size;
	proposal->n_left = header->n_transforms;
	proposal->data = *data + head_len;
	proposal->len = proposal_len - head_len;
	*data += proposal_len;
	*len -= proposal_len;
	return 1;
}

/* The only attribute there is: Key Length, in the short form. */
static int transform_key_bits(const u8 *data, size_t len, u16 *key_bits)
{
	const struct transform_attribute *attribute = (const void *)data;

	*key_bits = 0;
	if (!len)
		return 0;
	if (len != sizeof(*attribute) ||
	    be16_to_cpu(attribute->type) != TRANSFORM_ATTRIBUTE_KEY_LENGTH)
		return -EOPNOTSUPP;
	*key_bits = be16_to_cpu(attribute->value);
	return 0;
}

/*
 * Returns 1 for a transform, 0 at the end, -EBADMSG, or -EOPNOTSUPP for one
 * whose attributes are unknown.
 */
static int transform_next(struct proposal *proposal, struct transform *transform)
{
	const struct transform_header *header = (const void *)proposal->data;
	size_t transform_len;
	int err;

	if (!proposal->n_left)
		return proposal->len ? -EBADMSG : 0;
	if (proposal->len < sizeof(*header))
		return -EBADMSG;
	transform_len = be16_to_cpu(header->length);
	if (transform_len < sizeof(*header) || transform_len > proposal->len)
		return -EBADMSG;
	err = transform_key_bits(proposal->data + sizeof(*header),
				 transform_len - sizeof(*header),
				 &transform->key_bits);
	transform->type = header->type;
	transform->id = be16_to_cpu(header->id);
	proposal->n_left--;
	proposal->data += transform_len;
	proposal->len -= transform_len;
	return err ?: 1;
}

/* Whether a proposal (by value: read from its start) has a transform. */
static bool proposal_offers(struct proposal offered,
			    const struct transform *wanted)
{
	struct transform transform;
	int more;

	while ((more = transform_next(&offered, &transform)) != 0) {
		if (more == -EOPNOTSUPP)
			continue;
		if (more < 0)
			return false;
		if (transform.type == wanted->type &&
		    transform.id == wanted->id &&
		    transform.key_bits == wanted->key_bits)
			return true;
	}
	return false;
}

/*
 * Each type that was offered must be chosen, unless NONE was among its offers
 * (RFC 9370 section 2.2.1).  A proposal with a type that nobody knows cannot be
 * chosen at all (RFC 7296 section 3.3.6).  The offer is read once.
 */
static bool choice_is_complete(struct proposal offered, u32 types_chosen)
{
	u32 types = 0, may_be_none = 0;
	struct transform transform;
	int more;

	while ((more = transform_next(&offered, &transform)) != 0) {
		if (more < 0 && more != -EOPNOTSUPP)
			return false;
		if (transform.type >= TRANSFORM_TYPES)
			return false;
		types |= BIT(transform.type);
		if (more > 0 && !transform.id && !transform.key_bits)
			may_be_none |= BIT(transform.type);
	}
	return !(types & ~types_chosen & ~may_be_none);
}

static int suite_add(struct pqike_suite *suite, const struct transform *transform,
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
		      struct proposal *found)
{
	const u8 *data = offer->body;
	size_t len = offer->len;
	int more;

	while ((more = proposal_next(&data, &len, found)) > 0) {
		if (found->number == number && found->protocol == PROTOCOL_IKE)
			return 0;
	}
	return more ?: -ENOENT;
}

static int suite_read(struct proposal chosen, const struct proposal *offered,
		      struct pqike_suite *suite, struct netlink_ext_ack *extack)
{
	struct transform transform;
	u32 types = 0;
	int more, err;

	while ((more = transform_next(&chosen, &transform)) > 0) {
		if (transform.type >= TRANSFORM_TYPES ||
		    types & BIT(transform.type)) {
			NL_SET_ERR_MSG(extack,
				       "the choice has a transform type twice or an unknown one");
			return -EBADMSG;
		}
		types |= BIT(transform.type);
		if (!proposal_offers(*offered, &transform)) {
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
	if (!choice_is_complete(*offered, types)) {
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
	struct proposal chosen, offered;
	const u8 *data = choice->body;
	size_t len = choice->len;

	memset(suite, 0, sizeof(*suite));
	if (proposal_next(&data, &len, &chosen) != 1 || len ||
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
	struct proposal proposal;
	size_t len = sa->len;
	int more;

	while ((more = proposal_next(&data, &len, &proposal)) > 0) {
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

/**
 * pqike_proposals_check() - whether proposals for an IKE SA can be compared with
 * @proposals: body of an SA payload, without SPIs
 * @extack: says what is wrong
 *
 * Context: any.
 * Return: 0; -EINVAL when they are malformed, none, not for IKE, or have a transform
 * of a type or with an attribute that is not known.
 */
int pqike_proposals_check(const struct ike_payload *proposals,
			  struct netlink_ext_ack *extack)
{
	const u8 *data = proposals->body;
	size_t len = proposals->len;
	struct transform transform;
	struct proposal proposal;
	int more, left = 0;

	do {
		more = proposal_next(&data, &len, &proposal);
		if (more <= 0)
			break;
		if (proposal.protocol != PROTOCOL_IKE || proposal.spi_len)
			break;
		while ((left = transform_next(&proposal, &transform)) > 0 &&
		       transform.type < TRANSFORM_TYPES)
			;
	} while (!left);
	if (!more && len != proposals->len)
		return 0;
	NL_SET_ERR_MSG(extack, "not a list of proposals for an IKE SA, without SPIs");
	return -EINVAL;
}

/* ADDKE1 to ADDKE7 that are not NONE, each with its type. */
static unsigned int additional_transforms(const struct pqike_suite *suite,
					  struct transform *transforms)
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
static bool proposal_allows(const struct proposal *proposal,
			    const struct pqike_suite *suite)
{
	struct transform chosen[4 + PQIKE_ADDITIONAL_KE_MAX] = {
		{ TRANSFORM_ENCR, suite->encr, suite->encr_key_bits },
		{ TRANSFORM_PRF, suite->prf, 0 },
		{ TRANSFORM_KE, suite->ke, 0 },
	};
	unsigned int n = 3;
	u32 types = 0;

	if (suite->integ)
		chosen[n++] = (struct transform){ TRANSFORM_INTEG, suite->integ, 0 };
	n += additional_transforms(suite, chosen + n);
	for (unsigned int i = 0; i < n; i++) {
		if (!proposal_offers(*proposal, &chosen[i]))
			return false;
		types |= BIT(chosen[i].type);
	}
	return choice_is_complete(*proposal, types);
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
	struct proposal proposal;

	while (proposal_next(&data, &len, &proposal) > 0)
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
