// SPDX-License-Identifier: GPL-2.0
#include "ike/exchange.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/note.h"
#include "wire/payload.h"

void chain_start(struct chain *chain)
{
	chain_begin(&chain->message, chain->buffer, sizeof(chain->buffer));
}

static void send_datagrams(struct ike *ike, struct ike_sa *sa,
			   const struct path *path,
			   const struct datagrams *datagrams)
{
	for (size_t i = 0; i < datagrams->n; i++) {
		int error = sockets_send(&ike->sockets, path,
					 datagrams->list[i].data,
					 datagrams->list[i].len);

		/* Retransmission makes good for what is lost here too. */
		if (error) {
			ike_sa_say(ike, sa, "cannot send: %s", strerror(-error));
			return;
		}
		sa->last_sent = clock_now();
	}
}

static void say_fragments(struct ike *ike, struct ike_sa *sa,
			  uint8_t exchange_type, const struct datagrams *datagrams)
{
	if (datagrams->n < 2)
		return;
	sa->traffic.fragments_sent += (unsigned int)datagrams->n;
	ike_sa_say(ike, sa, "sent %s in %zu fragments",
		   exchange_name(exchange_type), datagrams->n);
}

/* A responder that does not know yet whom it answers may have to say Delete. */
const struct retransmission *exchange_retransmission(const struct ike_sa *sa)
{
	static const struct retransmission by_default = RETRANSMISSION_DEFAULT;

	return sa->connection ? &sa->connection->retransmission : &by_default;
}

static void start_clock(struct ike *ike, struct ike_sa *sa)
{
	sa->request.retries = 0;
	sa->request.interval = exchange_retransmission(sa)->timeout;
	timer_set(&ike->timers, &sa->timeout,
		  clock_now() + sa->request.interval);
}

bool exchange_send_plain(struct ike *ike, struct ike_sa *sa, const uint8_t *data,
			 size_t len)
{
	datagrams_clear(&sa->request.datagrams);
	if (datagrams_add(&sa->request.datagrams, data, len)) {
		ike_sa_fail(ike, sa, "out of memory");
		return false;
	}
	sa->request.exchange_type = IKE_SA_INIT;
	sa->request.message_id = 0;
	sa->next_message_id = 1;
	sa->traffic.round_trips++;
	start_clock(ike, sa);
	send_datagrams(ike, sa, &sa->path, &sa->request.datagrams);
	return true;
}

static bool seal(struct ike *ike, struct ike_sa *sa, struct kernel_plain *plain,
		 struct chain *chain, struct datagrams *sealed)
{
	if (!message_end(&chain->message)) {
		ike_sa_fail(ike, sa, "%s does not fit %zu octets",
			    exchange_name(plain->exchange_type),
			    sizeof(chain->buffer));
		return false;
	}
	plain->first_payload = chain->message.first_payload;
	plain->plaintext = chain->buffer;
	plain->len = chain->message.writer.len;
	plain->fragment_size = sa->fragment_size;
	if (kernel_ike_sa_seal(ike->kernel, sa->id, plain, sealed)) {
		ike_sa_fail(ike, sa, "cannot seal %s: %s",
			    exchange_name(plain->exchange_type),
			    kernel_error(ike->kernel));
		return false;
	}
	return true;
}

bool exchange_send_request(struct ike *ike, struct ike_sa *sa,
			   uint8_t exchange_type, struct chain *chain)
{
	struct kernel_plain plain = {
		.exchange_type = exchange_type,
		.message_id = sa->next_message_id,
	};

	if (sa->phase == PHASE_GONE ||
	    !seal(ike, sa, &plain, chain, &sa->request.datagrams))
		return false;
	sa->request.exchange_type = exchange_type;
	sa->request.message_id = sa->next_message_id++;
	sa->traffic.round_trips++;
	start_clock(ike, sa);
	send_datagrams(ike, sa, &sa->path, &sa->request.datagrams);
	say_fragments(ike, sa, exchange_type, &sa->request.datagrams);
	return true;
}

bool exchange_send_response(struct ike *ike, struct ike_sa *sa,
			    uint8_t exchange_type, struct chain *chain)
{
	struct kernel_plain plain = {
		.exchange_type = exchange_type,
		.response = true,
		.message_id = sa->expected_message_id,
	};

	if (sa->phase == PHASE_GONE ||
	    !seal(ike, sa, &plain, chain, &sa->response.datagrams))
		return false;
	sa->response.message_id = sa->expected_message_id++;
	sa->response.request = sa->verified;
	sa->response.adopted = false;
	/* What is answered now is behind it. */
	sa->followup_lost = false;
	sa->traffic.round_trips++;
	send_datagrams(ike, sa, &sa->response.path,
		       &sa->response.datagrams);
	say_fragments(ike, sa, exchange_type, &sa->response.datagrams);
	return true;
}

