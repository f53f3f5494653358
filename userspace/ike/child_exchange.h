/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The initiator's half of CREATE_CHILD_SA and IKE_FOLLOWUP_KE for a Child SA,
 * a new one or one that replaces another (RFC 7296 section 1.3.1 and 1.3.3,
 * RFC 9370 section 2.2.4).
 */
#ifndef PQIKE_CHILD_EXCHANGE_H
#define PQIKE_CHILD_EXCHANGE_H

#include "ike/child_sa.h"
#include "ike/task.h"

enum child_step {
	CHILD_AGREED, /* child_exchange_install() is due */
	CHILD_FOLLOWS, /* child_exchange_follow() is due */
	CHILD_AGAIN, /* a request was sent anew, or the IKE SA is gone */
	CHILD_REFUSED, /* by the peer: refusal is its notify */
	CHILD_UNFIT, /* the peer's choice is not what was offered */
	CHILD_BROKEN, /* the peer's KE data: the IKE SA must be deleted */
};

/* What a response has brought. */
struct child_result {
	enum child_step step;
	uint16_t refusal;
	struct kernel_ke ke; /* to follow with */
	const uint8_t *link; /* to return to the peer, in the response */
	size_t link_len;
	char reason[CHILD_REASON_MAX]; /* see child_choice_read_response() */
};

/**
 * child_exchange_begin() - reserve an SPI and send CREATE_CHILD_SA
 * @method: of the KE payload, 0: none
 *
 * task->config is what is offered, task->spi_in what is replaced, 0: nothing.
 *
 * Return: false with kernel_error() when the kernel did not make it.
 */
bool child_exchange_begin(struct ike *ike, struct ike_sa *sa, struct task *task,
			  uint16_t method);

/* Read the response to CREATE_CHILD_SA or IKE_FOLLOWUP_KE. */
void child_exchange_read(struct ike *ike, struct ike_sa *sa, struct task *task,
			 const struct payloads *payloads,
			 struct child_result *result);

/**
 * child_exchange_install() - complete the key exchanges and install task->child
 * @direction: as for child_sa_install()
 * @reason: receives why it failed
 *
 * Both are one request to the kernel, and the first with this response: the peer
 * may send by the Child SA already.
 *
 * Return: CHILD_AGREED; CHILD_BROKEN; CHILD_UNFIT when the kernel does not install
 * it.
 */
enum child_step child_exchange_install(struct ike *ike, const struct task *task,
				       enum kernel_direction direction,
				       char reason[CHILD_REASON_MAX]);

/* Send the IKE_FOLLOWUP_KE that is due. */
void child_exchange_follow(struct ike *ike, struct ike_sa *sa, struct task *task,
			   const struct child_result *result);

/* The Child SA being made is not wanted any more. */
void child_exchange_forget(struct ike *ike, struct ike_sa *sa,
			   struct task *task);

#endif
