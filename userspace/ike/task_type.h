/* SPDX-License-Identifier: GPL-2.0 */
/* What a task is, and what its kind does and is asked. */
#ifndef PQIKE_TASK_TYPE_H
#define PQIKE_TASK_TYPE_H

#include "ike/ike_sa.h"
#include "wire/message.h"

struct task;

/* A kind of task.  Each function may end @task, or the whole IKE SA. */
struct task_type {
	/* Send the first request, or call task_done(). */
	void (*start)(struct ike *ike, struct ike_sa *sa, struct task *task);
	/* The response to the request that was sent last. */
	void (*response)(struct ike *ike, struct ike_sa *sa, struct task *task,
			 const struct payloads *payloads);
	/* Release what it has made so far; NULL: nothing. */
	void (*forget)(struct ike *ike, struct ike_sa *sa, struct task *task);
	/*
	 * The IKE SA is being deleted; NULL: the task ends.  What the peer may have made
	 * is seen to; where it is still to answer, the task is abandoned, and goes on.
	 */
	void (*abandon)(struct ike *ike, struct ike_sa *sa, struct task *task,
			const char *why);
	bool of_child; /* it makes a Child SA, rekeys one, or deletes it */
	bool rekeys_ike_sa;
	/* Not begun while the peer is replacing the Child SA that it is about. */
	bool waits_for_replacement;
};

/* The same exchange, begun by the peer at the same time. */
struct rival {
	bool exists;
	struct nonce lowest; /* of its two nonces */
	uint32_t spi_in; /* of the Child SA that it made, 0: none */
	struct ike_sa *successor; /* the IKE SA that it made, NULL: none */
};

struct task {
	struct task *next;
	const struct task_type *type;
	uint64_t client; /* who waits for the outcome, 0: nobody */
	const struct child_config *config; /* used; the Child SA to be made */
	uint32_t spi_in; /* the Child SA to be rekeyed or deleted, 0: none */
	unsigned int attempts;
	int64_t due; /* clock_now(): it is not begun before, 0: at any time */
	unsigned int postponed; /* how often */
	bool anew; /* the Child SA was there before */
	const char *abandoned; /* why nobody wants it any more; NULL: it is wanted */
	struct packet_ts packet; /* that the Child SA is for */

	/* Of CREATE_CHILD_SA and IKE_FOLLOWUP_KE. */
	uint16_t method; /* in our KE payload, 0: none */
	struct nonce nonce; /* of this side */
	struct nonce lowest; /* of both nonces, once the response came */
	bool following; /* CREATE_CHILD_SA is answered */
	size_t followups; /* of a Child SA: responses that are due */
	struct child_sa *child; /* being made */
	struct ike_sa *successor; /* being made */
	struct rival rival;
	struct traffic before; /* of the IKE SA when it began */
};

#endif
