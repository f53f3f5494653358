// SPDX-License-Identifier: GPL-2.0
#include "exchange.h"

#include <string.h>

#include "clock.h"

void chain_start(struct chain *chain)
{
	chain_begin(&chain->message, chain->buffer, sizeof(chain->buffer));
}

static void send_datagrams(struct ike *ike, const struct ike_sa *sa,
			   const struct datagrams *datagrams)
{
	for (size_t i = 0; i < datagrams->n; i++) {
		int error = sockets_send(&ike->sockets, &sa->path,
					 datagrams->list[i].data,
					 datagrams->list[i].len);

		/* Retransmission makes good for what is lost here too. */
		if (error) {
			ike_sa_say(ike, sa, "cannot send: %s", strerror(-error));
			return;
		}
	}
}

static void say_fragments(struct ike *ike, struct ike_sa *sa,
			  uint8_t exchange_type, const struct datagrams *datagrams)
{
	if (datagrams->n < 2)
		return;
	sa->fragments_sent += (unsigned int)datagrams->n;
	ike_sa_say(ike, sa, "sent %s in %zu fragments",
		   exchange_name(exchange_type), datagrams->n);
}

static void start_clock(struct ike_sa *sa)
{
	sa->request.retries = 0;
	sa->request.interval = RETRANSMIT_FIRST;
	sa->deadline = clock_now() + RETRANSMIT_FIRST;
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
	sa->round_trips++;
	start_clock(sa);
	send_datagrams(ike, sa, &sa->request.datagrams);
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

	if (!seal(ike, sa, &plain, chain, &sa->request.datagrams))
		return false;
	sa->request.exchange_type = exchange_type;
	sa->request.message_id = sa->next_message_id++;
	sa->round_trips++;
	start_clock(sa);
	send_datagrams(ike, sa, &sa->request.datagrams);
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

	if (!seal(ike, sa, &plain, chain, &sa->response.datagrams))
		return false;
	sa->response.message_id = sa->expected_message_id++;
	sa->round_trips++;
	send_datagrams(ike, sa, &sa->response.datagrams);
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
		send_datagrams(ike, sa, &sealed);
	datagrams_clear(&sealed);
}

void exchange_answered(struct ike_sa *sa)
{
	datagrams_clear(&sa->request.datagrams);
	sa->deadline = 0;
}

void exchange_repeat_response(struct ike *ike, struct ike_sa *sa)
{
	send_datagrams(ike, sa, &sa->response.datagrams);
}

static void retransmit(struct ike *ike, struct ike_sa *sa)
{
	char address[ENDPOINT_TEXT_SIZE];

	if (sa->request.retries == RETRANSMIT_MAX) {
		endpoint_print_address(&sa->path.remote, address, sizeof(address));
		ike_sa_fail(ike, sa, "peer %s does not answer%s", address,
			    sa->phase == PHASE_DELETING ?
				    "; deleted on this side only" : "");
		return;
	}
	sa->request.retries++;
	sa->request.interval = sa->request.interval * 9 / 5;
	sa->deadline = clock_now() + sa->request.interval;
	ike_sa_say(ike, sa, "no answer to %s, sending it again (%u of %d)",
		   exchange_name(sa->request.exchange_type), sa->request.retries,
		   RETRANSMIT_MAX);
	send_datagrams(ike, sa, &sa->request.datagrams);
}

void exchange_timeout(struct ike *ike, struct ike_sa *sa)
{
	if (sa->request.datagrams.n)
		retransmit(ike, sa);
	else if (sa->phase == PHASE_FAILED)
		ike_sa_free(ike, sa);
	else
		ike_sa_fail(ike, sa, "the peer did not authenticate itself within %d s",
			    HALF_OPEN_TIMEOUT / 1000);
}
