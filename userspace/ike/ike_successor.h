/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The IKE SA that is to replace another: what is offered for it, and how it
 * takes the place of the old one, whoever has begun that.
 */
#ifndef PQIKE_IKE_SUCCESSOR_H
#define PQIKE_IKE_SUCCESSOR_H

#include "ike/ike_sa.h"
#include "wire/payload.h"

struct ike_proposals {
	size_t n;
	struct proposal list[SA_PROPOSALS_MAX];
};

/* What either side says of it. */
struct ike_successor_payloads {
	struct sa_payload sa;
	struct ke_payload ke;
	struct nonce nonce;
};

/* What may replace @sa: as @connection, a version of its own, has it, with its PRF. */
void ike_successor_proposals(const struct ike_sa *sa,
			     const struct connection_config *connection,
			     struct ike_proposals *proposals);

/* Return: whether all are there, and well-formed. */
bool ike_successor_parse(const struct payloads *payloads,
			 struct ike_successor_payloads *parsed);

/* Return: an IKE SA that is to replace @sa; NULL without memory. */
struct ike_sa *ike_successor_add(struct ike *ike, struct ike_sa *sa,
				 const struct kernel_ike_sa_new *own,
				 bool initiator);

/**
 * ike_successor_replace() - @successor takes the place of @old
 * @client: who is told, 0: nobody
 *
 * It has the Child SAs then, and what waits.
 *
 * Return: false when the kernel does not, with kernel_error().
 */
bool ike_successor_replace(struct ike *ike, struct ike_sa *old,
			   struct ike_sa *successor, uint64_t client);

#endif
