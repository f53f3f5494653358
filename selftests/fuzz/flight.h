/* SPDX-License-Identifier: GPL-2.0 */
/* Datagrams in flight: what the network does to them. */
#ifndef FLIGHT_H
#define FLIGHT_H

#include "draw.h"
#include "pair.h"

#define FLIGHT_MAX 64 /* of more, the oldest is lost */

struct flight {
	struct fake_datagram *list[FLIGHT_MAX]; /* array of n, the oldest first */
	size_t n;
	struct fake_datagram *init; /* copy of the last IKE_SA_INIT request, or NULL */
};

/* Take what both have sent. */
void flight_gather(struct flight *flight);

/* Return: the @i-th, which is in flight no more; NULL where there are not as many. */
struct fake_datagram *flight_take(struct flight *flight, size_t i);

/* Return: a copy of the @i-th, likewise NULL. */
struct fake_datagram *flight_copy(const struct flight *flight, size_t i);

/**
 * flight_change() - have a datagram be another one
 * @in: what becomes of it
 * @datagram: freed
 * @verifies: the receiver's kernel takes it for one of the sender; otherwise one
 *	that is protected does not verify, and any other is as it was
 *
 * Return: to be freed.
 */
struct fake_datagram *flight_change(struct draw *in,
				    struct fake_datagram *datagram, bool verifies);

/**
 * flight_forge() - one of many IKE_SA_INIT requests of which nothing more comes
 * @number: of those, each with an SPI of its own
 * @host: last octet of the address in 198.51.100.0/24 that it pretends to come from,
 *	0: the one that the last request came from
 *
 * Return: to be freed; NULL where there was no request yet.
 */
struct fake_datagram *flight_forge(const struct flight *flight, uint8_t number,
				   uint8_t host);

/* All are lost. */
void flight_end(struct flight *flight);

#endif
