// SPDX-License-Identifier: GPL-2.0
#include "ike/dispatch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ike/create_child_answer.h"
#include "ike/exchange.h"
#include "ike/followup.h"
#include "ike/delete_ike.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/initiator.h"
#include "ike/liveness.h"
#include "ike/nat_traversal.h"
#include "ike/note.h"
#include "ike/peer_delete.h"
#include "ike/responder.h"
#include "ike/task.h"
#include "wire/message.h"
#include "wire/payload.h"

#define SKF_HEADER_SIZE 8

/* A message that came. */
struct incoming {
	const struct path *path;
	struct ike_header header;
	const uint8_t *data;
	size_t len;
};

static bool is_response(const struct ike_header *header)
{
	return header->flags & IKE_FLAG_RESPONSE;
}

static bool is_fragment(const struct incoming *incoming)
{
	return incoming->header.next_payload == PAYLOAD_SKF &&
	       incoming->len >= IKE_HEADER_SIZE + SKF_HEADER_SIZE;
}

/* Fragment Number and Total Fragments, RFC 7383 section 2.5. */
static void read_fragment(const struct incoming *incoming, uint16_t *number,
			  uint16_t *total)
{
	struct reader reader = {
		.data = incoming->data + IKE_HEADER_SIZE + 4,
		.left = SKF_HEADER_SIZE - 4,
	};

	*number = read_u16(&reader);
	*total = read_u16(&reader);
}

static bool is_first(const struct incoming *incoming)
{
	uint16_t number = 1;
	uint16_t total;

	if (is_fragment(incoming))
		read_fragment(incoming, &number, &total);
	return number == 1;
}

static void digest(const struct incoming *incoming,
		   struct request_digest *digest)
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, incoming->len, incoming->data);
	sha256_digest(&context, sizeof(digest->octets), digest->octets);
}

static bool zero_spi(const uint8_t *spi)
{
	static const uint8_t zero[IKE_SPI_SIZE];

	return !memcmp(spi, zero, IKE_SPI_SIZE);
}

static void handle_init(struct ike *ike, const struct incoming *incoming)
{
	const struct ike_header *header = &incoming->header;
	bool from_initiator = header->flags & IKE_FLAG_INITIATOR;
	struct ike_sa *sa;

	if (header->message_id != 0 || zero_spi(header->spi_i) ||
	    is_response(header) == from_initiator ||
	    (!is_response(header) && !zero_spi(header->spi_r))) {
		ike->refused.n[MESSAGE_BAD_HEADER]++;
		return;
	}
	if (incoming->len > IKE_UNAUTHENTICATED_MAX) {
		ike->refused.n[MESSAGE_TOO_LARGE]++;
		return;
	}
	if (!is_response(header)) {
		responder_init(ike, incoming->path, header, incoming->data,
			       incoming->len);
		return;
	}
	sa = ike_sa_find_waiting(ike, header->spi_i);
	if (sa)
		initiator_init_response(ike, sa, incoming->data, incoming->len);
	else
		ike->refused.n[MESSAGE_UNKNOWN_SPI]++;
}

/* Once for each IKE SA: whoever floods us does not fill the log. */
static void say_ignored(struct ike *ike, struct ike_sa *sa,
			const struct incoming *incoming)
{
	if (!sa->ignored_logged)
		ike_sa_say(ike, sa, "ignored %s: %s",
			   exchange_name(incoming->header.exchange_type),
			   kernel_error(ike->kernel));
	sa->ignored_logged = true;
}

static enum message_cause cause_of(int error)
{
	switch (error) {
	case -EBADMSG:
		return MESSAGE_UNVERIFIED;
	case -EPROTO:
		return MESSAGE_OUT_OF_WINDOW;
	case -EALREADY:
		return MESSAGE_REPEATED_FRAGMENT;
	case -EMSGSIZE:
		return MESSAGE_TOO_LARGE;
	default:
		return MESSAGE_NO_RESOURCES;
	}
}

