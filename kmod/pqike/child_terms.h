/* SPDX-License-Identifier: GPL-2.0 */
/* What one message says of a Child SA: the SA, TSi and TSr payloads and notifications. */
#ifndef PQIKE_CHILD_TERMS_H
#define PQIKE_CHILD_TERMS_H

#include <linux/types.h>

#include "ike_message.h"

struct netlink_ext_ack;
struct pqike_child_suite;
struct pqike_esp;

/* Octets of the three payloads of one message that are kept, at most. */
#define PQIKE_CHILD_TERMS_MAX	16384

/**
 * struct pqike_child_terms - copied from a message
 * @transport: it has USE_TRANSPORT_MODE
 * @rekeys: the SPI of REKEY_SA, 0 for none
 * @sa: body of the SA payload, in @octets
 * @tsi: likewise of the TSi payload
 * @tsr: likewise of the TSr payload
 * @octets: of all three
 */
struct pqike_child_terms {
	bool transport;
	__be32 rekeys;
	struct ike_payload sa;
	struct ike_payload tsi;
	struct ike_payload tsr;
	u8 octets[];
};

struct pqike_child_terms *pqike_child_terms_read(struct ike_payload_chain chain,
						 struct netlink_ext_ack *extack);
bool pqike_child_terms_are_same(const struct pqike_child_terms *terms,
				const struct pqike_child_terms *others);
int pqike_child_terms_suite(const struct pqike_child_terms *choice,
			    struct pqike_child_suite *suite,
			    struct netlink_ext_ack *extack);
int pqike_child_terms_agree(const struct pqike_child_terms *offer,
			    const struct pqike_child_terms *choice,
			    bool initiator, struct pqike_esp *esp,
			    struct pqike_child_suite *suite,
			    struct netlink_ext_ack *extack);
int pqike_child_terms_check_selectors(const struct pqike_child_terms *offer,
				      const struct pqike_esp *esp, bool initiator,
				      struct netlink_ext_ack *extack);

#endif /* PQIKE_CHILD_TERMS_H */