bool exchange_send_notify(struct ike *ike, struct ike_sa *sa,
			  uint8_t exchange_type, uint16_t type,
			  const uint8_t *data, size_t len)
{
	struct chain chain;

	chain_start(&chain);
	notify_write(&chain.message, type, data, len);
	return exchange_send_response(ike, sa, exchange_type, &chain);
}

void exchange_send_unanswered(struct ike *ike, struct ike_sa *sa,
			      uint8_t exchange_type, struct chain *chain)
{
	struct datagrams sealed = { 0 };
	struct kernel_plain plain = {
		.exchange_type = exchange_type,
		.message_id = sa->next_message_id,
		.first_payload = chain->message.first_payload,
		.plaintext = chain->buffer,
		.len = chain->message.writer.len,
	};

	if (message_end(&chain->message) &&
	    !kernel_ike_sa_seal(ike->kernel, sa->id, &plain, &sealed))
		send_datagrams(ike, sa, &sa->path, &sealed);
	datagrams_clear(&sealed);
}

void exchange_answered(struct ike *ike, struct ike_sa *sa)
{
	datagrams_clear(&sa->request.datagrams);
	/* Of one that is replaced, this is the time that the peer has to delete it. */
	if (sa->phase != PHASE_REKEYED)
		timer_stop(&ike->timers, &sa->timeout);
}

void exchange_send_init_response(struct ike *ike, struct ike_sa *sa)
{
	send_datagrams(ike, sa, &sa->path, &sa->init_response);
}

static void refuse_and_end(struct ike *ike, struct ike_sa *sa,
			   uint8_t exchange_type, uint16_t type, const char *fault)
{
	bool established = sa->phase == PHASE_ESTABLISHED;
	char line[LOG_LINE_MAX];

	if (established)
		note_end(ike, sa);
	if (!exchange_send_notify(ike, sa, exchange_type, type, NULL, 0) ||
	    sa->phase == PHASE_RETIRED)
		return;
	sa->phase = PHASE_DELETING;
	snprintf(line, sizeof(line), "the peer's %s is %s: the IKE SA ends",
		 exchange_name(exchange_type), fault);
	if (established) {
		ike_event(ike, sa, NULL, EVENT_IKE_FAILED, NULL, sa->client,
			  "failed: %s", line);
		ike->tunnel->lost(ike, sa);
		ike_sa_fail_clients(ike, sa, line);
	} else {
		ike_sa_tell_failure(ike, sa, line);
	}
	ike_sa_retire(ike, sa);
}

void exchange_send_fatal(struct ike *ike, struct ike_sa *sa,
			 uint8_t exchange_type, uint16_t type)
{
	ike->refused.n[MESSAGE_MALFORMED]++;
	refuse_and_end(ike, sa, exchange_type, type, "malformed");
}

void exchange_refuse_misplaced(struct ike *ike, struct ike_sa *sa,
			       uint8_t exchange_type)
{
	ike->refused.n[MESSAGE_MISPLACED]++;
	refuse_and_end(ike, sa, exchange_type, INVALID_SYNTAX, "out of place");
}

void exchange_go_on(struct ike *ike, struct ike_sa *sa)
{
	start_clock(ike, sa);
	exchange_repeat_request(ike, sa);
}

void exchange_repeat_request(struct ike *ike, struct ike_sa *sa)
{
	send_datagrams(ike, sa, &sa->path, &sa->request.datagrams);
}

void exchange_repeat_response(struct ike *ike, struct ike_sa *sa)
{
	send_datagrams(ike, sa, &sa->response.path,
		       &sa->response.datagrams);
}

void exchange_write_round(struct message_writer *message,
			  const struct kernel_round *round, uint16_t ppk_type)
{
	if (round->ke.len)
		ke_write(message, round->ke.method, round->ke.data,
			 round->ke.len);
	if (round->ppk.present)
		notify_write(message, ppk_type, round->ppk.data,
			     round->ppk.len);
}

void exchange_write_auth(struct message_writer *message,
			 const struct kernel_auth *auth)
{
	auth_write(message, auth->method, auth->data, auth->len);
	if (auth->ppk.present)
		notify_write(message, PPK_IDENTITY, auth->ppk.data,
			     auth->ppk.len);
	if (auth->no_ppk.present)
		notify_write(message, NO_PPK_AUTH, auth->no_ppk.data,
			     auth->no_ppk.len);
}
