/* SPDX-License-Identifier: GPL-2.0 */
/* What `pqike bench handshake` has counted and timed, and how it is printed. */
#ifndef PQIKE_HANDSHAKE_RECORD_H
#define PQIKE_HANDSHAKE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* So many handshakes have their latency kept, 8 octets each. */
#define HANDSHAKES_MAX 1000000

/*
 * Failures are told apart by their text, in which addresses are written ADDRESS; beyond
 * so many texts they are one.
 */
#define HANDSHAKE_CAUSES_MAX 16
#define HANDSHAKE_CAUSE_SIZE 512

struct handshake_cause {
	char text[HANDSHAKE_CAUSE_SIZE];
	uint32_t n;
};

/* All zero before the first handshake; freed by handshake_record_free(). */
struct handshake_record {
	/* of the run */
	uint32_t connections;
	uint32_t in_flight;
	uint64_t elapsed; /* nanoseconds, from the first request to the last outcome */
	bool interrupted;

	uint64_t *latencies; /* nanoseconds, of those that were established */
	uint32_t established;
	uint32_t room;
	uint32_t failed;
	uint32_t not_deleted; /* established, and its deletion failed */
	uint32_t sent_again; /* requests that were not answered in time */
	struct handshake_cause causes[HANDSHAKE_CAUSES_MAX];
	size_t n_causes;
	uint32_t other_causes; /* failures of a text that is not among @causes */
};

/**
 * handshake_record_established() - a tunnel is up
 * @latency: nanoseconds since it was asked for
 *
 * Return: false without memory, or beyond HANDSHAKES_MAX; it is not counted then.
 */
bool handshake_record_established(struct handshake_record *record,
				  uint64_t latency);

/* @why: one line; what does not fit HANDSHAKE_CAUSE_SIZE is cut off. */
void handshake_record_failed(struct handshake_record *record, const char *why);

/* A tunnel that was up could not be taken down as it should be. */
void handshake_record_not_deleted(struct handshake_record *record,
				  const char *why);

/* No more is counted: put the latencies in order, for what follows. */
void handshake_record_finish(struct handshake_record *record);

/**
 * handshake_percentile() - of the latencies, by the nearest rank
 * @percent: 0 (the least) to 100 (the greatest)
 *
 * Return: the least latency that at least @percent in a hundred do not exceed; 0
 * where nothing was established.
 */
uint64_t handshake_percentile(const struct handshake_record *record,
			      unsigned int percent);

/* Return: how many were established in a second, 0 where no time has passed. */
double handshake_rate(const struct handshake_record *record);

void handshake_record_free(struct handshake_record *record);

/* For people, at most 80 columns but for the text of a failure. */
void handshake_text(const struct handshake_record *record, FILE *out);

/**
 * handshake_json() - for programs: one object, described in pqike(8)
 *
 * Return: false when out of memory, with nothing printed.
 */
bool handshake_json(const struct handshake_record *record, FILE *out);

#endif