static void say_fragments(struct ike *ike, struct ike_sa *sa,
			  const struct incoming *incoming)
{
	uint16_t number;
	uint16_t total;

	if (!is_fragment(incoming))
		return;
	read_fragment(incoming, &number, &total);
	sa->traffic.fragments_received += total;
	ike_sa_say(ike, sa, "got %s in %u fragments",
		   exchange_name(incoming->header.exchange_type), total);
}

/* Return: whether a whole, verified message is in ike->opened. */
static bool open_message(struct ike *ike, struct ike_sa *sa,
			 const struct incoming *incoming)
{
	int error = kernel_ike_sa_open(ike->kernel, sa->id, incoming->data,
				       incoming->len, &ike->opened);

	if (error) {
		ike->refused.n[cause_of(error)]++;
		/* The network or the peer repeats fragments: no fault of anybody. */
		if (error != -EALREADY)
			say_ignored(ike, sa, incoming);
		return false;
	}
	if (!is_response(&incoming->header) && is_first(incoming))
		digest(incoming, &sa->verified);
	if (ike->opened.fragments_missing)
		return false;
	sa->last_heard = clock_now();
	nat_traversal_heard(ike, sa, incoming->path);
	sa->before_request = sa->traffic;
	say_fragments(ike, sa, incoming);
	return true;
}

static int parse_opened(struct ike *ike, struct payloads *payloads,
			uint8_t *offender)
{
	return payloads_parse(ike->opened.first_payload, ike->opened.plaintext,
			      ike->opened.len, payloads, offender);
}

/* The peer, which takes it for a good one, is told where it still listens. */
static void end_malformed(struct ike *ike, struct ike_sa *sa,
			  uint8_t exchange_type)
{
	char why[80];

	snprintf(why, sizeof(why), "the peer's response to %s is malformed",
		 exchange_name(exchange_type));
	if (sa->phase == PHASE_ESTABLISHED)
		delete_ike_failed(ike, sa, why);
	else
		ike_sa_fail(ike, sa, "%s", why);
}

static void handle_response(struct ike *ike, struct ike_sa *sa,
			    const struct incoming *incoming)
{
	uint8_t exchange_type = sa->request.exchange_type;
	struct notify_payload notify;
	struct payloads payloads;
	uint8_t offender;
	int error;

	if (!sa->id || !sa->request.datagrams.n ||
	    incoming->header.message_id != sa->request.message_id ||
	    incoming->header.exchange_type != exchange_type) {
		ike->refused.n[MESSAGE_OUT_OF_WINDOW]++;
		return;
	}
	if (!open_message(ike, sa, incoming))
		return;
	exchange_answered(ike, sa);
	error = parse_opened(ike, &payloads, &offender);
	if (error) {
		ike->refused.n[error == UNSUPPORTED_CRITICAL_PAYLOAD ?
				       MESSAGE_CRITICAL_PAYLOAD :
				       MESSAGE_MALFORMED]++;
		end_malformed(ike, sa, exchange_type);
		return;
	}
	/* RFC 7296 section 2.21.3: the peer's IKE SA has ended with that. */
	if (exchange_type == INFORMATIONAL && sa->phase == PHASE_ESTABLISHED &&
	    notify_find(&payloads, INVALID_SYNTAX, &notify))
		end_ike_broken(ike, sa,
			       "the peer refuses INFORMATIONAL: INVALID_SYNTAX");
	else if (exchange_type == IKE_INTERMEDIATE)
		initiator_intermediate_response(ike, sa, &payloads);
	else if (exchange_type == IKE_AUTH)
		initiator_auth_response(ike, sa, &payloads);
	else if (sa->phase == PHASE_DELETING)
		delete_ike_response(ike, sa, &payloads);
	else if (sa->task)
		sa->task->type->response(ike, sa, sa->task, &payloads);
	peer_deleted_early(ike, sa);
	/* Nobody adopts one that is not. */
	if (sa->established)
		note_keep(ike, sa);
}

