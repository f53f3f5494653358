/* SPDX-License-Identifier: GPL-2.0 */
/* Which suites an administrator allows: proposals of an SA payload, kept. */
#ifndef PQIKE_PROPOSALS_H
#define PQIKE_PROPOSALS_H

#include <linux/types.h>

#include "ike_message.h"

struct netlink_ext_ack;

/**
 * struct pqike_proposals - proposals without SPIs, well-formed
 * @len: octets in @octets; 0: any suite is allowed
 * @octets: body of an SA payload, to be freed with kfree()
 */
struct pqike_proposals {
	u16 len;
	u8 *octets;
};

static inline struct ike_payload
pqike_proposals_payload(const struct pqike_proposals *proposals)
{
	return (struct ike_payload){
		.body = proposals->octets, .len = proposals->len,
	};
}

int pqike_proposals_set(struct pqike_proposals *proposals, u8 protocol,
			const u8 *octets, u16 len,
			struct netlink_ext_ack *extack);

#endif /* PQIKE_PROPOSALS_H */
