// SPDX-License-Identifier: GPL-2.0
#include "helper/command.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/nearest.h"
#include "config/connection.h"
#include "config/remote_name.h"
#include "helper/status.h"
#include "tunnel/up_down.h"

/* A request while it is carried out. */
struct request_context {
	struct ike *ike;
	const struct command_context *helper;
	uint64_t client;
	const struct connection_config *connection;
	const struct child_config *child; /* NULL: none is named */
};

/* A word is wrong, or the configuration is. */
__attribute__((format(printf, 2, 3)))
static void refuse(const struct request_context *request, const char *format,
		   ...)
{
	const struct ike_events *events = &request->ike->events;
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (request->helper && request->helper->control)
		control_send(request->helper->control, request->client, "wrong",
			     NULL);
	events->fail(events->arg, request->client, line);
}

static void succeed(const struct request_context *request)
{
	const struct ike_events *events = &request->ike->events;

	events->ok(events->arg, request->client);
}

static void up(const struct request_context *request)
{
	tunnel_up(request->ike, request->connection, request->child,
		  request->client);
}

static void down(const struct request_context *request)
{
	tunnel_down(request->ike, request->connection, request->child,
		    request->client);
}

static void rekey_ike_sa(const struct request_context *request)
{
	tunnel_rekey_ike(request->ike, request->connection, request->client);
}

static void rekey_child_sa(const struct request_context *request)
{
	tunnel_rekey_child(request->ike, request->connection, request->child,
			   request->client);
}

static void answer(const struct request_context *request, const char *key,
		   const char *value)
{
	char line[CONTROL_RECORD_MAX - 16];

	snprintf(line, sizeof(line), "%s %s", key, value);
	control_send(request->helper->control, request->client, "answer", line);
}

/* Return: @newest, or what failed at @address without a connection since then. */
static const struct failure *
newer_failure_at(const struct monitor *monitor,
		 const struct connection_config *connection,
		 const struct sockaddr_storage *address,
		 const struct failure *newest)
{
	const struct failure *failure;
	char peer[INET6_ADDRSTRLEN];

	endpoint_print_address(address, peer, sizeof(peer));
	failure = monitor_failure(monitor, connection->name, peer);
	return failure && (!newest || failure->number > newest->number) ?
		       failure : newest;
}

static const struct failure *
find_failure(const struct monitor *monitor,
	     const struct connection_config *connection)
{
	const struct failure *newest =
		monitor_failure(monitor, connection->name, NULL);

	for (size_t i = 0; i < connection->n_remote_addrs; i++) {
		const struct remote_name *name = remote_name_at(connection, i);

		for (size_t j = 0; name && j < name->n_addresses; j++)
			newest = newer_failure_at(monitor, connection,
						  &name->addresses[j], newest);
		if (!name)
			newest = newer_failure_at(monitor, connection,
						  &connection->remote_addrs[i],
						  newest);
	}
	return newest;
}

/* Return: whether what has failed, or any child where that is not known, is up. */
static bool stands(const struct request_context *request,
		   const struct failure *failure)
{
	const struct connection_config *connection = request->connection;

	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];

		if ((!*failure->child || !strcmp(failure->child, child->name)) &&
		    child_is_up(request->ike, connection, child))
			return true;
	}
	return false;
}

static void explain(const struct request_context *request)
{
	const struct failure *failure =
		find_failure(request->helper->monitor, request->connection);

	if (failure) {
		answer(request, "time", failure->time);
		answer(request, "peer", failure->peer);
		if (*failure->child)
			answer(request, "child", failure->child);
		answer(request, "text", failure->text);
		if (*failure->since && stands(request, failure))
			answer(request, "since", failure->since);
	}
	succeed(request);
}

static void tell_statistics(const struct request_context *request)
{
	char number[24];

	for (int i = 0; i < MESSAGE_CAUSES; i++) {
		snprintf(number, sizeof(number), "%" PRIu64,
			 request->ike->refused.n[i]);
		answer(request, message_cause_name((enum message_cause)i),
		       number);
	}
	succeed(request);
}

static void answer_line(const char *line, void *arg)
{
	const struct request_context *request = arg;

	control_send(request->helper->control, request->client, "answer", line);
}

static void tell_about(struct request_context *request, const char *number)
{
	status_tell_ike_sa(request->ike, (uint32_t)strtoul(number, NULL, 10), answer_line,
			   request);
	succeed(request);
}

static void tell_of_children(const struct request_context *request)
{
	status_tell_children(request->ike, request->connection, answer_line,
			     (void *)request);
	succeed(request);
}

/* So many of the peers of one section are named. */
#define PEERS_NAMED_MAX 4