/* RFC 7296 section 2.21.2: before the IKE SA is established, it ends. */
static void refuse_critical(struct ike *ike, struct ike_sa *sa,
			    uint8_t exchange_type, uint8_t offender)
{
	ike->refused.n[MESSAGE_CRITICAL_PAYLOAD]++;
	if (!exchange_send_notify(ike, sa, exchange_type,
				  UNSUPPORTED_CRITICAL_PAYLOAD, &offender, 1) ||
	    sa->phase != PHASE_AUTH || sa->initiator)
		return;
	ike_event(ike, sa, NULL, EVENT_IKE_FAILED, &sa->traffic, 0,
		  "failed: the peer's %s has a critical payload of unknown type %u",
		  exchange_name(exchange_type), offender);
	ike_sa_retire(ike, sa);
}

static void answer(struct ike *ike, struct ike_sa *sa, uint8_t exchange_type,
		   const struct payloads *payloads)
{
	bool negotiating = sa->phase == PHASE_AUTH && !sa->initiator;

	if (exchange_type == IKE_INTERMEDIATE && negotiating)
		responder_intermediate(ike, sa);
	else if (exchange_type == IKE_AUTH && negotiating)
		responder_auth(ike, sa, payloads);
	else if (exchange_type == INFORMATIONAL && !negotiating)
		peer_delete_request(ike, sa, payloads);
	else if (exchange_type == CREATE_CHILD_SA && !negotiating)
		create_child_answer(ike, sa, payloads);
	else if (exchange_type == IKE_FOLLOWUP_KE && !negotiating)
		followup_request(ike, sa, payloads);
	else
		exchange_refuse_misplaced(ike, sa, exchange_type);
}

static bool was_answered(const struct ike_sa *sa, uint32_t message_id)
{
	return sa->response.datagrams.n && message_id == sa->response.message_id;
}

/* RFC 7296 section 2.1: a request is sent again octet by octet. */
static bool is_same_request(const struct ike_sa *sa,
			    const struct incoming *incoming)
{
	struct request_digest found;

	digest(incoming, &found);
	return !memcmp(&found, &sa->response.request, sizeof(found));
}

static void repeat_response(struct ike *ike, struct ike_sa *sa,
			    const struct incoming *incoming)
{
	bool same;

	/* RFC 7383 section 2.6: the first fragment stands for all. */
	if (!is_first(incoming)) {
		ike->refused.n[MESSAGE_REPEATED_FRAGMENT]++;
		return;
	}
	same = sa->response.adopted || is_same_request(sa, incoming);
	/* Other fragments of the same may come, yet anyone can make them up. */
	if (!same && !is_fragment(incoming)) {
		ike->refused.n[MESSAGE_UNVERIFIED]++;
		return;
	}
	ike->refused.n[MESSAGE_REPEATED_REQUEST]++;
	if (same && !sa->response.adopted)
		sa->response.path = *incoming->path;
	exchange_repeat_response(ike, sa);
}

static void handle_request(struct ike *ike, struct ike_sa *sa,
			   const struct incoming *incoming)
{
	uint32_t message_id = incoming->header.message_id;
	struct payloads payloads;
	uint8_t offender;
	int error;

	if (was_answered(sa, message_id)) {
		repeat_response(ike, sa, incoming);
		return;
	}
	/* It is not decided whether it replaces another: the peer asks again. */
	if (sa->phase == PHASE_REKEYING)
		return;
	if (!sa->id || message_id != sa->expected_message_id) {
		ike->refused.n[MESSAGE_OUT_OF_WINDOW]++;
		return;
	}
	if (!open_message(ike, sa, incoming))
		return;
	error = parse_opened(ike, &payloads, &offender);
	if (error == UNSUPPORTED_CRITICAL_PAYLOAD) {
		refuse_critical(ike, sa, incoming->header.exchange_type, offender);
	} else if (error) {
		exchange_send_fatal(ike, sa, incoming->header.exchange_type,
				    INVALID_SYNTAX);
	} else {
		answer(ike, sa, incoming->header.exchange_type, &payloads);
	}
	if (sa->established)
		note_renew(ike, sa);
	/* What has waited for the peer may have its turn now. */
	task_next(ike, sa);
}

