/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The datagrams of one IKE message: one, or its fragments (RFC 7383) in order.
 */
#ifndef PQIKE_DATAGRAMS_H
#define PQIKE_DATAGRAMS_H

#include <stddef.h>
#include <stdint.h>

struct datagram {
	uint8_t *data; /* from the IKE header on */
	size_t len;
};

struct datagrams {
	size_t n;
	struct datagram *list; /* array of n */
};

/**
 * datagrams_add() - append a copy of a message
 *
 * Return: 0, or -ENOMEM with @datagrams as it was.
 */
int datagrams_add(struct datagrams *datagrams, const uint8_t *data, size_t len);

/* Free what @datagrams holds and leave it empty. */
void datagrams_clear(struct datagrams *datagrams);

#endif
