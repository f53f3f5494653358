/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What two sides agree on for a Child SA: the SA, TSi and TSr payloads and the
 * notifies beside them, of IKE_AUTH and CREATE_CHILD_SA alike.
 */
#ifndef PQIKE_CHILD_CHOICE_H
#define PQIKE_CHILD_CHOICE_H

#include "ike/ike_sa.h"
#include "wire/message.h"

#define CHILD_REASON_MAX 384

/* What was chosen. */
struct child_choice {
	struct proposal proposal;
	struct prefixes local_ts;
	struct prefixes remote_ts;
	uint32_t spi_out; /* host byte order */
	bool transport; /* both sides want transport mode */
	bool fragments; /* N(NON_FIRST_FRAGMENTS_ALSO) is to be answered */
};

/* Return: the method of the KE payload that an offer begins with, 0: none. */
uint16_t child_choice_method(const struct child_config *config);

/* Return: whether @config offers @method. */
bool child_choice_offers(const struct child_config *config, uint16_t method);

/* The notifications of an offer; the SA payload must follow them. */
void child_choice_write_notifies(struct message_writer *message,
				 const struct child_config *config);

/**
 * child_choice_write_sa() - the SA payload of an offer
 * @key_exchange: of CREATE_CHILD_SA; the first Child SA has none of its own
 */
void child_choice_write_sa(struct message_writer *message,
			   const struct child_config *config, bool key_exchange,
			   uint32_t spi_in);

/* The selectors of a child; "dynamic" is the address of that side. */
void child_choice_resolve(const struct child_config *config,
			  const struct path *path, struct prefixes *local,
			  struct prefixes *remote);

/**
 * child_choice_write_ts() - the TSi and TSr payloads of an offer
 * @packet: that the Child SA is for, whose selectors stand first (RFC 7296
 *	section 2.9)
 */
void child_choice_write_ts(struct message_writer *message,
			   const struct ike_sa *sa,
			   const struct child_config *config,
			   const struct packet_ts *packet);

/* Return: whether the selectors that were agreed on take @packet, if any. */
bool child_choice_carries(const struct child_choice *choice,
			  const struct packet_ts *packet);

/**
 * child_choice_read_response() - as the initiator, check what was chosen
 * @reason: of CHILD_REASON_MAX octets; on failure, which transform or selector
 *	did not match, otherwise how the choice is less than the offer; "": it is
 *	not
 */
bool child_choice_read_response(const struct ike_sa *sa,
				const struct child_config *config,
				bool key_exchange,
				const struct payloads *payloads,
				struct child_choice *choice, char *reason);

/**
 * child_choice_find() - as the responder, choose a Child SA for an offer
 * @config: receives which one of the connection's
 *
 * Return: 0 or the Notify Message Type of the refusal; for @reason see
 * child_choice_read_response().
 */
uint16_t child_choice_find(const struct ike_sa *sa, bool key_exchange,
			   const struct payloads *payloads,
			   const struct child_config **config,
			   struct child_choice *choice, char *reason);

/* As child_choice_find(), for one child. */
uint16_t child_choice_make(const struct ike_sa *sa,
			   const struct child_config *config, bool key_exchange,
			   const struct payloads *payloads,
			   struct child_choice *choice, char *reason);

/* The answer to an offer, without the Nonce and KE payloads. */
void child_choice_write_answer_sa(struct message_writer *message,
				  const struct child_choice *choice,
				  uint32_t spi_in);
void child_choice_write_answer_ts(struct message_writer *message,
				  const struct child_choice *choice);

#endif