static bool is_protected(const struct ike_header *header)
{
	return header->next_payload == PAYLOAD_SK ||
	       header->next_payload == PAYLOAD_SKF;
}

/*
 * RFC 7296 section 2.21.4: it may be told, as anyone may have made it up; the
 * answer is smaller than the request.
 */
static void refuse_unknown_spi(struct ike *ike, const struct incoming *incoming)
{
	const struct ike_header *header = &incoming->header;

	ike->refused.n[MESSAGE_UNKNOWN_SPI]++;
	if (!is_response(header) && is_protected(header))
		responder_refuse_spi(ike, incoming->path, header);
}

static bool says_unknown_spi(const struct incoming *incoming)
{
	struct notify_payload notify;
	struct payloads payloads;
	uint8_t offender;

	return is_response(&incoming->header) &&
	       !payloads_parse(incoming->header.next_payload,
			       incoming->data + IKE_HEADER_SIZE,
			       incoming->len - IKE_HEADER_SIZE, &payloads,
			       &offender) &&
	       notify_find(&payloads, INVALID_IKE_SPI, &notify);
}

/*
 * Payloads that are not encrypted change nothing; that the peer does not know the
 * IKE SA any more is a hint to look whether it is there (RFC 7296 section 2.21.4).
 */
static void refuse_unprotected(struct ike *ike, struct ike_sa *sa,
			       const struct incoming *incoming)
{
	ike->refused.n[MESSAGE_UNPROTECTED]++;
	if (says_unknown_spi(incoming)) {
		liveness_hint(ike, sa);
		return;
	}
	if (!sa->ignored_logged)
		ike_sa_say(ike, sa, "ignored %s: payloads stand outside the Encrypted payload",
			   exchange_name(incoming->header.exchange_type));
	sa->ignored_logged = true;
}

static void refuse_version(struct ike *ike, const struct incoming *incoming)
{
	const struct ike_header *header = &incoming->header;
	unsigned int major = header->version >> 4;

	ike->refused.n[MESSAGE_OTHER_VERSION]++;
	if (major < IKE_VERSION >> 4)
		ike_event_refused(ike, NULL, incoming->path, header->spi_i,
				  "failed: the peer speaks IKEv%u, which is not supported",
				  major);
	else if (!is_response(header))
		responder_refuse_version(ike, incoming->path, header);
}

void dispatch(struct ike *ike, const struct path *path, const uint8_t *data,
	      size_t len)
{
	struct incoming incoming = { .path = path, .data = data, .len = len };
	struct ike_header *header = &incoming.header;
	struct ike_sa *sa;

	ike_sas_release(ike);
	if (!header_parse(data, len, header)) {
		ike->refused.n[MESSAGE_BAD_HEADER]++;
		return;
	}
	if (header->version >> 4 != IKE_VERSION >> 4) {
		refuse_version(ike, &incoming);
		return;
	}
	if (header->exchange_type == IKE_SA_INIT) {
		handle_init(ike, &incoming);
		return;
	}
	sa = ike_sa_find(ike, header->spi_i, header->spi_r,
			 header->flags & IKE_FLAG_INITIATOR);
	if (!sa)
		refuse_unknown_spi(ike, &incoming);
	else if (!is_protected(header))
		refuse_unprotected(ike, sa, &incoming);
	else if (is_response(header))
		handle_response(ike, sa, &incoming);
	else
		handle_request(ike, sa, &incoming);
}
