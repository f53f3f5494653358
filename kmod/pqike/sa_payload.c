// SPDX-License-Identifier: GPL-2.0
/*
 * Proposals and transforms of an SA payload (RFC 7296 section 3.3).  Each function
 * takes time in proportion to the octets that it is given.
 */
#include "sa_payload.h"

#include <linux/errno.h>
#include <linux/netlink.h>
#include <linux/string.h>

#include "ike_message.h"

#define TRANSFORM_ATTRIBUTE_KEY_LENGTH	(0x8000 | 14)

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

/**
 * ike_proposal_next() - take the next proposal of an SA payload
 * @data: what is left of its body; receives what is left behind the proposal
 * @len: octets in @data, likewise
 * @proposal: receives it
 *
 * Context: any.
 * Return: 1, 0 at the end, or -EBADMSG.
 */
int ike_proposal_next(const u8 **data, size_t *len, struct ike_proposal *proposal)
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

/**
 * ike_transform_next() - take the next transform of a proposal
 * @proposal: receives what is left of it
 * @transform: receives the transform
 *
 * Context: any.
 * Return: 1, 0 at the end, -EBADMSG, or -EOPNOTSUPP for one whose attributes are
 * unknown.
 */
int ike_transform_next(struct ike_proposal *proposal, struct ike_transform *transform)
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

/**
 * ike_proposal_offers() - whether a proposal has a transform
 * @offered: by value: it is read from its start
 * @wanted: the transform
 *
 * Context: any.
 * Return: as said.
 */
bool ike_proposal_offers(struct ike_proposal offered,
			 const struct ike_transform *wanted)
{
	struct ike_transform transform;
	int more;

	while ((more = ike_transform_next(&offered, &transform)) != 0) {
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

/**
 * ike_choice_is_complete() - whether a choice leaves nothing out
 * @offered: what there was to choose from
 * @types_chosen: the transform types of the choice, as bits
 *
 * Each type that was offered must be chosen, unless NONE was among its offers
 * (RFC 9370 section 2.2.1).  A proposal with a type that nobody knows cannot be
 * chosen at all (RFC 7296 section 3.3.6).  The offer is read once.
 *
 * Context: any.
 * Return: as said.
 */
bool ike_choice_is_complete(struct ike_proposal offered, u32 types_chosen)
{
	u32 types = 0, may_be_none = 0;
	struct ike_transform transform;
	int more;

	while ((more = ike_transform_next(&offered, &transform)) != 0) {
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

/**
 * pqike_proposals_check() - whether proposals can be compared with
 * @proposals: body of an SA payload, without SPIs
 * @protocol: that they are for
 * @extack: says what is wrong
 *
 * Context: any.
 * Return: 0; -EINVAL when they are malformed, none, not for @protocol, or have a transform
 * of a type or with an attribute that is not known.
 */
int pqike_proposals_check(const struct ike_payload *proposals, u8 protocol,
			  struct netlink_ext_ack *extack)
{
	const u8 *data = proposals->body;
	size_t len = proposals->len;
	struct ike_transform transform;
	struct ike_proposal proposal;
	int more, left = 0;

	do {
		more = ike_proposal_next(&data, &len, &proposal);
		if (more <= 0)
			break;
		if (proposal.protocol != protocol || proposal.spi_len)
			break;
		while ((left = ike_transform_next(&proposal, &transform)) > 0 &&
		       transform.type < TRANSFORM_TYPES)
			;
	} while (!left);
	if (!more && len != proposals->len)
		return 0;
	if (protocol == PROTOCOL_IKE)
		NL_SET_ERR_MSG(extack, "not a list of proposals for an IKE SA, without SPIs");
	else
		NL_SET_ERR_MSG(extack, "not a list of proposals for ESP, without SPIs");
	return -EINVAL;
}
