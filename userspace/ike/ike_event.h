/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to IKE SAs and Child SAs: one line in the log for each, and the
 * same with its particulars for whoever monitors the helper.
 */
#ifndef PQIKE_IKE_EVENT_H
#define PQIKE_IKE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "ike/child_sa.h"
#include "ike/ike_sa.h"
#include "wire/message.h"

enum ike_event_kind {
	EVENT_IKE_ESTABLISHED,
	EVENT_IKE_REKEYED,
	EVENT_IKE_DELETED,
	EVENT_IKE_FAILED, /* it could not be established, rekeyed or kept */
	EVENT_CHILD_ESTABLISHED,
	EVENT_CHILD_REKEYED,
	EVENT_CHILD_DELETED,
	EVENT_CHILD_FAILED,
};

/* Valid during the call only. */
struct ike_event {
	enum ike_event_kind kind;
	const char *connection; /* NULL: not known yet */
	const char *child; /* NULL: about the IKE SA */
	const char *peer; /* its address and port */
	const char *text; /* the line of the log, without the name before it */
	const char *suite; /* with every key exchange; "" before it is known */
	uint32_t ike_sa_id; /* the kernel's number, 0: gone */
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE];
	uint32_t spi_in; /* of the Child SA, 0: none */
	uint32_t spi_out;
	unsigned int round_trips; /* of what has just been done */
	unsigned int fragments_sent;
	unsigned int fragments_received;
};

/* "established", "rekeyed", "deleted", "failed", "child-established", ... */
const char *ike_event_name(enum ike_event_kind kind);

/**
 * ike_event() - log a line, tell the client of @client and whoever monitors
 * @child: NULL: about the IKE SA
 * @traffic: NULL: none
 * @client: 0: nobody
 */
void ike_event(struct ike *ike, const struct ike_sa *sa,
	       const struct child_sa *child, enum ike_event_kind kind,
	       const struct traffic *traffic, uint64_t client,
	       const char *format, ...) __attribute__((format(printf, 7, 8)));

/**
 * ike_event_not_begun() - likewise EVENT_IKE_FAILED of an attempt that sent nothing
 * @peer: its address, or the name that does not resolve
 */
void ike_event_not_begun(struct ike *ike,
			 const struct connection_config *connection,
			 const char *peer, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * ike_event_refused() - likewise EVENT_IKE_FAILED of an IKE_SA_INIT request
 *	that began no IKE SA
 * @connection: that cannot take it; NULL: none fits its addresses
 * @spi_i: of the request
 *
 * Anyone can send such requests: not more of them are told than are of use.
 *
 * Return: whether it was told.
 */
bool ike_event_refused(struct ike *ike, const struct connection_config *connection,
		       const struct path *path, const uint8_t spi_i[IKE_SPI_SIZE],
		       const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
