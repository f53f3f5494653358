/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a helper keeps beside each IKE SA in the kernel, for the one that comes after
 * it: what the kernel has no use for, and so does not know.  Nothing of it is secret.
 *
 * Whoever adopts an IKE SA believes what it reads there as far as it would believe
 * itself: it is checked to be well-formed.  One that is not, or that a helper of
 * another version has written, is none.
 */
#ifndef PQIKE_NOTE_H
#define PQIKE_NOTE_H

#include "ike/ike_sa.h"

#define NOTE_IDENTITIES_SIZE 16

struct ike_note {
	enum ike_sa_phase phase; /* PHASE_ESTABLISHED, PHASE_REKEYED or PHASE_DELETING */
	bool replaced;
	bool udp_encapsulation;
	struct nat_detection nat;
	struct path path;
	uint32_t fragment_size;
	int64_t established; /* clock_now(), 0: it is being established */
	int64_t rekey; /* when it is due; 0: not at all */
	int64_t end;
	uint8_t identities[NOTE_IDENTITIES_SIZE]; /* digest of both, see note_is_of() */
	bool ending; /* the response to @peer_request ends it */
	uint32_t peer_request; /* Message ID of the next one */
	bool followup_due; /* the peer's IKE_FOLLOWUP_KE, of a Child SA */
	struct {
		uint32_t spi_in; /* of the Child SA that they make, 0: none */
		uint32_t replaces; /* inbound SPI of the one that it rekeys, 0: none */
	} following; /* IKE_FOLLOWUP_KE of this side */
};

/* Have the kernel keep what there is of @sa; what it has been told is dealt with. */
void note_keep(struct ike *ike, struct ike_sa *sa);

/* As note_keep(), where it is not what the kernel has. */
void note_renew(struct ike *ike, struct ike_sa *sa);

/* The next response ends @sa: a helper that comes after it has been sealed sees to that. */
void note_end(struct ike *ike, struct ike_sa *sa);

/* Return: whether @octets are a note that this helper understands. */
bool note_read(struct ike_note *note, const uint8_t *octets, size_t len);

/* What is in a note for the two identities of @connection. */
void note_digest_identities(const struct connection_config *connection,
			    uint8_t digest[NOTE_IDENTITIES_SIZE]);

/* Return: whether @connection is between the two identities of then. */
bool note_is_of(const struct ike_note *note,
		const struct connection_config *connection);

#endif
