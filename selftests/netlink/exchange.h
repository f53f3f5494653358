/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whole exchanges between the two sides of a world.  Each function returns 0 or the
 * negative error of the first request that was refused.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "names.h"
#include "walk.h"

/**
 * struct ike - an IKE SA as one of its sides sees it
 * @side: which side
 * @id: its number there
 * @spi_i: SPI of the initiator
 * @spi_r: SPI of the responder
 * @nonce: of this side
 * @ke: of this side, the last that was made
 * @next_request: Message ID of the next request of this side
 * @next_answer: Message ID of the next request of the other side
 */
struct ike {
	unsigned int side;
	uint32_t id;
	uint8_t spi_i[SPI_LEN];
	uint8_t spi_r[SPI_LEN];
	uint8_t nonce[NONCE_LEN];
	struct ke_data ke;
	uint32_t next_request;
	uint32_t next_answer;
};

/* Both sides of one; the first is the initiator of the last IKE_SA_INIT or rekey. */
struct pair {
	struct ike sides[SIDES];
	struct suite suite;
};

/**
 * struct plan - what both sides are going to agree upon
 * @connection: of both sides
 * @accepting: what the responder says who the initiator is
 * @suite: algorithms
 * @methods: key exchanges
 * @ppk: notification of the responder, 0 for none
 * @full_transcript: both send IKE_SA_INIT_FULL_TRANSCRIPT_AUTH
 */
struct plan {
	enum connection connection;
	enum connection accepting;
	struct suite suite;
	struct methods methods;
	uint16_t ppk;
	bool full_transcript;
};

/**
 * struct child - a Child SA as one side sees it
 * @id: its number there
 * @spi_in: inbound SPI
 * @nonce: of CREATE_CHILD_SA
 * @ke: likewise
 */
struct child {
	uint32_t id;
	uint32_t spi_in;
	uint8_t nonce[NONCE_LEN];
	struct ke_data ke;
};

/**
 * struct child_plan - what a Child SA shall be
 * @number: which of the thread's, below 16; its selectors follow from it
 * @has_reqid: its child has a reqid
 * @encr: transform type 1
 * @key_bits: its Key Length attribute, 0 for none
 * @integ: transform type 3, 0 for none
 * @esn: Extended Sequence Numbers
 * @transport: mode
 * @encap: ESP in UDP
 * @inbound_first: the outbound ESP SA is installed by a request of its own
 * @selectors: on each side
 * @icmp: they have types of ICMP
 */
struct child_plan {
	unsigned int number;
	bool has_reqid;
	uint16_t encr;
	uint16_t key_bits;
	uint16_t integ;
	bool esn;
	bool transport;
	bool encap;
	bool inbound_first;
	unsigned int selectors;
	bool icmp;
};

int exchange_set_connection(struct walk *walk, unsigned int side,
			    enum connection connection);
int exchange_establish(struct walk *walk, struct pair *pair, unsigned int first,
		       const struct plan *plan, const struct child_plan *child,
		       struct child children[SIDES]);
int exchange_informational(struct walk *walk, struct pair *pair,
			   unsigned int from);
int exchange_create_child(struct walk *walk, struct pair *pair,
			  unsigned int from, const struct methods *methods,
			  const struct child_plan *plan,
			  struct child children[SIDES]);
int exchange_rekey(struct walk *walk, struct pair *pair, unsigned int from,
		   const struct methods *methods);
int exchange_delete_child(struct walk *walk, const struct pair *pair,
			  const struct child children[SIDES]);
int exchange_update_child(struct walk *walk, const struct pair *pair,
			  const struct child children[SIDES]);
int exchange_hand_over(struct walk *walk, const struct pair *pair,
		       unsigned int side);
int exchange_show(struct walk *walk, const struct pair *pair);
int exchange_delete(struct walk *walk, const struct pair *pair);
int exchange_trap(struct walk *walk, unsigned int side,
		  const struct child_plan *plan, bool elsewhere);
int exchange_untrap(struct walk *walk, unsigned int side,
		    const struct child_plan *plan);

#endif
