// SPDX-License-Identifier: GPL-2.0
#include "helper/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper/event_json.h"
#include "ike/ike_event.h"

/*
 * Of connections that have failed, and of peers without one; the oldest of its
 * kind is forgotten for a new one, so that strangers displace no connection.
 */
#define FAILURES_MAX 256

struct follower {
	uint64_t client;
	bool json;
	struct follower *next;
};

struct monitor {
	struct control *control;
	struct follower *followers;
	struct failure *failures; /* the last one first */
	uint64_t last_number;
};

struct monitor *monitor_new(struct control *control)
{
	struct monitor *monitor = calloc(1, sizeof(*monitor));

	if (monitor)
		monitor->control = control;
	return monitor;
}

void monitor_free(struct monitor *monitor)
{
	if (!monitor)
		return;
	while (monitor->followers) {
		struct follower *follower = monitor->followers;

		monitor->followers = follower->next;
		free(follower);
	}
	while (monitor->failures) {
		struct failure *failure = monitor->failures;

		monitor->failures = failure->next;
		free(failure);
	}
	free(monitor);
}

void monitor_follow(struct monitor *monitor, uint64_t client, bool json)
{
	struct follower *follower = calloc(1, sizeof(*follower));

	if (!follower) {
		control_fail(monitor->control, client, "out of memory");
		return;
	}
	*follower = (struct follower){ client, json, monitor->followers };
	monitor->followers = follower;
}

static bool same_subject(const struct failure *failure,
			 const struct ike_event *event)
{
	const char *connection = event->connection ? event->connection : "";

	if (*connection)
		return !strcmp(failure->connection, connection);
	return !*failure->connection && !strcmp(failure->peer, event->peer);
}

static struct failure *take_out(struct failure **place)
{
	struct failure *failure = *place;

	*place = failure->next;
	return failure;
}

/* An older failure of the same, or the oldest of its kind, or a new one. */
static struct failure *take_place(struct monitor *monitor,
				  const struct ike_event *event)
{
	struct failure **oldest = NULL;
	size_t n = 0;

	for (struct failure **place = &monitor->failures; *place;
	     place = &(*place)->next) {
		if (same_subject(*place, event))
			return take_out(place);
		if (!*(*place)->connection != !event->connection)
			continue;
		oldest = place;
		n++;
	}
	return n < FAILURES_MAX ? calloc(1, sizeof(**oldest)) :
				  take_out(oldest);
}

static void keep_failure(struct monitor *monitor, const struct ike_event *event)
{
	struct failure *failure = take_place(monitor, event);

	if (!failure)
		return;
	snprintf(failure->connection, sizeof(failure->connection), "%s",
		 event->connection ? event->connection : "");
	snprintf(failure->child, sizeof(failure->child), "%s",
		 event->child ? event->child : "");
	snprintf(failure->peer, sizeof(failure->peer), "%s", event->peer);
	snprintf(failure->text, sizeof(failure->text), "%s", event->text);
	event_time(failure->time, sizeof(failure->time));
	failure->of_child = event->kind == EVENT_CHILD_FAILED;
	failure->since[0] = '\0';
	failure->number = ++monitor->last_number;
	failure->next = monitor->failures;
	monitor->failures = failure;
}

/* Of "ADDRESS:PORT" */
static size_t address_len(const char *endpoint)
{
	const char *port = strrchr(endpoint, ':');

	return port ? (size_t)(port - endpoint) : strlen(endpoint);
}

/* A peer that was not known may be the one that is established now. */
static bool may_be_same(const struct failure *failure,
			const struct ike_event *event)
{
	size_t len = address_len(event->peer);

	return !*failure->connection && !*failure->child &&
	       address_len(failure->peer) == len &&
	       !strncmp(failure->peer, event->peer, len);
}

/* Where it is not known which child has failed, any is taken for it. */
static bool is_mended(const struct failure *failure,
		      const struct ike_event *event)
{
	const char *child = event->child ? event->child : "";

	if (!same_subject(failure, event))
		return may_be_same(failure, event);
	if (failure->of_child && !*failure->child)
		return event->kind == EVENT_CHILD_ESTABLISHED;
	return !strcmp(failure->child, child);
}

/* What was established is not failed any more. */
static void note_success(struct monitor *monitor, const struct ike_event *event)
{
	for (struct failure *failure = monitor->failures; failure;
	     failure = failure->next)
		if (!*failure->since && is_mended(failure, event))
			event_time(failure->since, sizeof(failure->since));
}

static void print_text(const struct ike_event *event, char *text, size_t size)
{
	char time[EVENT_TIME_SIZE];

	event_time(time, sizeof(time));
	snprintf(text, size, "%s %s: %s", time,
		 event->connection ? event->connection : event->peer,
		 event->text);
}

void monitor_event(struct monitor *monitor, const struct ike_event *event)
{
	struct follower **place = &monitor->followers;
	char text[CONTROL_RECORD_MAX - 16];

	if (event->kind == EVENT_IKE_FAILED || event->kind == EVENT_CHILD_FAILED)
		keep_failure(monitor, event);
	else if (event->kind == EVENT_IKE_ESTABLISHED ||
		 event->kind == EVENT_CHILD_ESTABLISHED)
		note_success(monitor, event);
	while (*place) {
		struct follower *follower = *place;
		bool ok = true;

		if (follower->json)
			ok = event_json(event, text, sizeof(text));
		else
			print_text(event, text, sizeof(text));
		if (!ok || control_send(monitor->control, follower->client,
					"event", text)) {
			place = &follower->next;
			continue;
		}
		*place = follower->next;
		free(follower);
	}
}

/* Whether "ADDRESS:PORT" or "[ADDRESS]:PORT" is of an address. */
static bool is_of(const char *endpoint, const char *address)
{
	size_t len = strlen(address);

	if (*endpoint == '[')
		endpoint++;
	return !strncmp(endpoint, address, len) &&
	       (endpoint[len] == ':' || endpoint[len] == ']' ||
		!endpoint[len]);
}

const struct failure *monitor_failure(const struct monitor *monitor,
				      const char *connection, const char *peer)
{
	const struct failure *failure = monitor->failures;

	while (failure && strcmp(failure->connection, connection) != 0 &&
	       (*failure->connection || !peer || !is_of(failure->peer, peer)))
		failure = failure->next;
	return failure;
}
