/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Has the running helper take connections up and down again, some at a time: each
 * of them in turn, up, and down as soon as it is up or has failed.
 */
#ifndef PQIKE_HANDSHAKE_LOAD_H
#define PQIKE_HANDSHAKE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/handshake_record.h"
#include "config/config.h"

#define HANDSHAKES_IN_FLIGHT_MAX 64

/* Seconds after a signal, or the end of the time, until what is not up is given up. */
#define HANDSHAKE_PATIENCE 10

struct connection_name {
	char text[CONNECTION_NAME_MAX + 1];
};

struct handshake_load {
	const char *control; /* path of the helper's socket */
	const struct connection_name *names;
	uint32_t n_names; /* not fewer than @in_flight */
	uint32_t in_flight; /* 1 to HANDSHAKES_IN_FLIGHT_MAX */
	uint32_t count; /* to be begun, 1 to HANDSHAKES_MAX */
	uint64_t duration; /* nanoseconds after which none is begun, 0: no such end */
	/* called once a second */
	void (*progress)(const struct handshake_record *record, uint64_t elapsed);
};

/**
 * handshake_load() - run it
 * @record: receives what is counted; of the run the caller fills in nothing
 * @error: on failure, what went wrong in one line
 * @error_size: size of @error in octets
 *
 * Once the count is begun, what is under way goes on to its own end. So it does when
 * the time is over, or SIGINT, SIGTERM or SIGHUP arrives, or the helper cannot be asked,
 * but for HANDSHAKE_PATIENCE seconds at most, or until the next signal: then it is given
 * up, and the helper asked to take it down. Another signal ends that, too. The handlers
 * of these signals are this function's from then on.
 *
 * Return: true; false where the helper ended or refused a word, with @record filled
 * with what was until then.
 */
bool handshake_load(const struct handshake_load *load,
		    struct handshake_record *record, char *error,
		    size_t error_size);

#endif
