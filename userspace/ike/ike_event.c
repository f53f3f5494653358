// SPDX-License-Identifier: GPL-2.0
#include "ike/ike_event.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "wire/traffic.h"

#define SUITE_TEXT_SIZE 256

const char *ike_event_name(enum ike_event_kind kind)
{
	static const char *const names[] = {
		[EVENT_IKE_ESTABLISHED] = "established",
		[EVENT_IKE_REKEYED] = "rekeyed",
		[EVENT_IKE_DELETED] = "deleted",
		[EVENT_IKE_FAILED] = "failed",
		[EVENT_CHILD_ESTABLISHED] = "child-established",
		[EVENT_CHILD_REKEYED] = "child-rekeyed",
		[EVENT_CHILD_DELETED] = "child-deleted",
		[EVENT_CHILD_FAILED] = "child-failed",
	};

	return names[kind];
}

static void emit(struct ike *ike, const struct ike_sa *sa,
		 const struct child_sa *child, const struct traffic *traffic,
		 struct ike_event *event)
{
	const struct proposal *chosen = child ? &child->choice.proposal : &sa->chosen;
	char peer[ENDPOINT_TEXT_SIZE];
	char suite[SUITE_TEXT_SIZE];

	endpoint_print(&sa->path.remote, peer, sizeof(peer));
	proposal_print(chosen, suite, sizeof(suite));
	event->peer = peer;
	event->suite = suite;
	event->connection = sa->connection ? sa->connection->name : NULL;
	event->ike_sa_id = sa->id;
	memcpy(event->spi_i, sa->spi_i, IKE_SPI_SIZE);
	memcpy(event->spi_r, sa->spi_r, IKE_SPI_SIZE);
	if (child) {
		event->child = child->config->name;
		event->spi_in = child->spi_in;
		event->spi_out = child->choice.spi_out;
	}
	if (traffic) {
		event->round_trips = traffic->round_trips;
		event->fragments_sent = traffic->fragments_sent;
		event->fragments_received = traffic->fragments_received;
	}
	ike->events.event(ike->events.arg, event);
	event->peer = NULL;
	event->suite = NULL;
}

/* What the text of an event says itself has the peer and what it cost. */
static bool says_all(enum ike_event_kind kind)
{
	return kind == EVENT_IKE_ESTABLISHED || kind == EVENT_IKE_REKEYED ||
	       kind == EVENT_CHILD_REKEYED;
}

/* " (192.0.2.1:500, SUITE, 3 round trips, 0 fragments sent, 0 received)" */
static void print_circumstances(const struct ike_sa *sa,
				const struct child_sa *child,
				const struct traffic *traffic, char *text,
				size_t size)
{
	char peer[ENDPOINT_TEXT_SIZE], suite[SUITE_TEXT_SIZE] = "";
	char cost[TRAFFIC_TEXT_SIZE];
	size_t len;

	endpoint_print(&sa->path.remote, peer, sizeof(peer));
	if (!child && sa->chosen.n_transforms)
		proposal_print(&sa->chosen, suite, sizeof(suite));
	len = (size_t)snprintf(text, size, " (%s%s%s", peer,
			       *suite ? ", " : "", suite);
	if (!child && traffic && len < size) {
		traffic_print(traffic, cost);
		len += (size_t)snprintf(text + len, size - len, ", %s", cost);
	}
	if (len < size)
		snprintf(text + len, size - len, ")");
}

static bool is_failure(enum ike_event_kind kind)
{
	return kind == EVENT_IKE_FAILED || kind == EVENT_CHILD_FAILED;
}

void ike_event(struct ike *ike, const struct ike_sa *sa,
	       const struct child_sa *child, enum ike_event_kind kind,
	       const struct traffic *traffic, uint64_t client,
	       const char *format, ...)
{
	char name[ENDPOINT_TEXT_SIZE];
	char line[LOG_LINE_MAX], circumstances[LOG_LINE_MAX];
	struct ike_event event = { .kind = kind, .text = line };
	void (*say)(const char *format, ...)
		__attribute__((format(printf, 1, 2)));
	va_list args;

	if (!ike_sa_may_say(ike, sa))
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	print_circumstances(sa, child, traffic, circumstances,
			    sizeof(circumstances));
	say = is_failure(kind) ? log_warning : log_line;
	say("%s: %s%s", ike_sa_name(sa, name, sizeof(name)), line,
	    says_all(kind) ? "" : circumstances);
	if (client)
		ike->events.progress(ike->events.arg, client, line);
	if (ike->events.event)
		emit(ike, sa, child, traffic, &event);
}

void ike_event_not_begun(struct ike *ike,
			 const struct connection_config *connection,
			 const char *peer, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	struct ike_event event = {
		.kind = EVENT_IKE_FAILED, .text = line, .peer = peer,
		.connection = connection->name, .suite = "",
	};
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_warning("%s: %s", connection->name, line);
	if (ike->events.event)
		ike->events.event(ike->events.arg, &event);
}

bool ike_event_refused(struct ike *ike, const struct connection_config *connection,
		       const struct path *path, const uint8_t spi_i[IKE_SPI_SIZE],
		       const char *format, ...)
{
	char peer[ENDPOINT_TEXT_SIZE];
	char line[LOG_LINE_MAX];
	struct ike_event event = {
		.kind = EVENT_IKE_FAILED, .text = line, .peer = peer,
		.connection = connection ? connection->name : NULL, .suite = "",
	};
	va_list args;

	if (!ike_may_say(ike))
		return false;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	endpoint_print(&path->remote, peer, sizeof(peer));
	memcpy(event.spi_i, spi_i, IKE_SPI_SIZE);
	if (connection)
		log_warning("%s: %s: %s", connection->name, peer, line);
	else
		log_warning("%s: %s", peer, line);
	if (ike->events.event)
		ike->events.event(ike->events.arg, &event);
	return true;
}
