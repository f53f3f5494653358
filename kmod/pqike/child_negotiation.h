/* SPDX-License-Identifier: GPL-2.0 */
/* The algorithms of a Child SA, as proposals for ESP have them. */
#ifndef PQIKE_CHILD_NEGOTIATION_H
#define PQIKE_CHILD_NEGOTIATION_H

#include <linux/types.h>

#include "methods.h"

struct ike_payload;
struct ike_proposal;

/**
 * struct pqike_child_suite - what one proposal for ESP comes to
 * @encr: transform ID of type 1
 * @encr_key_bits: its Key Length attribute, 0 where it has none
 * @integ: transform ID of type 3, 0 beside an AEAD
 * @esn: Extended Sequence Numbers
 * @creates: it is of CREATE_CHILD_SA; else of IKE_AUTH, where a Child SA has no key
 *	exchanges and proposals are read as if they had none, too (RFC 7296 section 1.2)
 * @methods: its key exchanges
 */
struct pqike_child_suite {
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	bool esn;
	bool creates;
	struct pqike_methods methods;
};

bool pqike_child_suite_read(struct ike_proposal proposal,
			    struct pqike_child_suite *suite);
bool pqike_child_suite_fits(const struct ike_proposal *proposal,
			    const struct pqike_child_suite *suite);
bool pqike_child_suite_is_among(const struct pqike_child_suite *suite,
				const struct ike_payload *proposals);

#endif /* PQIKE_CHILD_NEGOTIATION_H */
