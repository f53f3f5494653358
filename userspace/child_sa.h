/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first Child SA, negotiated inside IKE_AUTH (RFC 7296 section 1.2):
 * SA, TSi and TSr payloads, and what the kernel installs.
 */
#ifndef PQIKE_CHILD_SA_H
#define PQIKE_CHILD_SA_H

#include "exchange.h"
#include "ike_sa.h"

#define CHILD_REASON_MAX 384

/* What a responder chose. */
struct child_answer {
	struct proposal chosen;
	struct prefix local_ts;
	struct prefix remote_ts;
};

/**
 * child_sa_offer() - as the initiator, reserve an SPI and offer a Child SA
 * @sa: receives the Child SA
 * @config: what to offer
 * @chain: receives the SA, TSi and TSr payloads
 *
 * Return: 0, or a negative errno with kernel_error().
 */
int child_sa_offer(struct ike *ike, struct ike_sa *sa,
		   const struct child_config *config,
		   struct message_writer *message);

/**
 * child_sa_accept() - as the initiator, install what the responder chose
 * @payloads: of the IKE_AUTH response
 * @reason: on failure, which transform or selector did not match, of
 *	CHILD_REASON_MAX octets
 *
 * Return: true when the Child SA is installed.
 */
bool child_sa_accept(struct ike *ike, struct ike_sa *sa,
		     const struct payloads *payloads, char *reason);

/**
 * child_sa_answer() - as the responder, choose and install
 * @payloads: of the IKE_AUTH request
 * @answer: receives what was chosen
 * @reason: on failure, which transform or selector did not match, of
 *	CHILD_REASON_MAX octets
 *
 * Return: 0, or the Notify Message Type of the refusal.
 */
uint16_t child_sa_answer(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads,
			 struct child_answer *answer, char *reason);

void child_sa_answer_write(struct message_writer *message,
			   const struct ike_sa *sa,
			   const struct child_answer *answer);

/* Remove the Child SA from the kernel, where there is one. */
void child_sa_remove(struct ike *ike, struct ike_sa *sa);

#endif
