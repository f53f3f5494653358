/* SPDX-License-Identifier: GPL-2.0 */
/* Proposals and transforms of an SA payload (RFC 7296 section 3.3), one after another. */
#ifndef PQIKE_SA_PAYLOAD_H
#define PQIKE_SA_PAYLOAD_H

#include <linux/types.h>

#define PROTOCOL_IKE			1
#define PROTOCOL_ESP			3

enum ike_transform_type {
	TRANSFORM_ENCR		= 1,
	TRANSFORM_PRF		= 2,
	TRANSFORM_INTEG		= 3,
	TRANSFORM_KE		= 4,
	TRANSFORM_ESN		= 5,
	TRANSFORM_ADDKE1	= 6,
	TRANSFORM_ADDKE7	= 12,
	TRANSFORM_TYPES		= 13,
};

struct ike_payload;
struct netlink_ext_ack;

struct ike_transform {
	u8 type;
	u16 id;
	u16 key_bits;
};

/* The transforms of one proposal that are not read yet. */
struct ike_proposal {
	u8 number;
	u8 protocol;
	const u8 *spi;
	u8 spi_len;
	unsigned int n_left;
	const u8 *data;
	size_t len;
};

int ike_proposal_next(const u8 **data, size_t *len, struct ike_proposal *proposal);
int ike_transform_next(struct ike_proposal *proposal, struct ike_transform *transform);
bool ike_proposal_offers(struct ike_proposal offered, const struct ike_transform *wanted);
bool ike_choice_is_complete(struct ike_proposal offered, u32 types_chosen);
int pqike_proposals_check(const struct ike_payload *proposals, u8 protocol,
			  struct netlink_ext_ack *extack);

#endif /* PQIKE_SA_PAYLOAD_H */
