// SPDX-License-Identifier: GPL-2.0
#include "ike/followup.h"

#include "base/clock.h"
#include "ike/child_sa.h"
#include "ike/exchange.h"
#include "ike/ike_sa_end.h"
#include "ike/note.h"
#include "ike/task.h"
#include "wire/payload.h"
#include "wire/transform.h"

size_t followup_count(const struct proposal *proposal)
{
	size_t n = 0;

	for (size_t i = 0; i < proposal->n_transforms; i++) {
		const struct transform *transform = &proposal->transforms[i];

		n += transform_type_is_additional_ke(transform->type) &&
		     transform->id != KE_NONE;
	}
	return n;
}

void followup_send(struct ike *ike, struct ike_sa *sa,
		   const struct kernel_ke *ke, const uint8_t *link,
		   size_t link_len)
{
	struct chain chain;

	chain_start(&chain);
	ke_write(&chain.message, ke->method, ke->data, ke->len);
	notify_write(&chain.message, ADDITIONAL_KEY_EXCHANGE, link, link_len);
	exchange_send_request(ike, sa, IKE_FOLLOWUP_KE, &chain);
}

static void write_link(const struct followup *followup,
		       struct message_writer *message)
{
	uint8_t data[4];
	struct writer writer = { .data = data, .size = sizeof(data) };

	write_u32(&writer, followup->link);
	notify_write(message, ADDITIONAL_KEY_EXCHANGE, data, sizeof(data));
}

/* What the peer is to return next, and until when. */
static void renew(struct ike *ike, struct ike_sa *sa,
		  struct message_writer *message)
{
	sa->followup.link = ++ike->last_link;
	timer_set(&ike->timers, &sa->followup.timer,
		  clock_now() + FOLLOWUP_TIMEOUT);
	write_link(&sa->followup, message);
}

/* The peer has left the series. */
static void orphaned(struct ike *ike, struct timer *timer)
{
	struct ike_sa *sa = timer_owner(timer, struct ike_sa, followup.timer);

	ike_sa_say(ike, sa, "the peer does not go on with IKE_FOLLOWUP_KE");
	followup_drop(ike, sa);
	task_next(ike, sa);
}

void followup_expect(struct ike *ike, struct ike_sa *sa,
		     const struct followup *series,
		     struct message_writer *message)
{
	sa->followup.child = series->child;
	sa->followup.successor = series->successor;
	sa->followup.left = series->left;
	sa->followup.complete = series->complete;
	sa->followup.timer.expired = orphaned;
	renew(ike, sa, message);
	/* Before the response, behind which this outlives the helper. */
	note_renew(ike, sa);
}

static bool is_expected(const struct ike_sa *sa, const struct payloads *payloads)
{
	struct notify_payload notify;
	struct reader reader;

	if (!sa->followup.child && !sa->followup.successor)
		return false;
	if (!notify_find(payloads, ADDITIONAL_KEY_EXCHANGE, &notify))
		return false;
	reader = (struct reader){ .data = notify.data, .left = notify.len };
	return read_u32(&reader) == sa->followup.link && !reader.truncated &&
	       !reader.left;
}

static int next_key_exchange(struct ike *ike, const struct ike_sa *sa,
			     struct kernel_ke *ke)
{
	const struct followup *followup = &sa->followup;
	uint32_t done;

	if (followup->child)
		return kernel_child_sa_ke(ike->kernel, sa->id,
					  followup->child->id, ke);
	return kernel_ike_sa_additional_ke(ike->kernel, followup->successor->id,
					   ke, &done);
}

static void answer_last(struct ike *ike, struct ike_sa *sa, struct chain *chain)
{
	const struct followup series = sa->followup;

	followup_finish(ike, sa);
	series.complete(ike, sa, &series, chain);
}

/*
 * What was lost is no state that was not found: after that strongSwan deletes the Child
 * SA that it rekeys.  After TEMPORARY_FAILURE it is kept, and rekeyed once more.
 */
void followup_request(struct ike *ike, struct ike_sa *sa,
		      const struct payloads *payloads)
{
	struct kernel_ke ke;
	struct chain chain;

	if (!is_expected(sa, payloads)) {
		exchange_send_notify(ike, sa, IKE_FOLLOWUP_KE,
				     sa->followup_lost ? TEMPORARY_FAILURE :
							 STATE_NOT_FOUND,
				     NULL, 0);
		return;
	}
	/* Among the reasons: an ek that FIPS 203 section 7.2 rejects. */
	if (!payloads_find(payloads, PAYLOAD_KE) ||
	    next_key_exchange(ike, sa, &ke)) {
		ike_sa_say(ike, sa, "IKE_FOLLOWUP_KE refused: %s",
			   payloads_find(payloads, PAYLOAD_KE) ?
				   kernel_error(ike->kernel) :
				   "it has no KE payload");
		followup_drop(ike, sa);
		exchange_send_fatal(ike, sa, IKE_FOLLOWUP_KE, INVALID_SYNTAX);
		return;
	}
	chain_start(&chain);
	ke_write(&chain.message, ke.method, ke.data, ke.len);
	if (--sa->followup.left) {
		renew(ike, sa, &chain.message);
		exchange_send_response(ike, sa, IKE_FOLLOWUP_KE, &chain);
	} else {
		answer_last(ike, sa, &chain);
	}
}