/* Return: whether there are connections @name@..., of which one is to be named. */
static bool refuse_many(const struct request_context *request, const char *name)
{
	const struct connection_config *connection =
		request->ike->config->connections;
	char names[PEERS_NAMED_MAX * (CONNECTION_NAME_MAX + 2) + 1] = "";
	size_t len = strlen(name), at = 0, n = 0;

	for (; connection; connection = connection->next) {
		if (strncmp(connection->name, name, len) != 0 ||
		    connection->name[len] != '@')
			continue;
		if (n++ < PEERS_NAMED_MAX)
			at += (size_t)snprintf(names + at, sizeof(names) - at,
					       " %s", connection->name);
	}
	if (n)
		refuse(request, "connection %s is for many peers: expected one of%s%s",
		       name, names, n > PEERS_NAMED_MAX ?
		       " ..., see pqike show" : "");
	return n;
}

static bool refuse_connection(const struct request_context *request,
			      const char *name, size_t len)
{
	const struct connection_config *connection =
		request->ike->config->connections;
	char written[CONNECTION_NAME_MAX + 1];
	struct nearest nearest = { 0 };

	snprintf(written, sizeof(written), "%.*s", (int)len, name);
	if (len < sizeof(written) && refuse_many(request, written))
		return false;
	for (; connection; connection = connection->next)
		nearest_try(&nearest, written, connection->name);
	refuse(request, "no connection %.*s is configured%s%s", (int)len, name,
	       nearest.word ? ": expected perhaps " : "",
	       nearest.word ? nearest.word : "");
	return false;
}

static bool refuse_child(const struct request_context *request,
			 const char *name)
{
	const struct connection_config *connection = request->connection;
	struct nearest nearest = { 0 };

	for (size_t i = 0; i < connection->n_children; i++)
		nearest_try(&nearest, name, connection->children[i].name);
	refuse(request, "no child %s of connection %s is configured%s%s", name,
	       connection->name, nearest.word ? ": expected perhaps " : "",
	       nearest.word ? nearest.word : "");
	return false;
}

/* CONNECTION or CONNECTION.CHILD. */
static bool find_subject(struct request_context *request, const char *name)
{
	size_t len = strcspn(name, ".");
	char connection[CONNECTION_NAME_MAX + 1];

	snprintf(connection, sizeof(connection), "%.*s", (int)len, name);
	if (len <= CONNECTION_NAME_MAX)
		request->connection = connection_find(request->ike->config,
						      connection);
	if (!request->connection)
		return refuse_connection(request, name, len);
	if (!name[len])
		return true;
	request->child = connection_child(request->connection, name + len + 1);
	return request->child || refuse_child(request, name + len + 1);
}

static void reload_config(const struct request_context *request)
{
	reload_request(request->helper->reload, request->client);
}

static void follow(const struct request_context *request)
{
	monitor_follow(request->helper->monitor, request->client, false);
}

static void follow_json(const struct request_context *request)
{
	monitor_follow(request->helper->monitor, request->client, true);
}

static const struct verb {
	const char *word;
	bool subject; /* the word is followed by a name */
	bool whole; /* which is that of a connection, not of a child */
	void (*act)(const struct request_context *request);
} verbs[] = {
	{ "up", true, false, up },
	{ "down", true, false, down },
	{ "rekey-ike", true, true, rekey_ike_sa },
	{ "rekey-child", true, false, rekey_child_sa },
	{ "explain", true, true, explain },
	{ "children", true, true, tell_of_children },
	{ "statistics", false, false, tell_statistics },
	{ "reload", false, false, reload_config },
	{ "monitor", false, false, follow },
	{ "monitor-json", false, false, follow_json },
};

static const struct verb *find_verb(const char *text)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		size_t len = strlen(verbs[i].word);

		if (!strncmp(text, verbs[i].word, len) &&
		    text[len] == (verbs[i].subject ? ' ' : '\0'))
			return &verbs[i];
	}
	return NULL;
}

void command(struct ike *ike, const struct command_context *context,
	     uint64_t client, const char *text)
{
	struct request_context request = {
		.ike = ike, .helper = context, .client = client,
	};
	const struct verb *verb = find_verb(text);

	if (!strncmp(text, "sa ", strlen("sa "))) {
		tell_about(&request, text + strlen("sa "));
		return;
	}
	if (!verb) {
		refuse(&request, "unknown request \"%s\"", text);
		return;
	}
	if (verb->subject &&
	    !find_subject(&request, text + strlen(verb->word) + 1))
		return;
	if (verb->whole && request.child)
		refuse(&request, "expected the name of a connection, not of a child");
	else
		verb->act(&request);
}
