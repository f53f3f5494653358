/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who follows the events of the helper, and what it remembers of them: the last
 * failure of each connection.
 */
#ifndef PQIKE_MONITOR_H
#define PQIKE_MONITOR_H

#include "helper/control.h"
#include "ike/ike_event.h"

struct monitor;

/* Return: NULL without memory. */
struct monitor *monitor_new(struct control *control);
void monitor_free(struct monitor *monitor);

/* From now on @client is told each event, as text or as JSON. */
void monitor_follow(struct monitor *monitor, uint64_t client, bool json);

/* Tell whoever follows; a failure is kept. */
void monitor_event(struct monitor *monitor, const struct ike_event *event);

struct failure {
	char connection[64]; /* "": it was not known yet */
	char child[64]; /* "": of the IKE SA, or of a child that is not known */
	bool of_child;
	char peer[64]; /* its address and port */
	char time[32]; /* in UTC, as RFC 3339 writes it */
	char text[512];
	char since[32]; /* when it was established after that; "": it was not */
	uint64_t number; /* a later one has a higher one */
	struct failure *next; /* an older one */
};

/**
 * monitor_failure() - the last failure of a connection
 * @connection: its name
 * @peer: an address; also the failure of a peer of that address counts whose
 *	connection was not known; may be NULL
 *
 * Return: the newest, NULL where there was none.
 */
const struct failure *monitor_failure(const struct monitor *monitor,
				      const char *connection, const char *peer);

#endif
