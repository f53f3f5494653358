/* SPDX-License-Identifier: GPL-2.0 */
/* Putting fragments of a message together again (RFC 7383 section 2.6). */
#ifndef PQIKE_REASSEMBLY_H
#define PQIKE_REASSEMBLY_H

#include <linux/types.h>

#include "sk_payload.h"

#define PQIKE_FRAGMENTS_MAX	64

/*
 * Octets of a message of a peer that is not authenticated, who need be nobody that is
 * configured.  It is kept until the next one comes; certificates would fit.
 */
#define PQIKE_UNAUTHENTICATED_MAX	16384

/**
 * struct pqike_reassembly - the fragments of one message that have come
 * @n_fragments: Total Fragments; 0 when nothing is under way
 * @n_missing: how many have not come
 * @len: octets of plaintext so far
 * @fragments: those that have come have a plaintext
 * @whole: room for @len octets, once none is missing
 */
struct pqike_reassembly {
	unsigned int n_fragments;
	unsigned int n_missing;
	size_t len;
	struct pqike_sk_opened *fragments;
	u8 *whole;
};

int pqike_reassembly_add(struct pqike_reassembly *reassembly,
			 struct pqike_sk_opened *fragment, size_t len_max,
			 struct netlink_ext_ack *extack);
void pqike_reassembly_finish(struct pqike_reassembly *reassembly,
			     struct pqike_sk_opened *whole);
void pqike_reassembly_drop(struct pqike_reassembly *reassembly);

#endif /* PQIKE_REASSEMBLY_H */
