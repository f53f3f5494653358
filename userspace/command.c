// SPDX-License-Identifier: GPL-2.0
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "connection.h"
#include "informational.h"
#include "initiator.h"
#include "log.h"

static void refuse(struct ike *ike, uint64_t client, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void refuse(struct ike *ike, uint64_t client, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ike->events.fail(ike->events.arg, client, line);
}

/* Return: the next IKE SA of @connection that stands or is being made. */
static struct ike_sa *find_live(struct ike_sa *from,
				const struct connection_config *connection)
{
	while (from && (from->connection != connection ||
			from->phase == PHASE_FAILED))
		from = from->next;
	return from;
}

static void up(struct ike *ike, uint64_t client,
	       const struct connection_config *connection)
{
	const struct ike_sa *sa = find_live(ike->ike_sas, connection);

	if (sa && sa->phase == PHASE_ESTABLISHED) {
		ike->events.progress(ike->events.arg, client,
				     "established already");
		ike->events.ok(ike->events.arg, client);
	} else if (sa) {
		refuse(ike, client, "connection %s is being %s", connection->name,
		       sa->phase == PHASE_DELETING ? "deleted" : "established");
	} else if (connection->remote_addr.ss_family == AF_UNSPEC) {
		refuse(ike, client, "connection %s has no remote address: it can only be begun by the peer",
		       connection->name);
	} else {
		initiator_start(ike, connection, client);
	}
}

static void delete_for(struct ike *ike, uint64_t client, struct ike_sa *sa)
{
	switch (sa->phase) {
	case PHASE_ESTABLISHED:
		sa->client = client;
		informational_delete(ike, sa);
		break;
	case PHASE_DELETING:
		if (!sa->client)
			sa->client = client;
		break;
	default:
		ike_sa_fail(ike, sa, "taken down before it was established");
		break;
	}
}

static bool is_waiting(const struct ike *ike, uint64_t client)
{
	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		if (sa->client == client)
			return true;
	return false;
}

static void down(struct ike *ike, uint64_t client,
		 const struct connection_config *connection)
{
	struct ike_sa *sa = find_live(ike->ike_sas, connection);
	struct ike_sa *next;

	if (!sa) {
		refuse(ike, client, "connection %s is not established",
		       connection->name);
		return;
	}
	for (; sa; sa = next) {
		next = find_live(sa->next, connection);
		delete_for(ike, client, sa);
	}
	/* Whoever was told of a failure already is told nothing more. */
	if (!is_waiting(ike, client))
		ike->events.ok(ike->events.arg, client);
}

void command(struct ike *ike, uint64_t client, const char *text)
{
	static const struct {
		const char *verb;
		void (*act)(struct ike *ike, uint64_t client,
			    const struct connection_config *connection);
	} verbs[] = { { "up ", up }, { "down ", down } };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct connection_config *connection;
		size_t len = strlen(verbs[i].verb);

		if (strncmp(text, verbs[i].verb, len) != 0)
			continue;
		connection = connection_find(ike->config, text + len);
		if (connection)
			verbs[i].act(ike, client, connection);
		else
			refuse(ike, client, "no connection %s is configured",
			       text + len);
		return;
	}
	refuse(ike, client, "unknown request \"%s\"", text);
}
