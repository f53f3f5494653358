/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests and responses of an IKE SA: one request outstanding at a time,
 * sent again until it is answered (RFC 7296 section 2.1), and the last
 * response kept to be sent again when it is asked for.
 *
 * Where a function ends the IKE SA it says so; the caller must not touch it
 * after.
 */
#ifndef PQIKE_EXCHANGE_H
#define PQIKE_EXCHANGE_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/*
 * A chain of payloads, to be sealed: two TS payloads of PREFIXES_MAX selectors
 * have 5 KiB, an encapsulation key of ML-KEM-1024 has 1.5 KiB.
 */
struct chain {
	struct message_writer message;
	uint8_t buffer[16384];
};

void chain_start(struct chain *chain);

/**
 * exchange_send_plain() - send IKE_SA_INIT as a request of this side
 * @data: the whole message, @len octets
 *
 * Return: false when @sa was ended.
 */
bool exchange_send_plain(struct ike *ike, struct ike_sa *sa, const uint8_t *data,
			 size_t len);

/**
 * exchange_send_request() - seal a chain and send it as the next request
 *
 * Return: false when @sa was ended.
 */
bool exchange_send_request(struct ike *ike, struct ike_sa *sa,
			   uint8_t exchange_type, struct chain *chain);

/**
 * exchange_send_response() - seal a chain and send it as the response to the
 *	request that was just handled
 *
 * Return: false when @sa was ended.
 */
bool exchange_send_response(struct ike *ike, struct ike_sa *sa,
			    uint8_t exchange_type, struct chain *chain);

/* A response with one Notify payload.  Return: false when @sa was ended. */
bool exchange_send_notify(struct ike *ike, struct ike_sa *sa,
			  uint8_t exchange_type, uint16_t type,
			  const uint8_t *data, size_t len);

/**
 * exchange_send_fatal() - refuse what is badly formatted
 *
 * To both sides that is the end of the IKE SA (RFC 7296 section 2.21.3); what
 * is left of it repeats the refusal.
 */
void exchange_send_fatal(struct ike *ike, struct ike_sa *sa,
			 uint8_t exchange_type, uint16_t type);

/* As exchange_send_fatal(), of a request that the IKE SA cannot take now. */
void exchange_refuse_misplaced(struct ike *ike, struct ike_sa *sa,
			       uint8_t exchange_type);

/**
 * exchange_send_unanswered() - seal a chain and send it once
 *
 * For the last word of an IKE SA whose answer could not be verified.
 */
void exchange_send_unanswered(struct ike *ike, struct ike_sa *sa,
			      uint8_t exchange_type, struct chain *chain);

/* Return: when and how often a request of @sa is sent again. */
const struct retransmission *exchange_retransmission(const struct ike_sa *sa);

/* The outstanding request is sent again. */
void exchange_repeat_request(struct ike *ike, struct ike_sa *sa);

/* As exchange_repeat_request(), for the first time by this helper. */
void exchange_go_on(struct ike *ike, struct ike_sa *sa);

/* The outstanding request has its response: stop the clock. */
void exchange_answered(struct ike *ike, struct ike_sa *sa);

/* The peer has sent its last request again. */
void exchange_repeat_response(struct ike *ike, struct ike_sa *sa);

/* As the responder of IKE_SA_INIT: send its response, once or again. */
void exchange_send_init_response(struct ike *ike, struct ike_sa *sa);

/* The payloads of IKE_INTERMEDIATE; @ppk_type: which notification has the PPK */
void exchange_write_round(struct message_writer *message,
			  const struct kernel_round *round, uint16_t ppk_type);

/* The AUTH payload, and the notifications of a PPK (RFC 8784) */
void exchange_write_auth(struct message_writer *message,
			 const struct kernel_auth *auth);

#endif
