// SPDX-License-Identifier: GPL-2.0
#include "tunnel/up_down.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "config/connection.h"
#include "ike/child_sa.h"
#include "ike/client.h"
#include "ike/create_child.h"
#include "ike/delete_child.h"
#include "ike/delete_ike.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/initiator.h"
#include "ike/rekey_child.h"
#include "ike/rekey_ike.h"
#include "ike/task.h"
#include "ike/unique.h"
#include "kernel/local_address.h"
#include "tunnel/attempt.h"
#include "tunnel/starting.h"

static void refuse(struct ike *ike, uint64_t client, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void refuse(struct ike *ike, uint64_t client, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	client_fail(ike, client, line);
}

/* Nothing was begun that the client would have to wait for. */
static void settle(struct ike *ike, uint64_t client, const char *line)
{
	if (!client || client_waits(ike, client))
		return;
	if (line)
		ike->events.progress(ike->events.arg, client, line);
	ike->events.ok(ike->events.arg, client);
}

/* Return: the IKE SA of @connection behind @after that stands or is being made. */
static struct ike_sa *find_live(const struct ike *ike,
				const struct connection_config *connection,
				const struct ike_sa *after)
{
	struct ike_sa *sa = ike_sa_of(ike, connection, after);

	while (sa && (sa->replaced || sa->given_up ||
		      sa->phase == PHASE_RETIRED ||
		      sa->phase == PHASE_REKEYING ||
		      sa->phase == PHASE_REKEYED))
		sa = ike_sa_of(ike, connection, sa);
	return sa;
}

static struct ike_sa *find_phase(const struct ike *ike,
				 const struct connection_config *connection,
				 enum ike_sa_phase phase)
{
	struct ike_sa *sa = find_live(ike, connection, NULL);

	while (sa && (sa->phase != phase || unique_preferred(ike, sa)))
		sa = find_live(ike, connection, sa);
	return sa;
}

/* Return: one that is being made by this side. */
static struct ike_sa *find_young(const struct ike *ike,
				 const struct connection_config *connection)
{
	struct ike_sa *sa = find_phase(ike, connection, PHASE_INIT);

	return sa ? sa : find_phase(ike, connection, PHASE_AUTH);
}

static void add_child(struct ike *ike, struct ike_sa *sa,
		      const struct child_config *child, uint64_t client)
{
	if (!create_child_wanted(sa, child))
		create_child(ike, sa, child, client);
	else if (client)
		create_child_hurry(ike, sa, child, client);
}

static void add_children(struct ike *ike, struct ike_sa *sa,
			 const struct child_config *child, uint64_t client)
{
	const struct connection_config *connection = sa->connection;

	if (child) {
		add_child(ike, sa, child, client);
		return;
	}
	/* Each that cannot be begun may end the IKE SA. */
	for (size_t i = 0; i < connection->n_children &&
	     sa->phase == PHASE_ESTABLISHED; i++)
		add_child(ike, sa, &connection->children[i], client);
}

void tunnel_begin_ike_sa(struct ike *ike, const struct connection_config *connection,
			 const struct child_config *child,
			 const struct packet_ts *packet, uint64_t client)
{
	char address[ENDPOINT_TEXT_SIZE];
	struct path path;
	int error;

	if (!attempt_is_resolved(ike, connection, child, packet, client))
		return;
	error = path_from_connection(connection, attempt_remote(ike, connection),
				     &path);
	if (!error) {
		initiator_start(ike, connection, &path, child, packet, client);
		return;
	}
	endpoint_print(&path.remote, address, sizeof(address));
	ike_event_not_begun(ike, connection, address, "failed: %s",
			    strerror(-error));
	if (!attempt_not_begun(ike, connection, child, packet, client))
		client_fail(ike, client, strerror(-error));
}

void tunnel_up(struct ike *ike, const struct connection_config *connection,
	       const struct child_config *child, uint64_t client)
{
	struct ike_sa *sa = find_phase(ike, connection, PHASE_ESTABLISHED);
	const struct ike_sa *other = find_live(ike, connection, NULL);

	if (sa) {
		client_begin(ike, client);
		add_children(ike, sa, child, client);
		client_begun(ike);
		settle(ike, client, "established already");
	} else if (other) {
		refuse(ike, client, "connection %s is being %s", connection->name,
		       other->phase == PHASE_DELETING ? "deleted" :
							"established");
	} else if (!connection->n_remote_addrs) {
		refuse(ike, client, "connection %s has no remote address of a single host: it can only be begun by the peer",
		       connection->name);
	} else {
		tunnel_begin_ike_sa(ike, connection, child, NULL, client);
	}
}

bool tunnel_is_wanted(const struct ike *ike,
		      const struct connection_config *connection,
		      const struct child_config *child,
		      const struct packet_ts *packet)
{
	const struct ike_sa *sa = find_phase(ike, connection, PHASE_ESTABLISHED);

	if (!sa)
		sa = find_young(ike, connection);
	return sa && create_child_wanted_for(sa, child, packet);
}

static void start(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child,
		  const struct packet_ts *packet)
{
	struct ike_sa *sa = find_phase(ike, connection, PHASE_ESTABLISHED);

	if (!sa)
		sa = find_young(ike, connection);
	if (sa && packet)
		create_child_for_packet(ike, sa, child, packet);
	else if (sa)
		add_child(ike, sa, child, 0);
	else if (!connection->n_remote_addrs)
		log_line("%s: child %s cannot be started: the connection has no remote address of a single host",
			 connection->name, child->name);
	else if (attempt_may_begin(ike, connection))
		tunnel_begin_ike_sa(ike, connection, child, packet, 0);
	else
		attempt_queue(ike, connection, child, packet);
}

void tunnel_start(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child)
{
	start(ike, connection, child, NULL);
}

void tunnel_start_for_packet(struct ike *ike,
			     const struct connection_config *connection,
			     const struct child_config *child,
			     const struct packet_ts *packet)
{
	start(ike, connection, child, packet);
}

static const char taken_down[] = "taken down before it was established";

/* A peer that has been sent IKE_AUTH may have it: it is deleted by its answer. */
static void give_up(struct ike *ike, struct ike_sa *sa)
{
	sa->given_up = true;
	if (!sa->task) {
		ike_sa_fail(ike, sa, "%s", taken_down);
		return;
	}
	client_fail(ike, sa->client, taken_down);
	while (sa->tasks)
		task_cancel(ike, sa, sa->tasks, taken_down);
	task_abandon(ike, sa, taken_down);
}

static void delete_for(struct ike *ike, uint64_t client, struct ike_sa *sa)
{
	switch (sa->phase) {
	case PHASE_ESTABLISHED:
		sa->client = client;
		delete_ike(ike, sa);
		break;
	case PHASE_DELETING:
		if (!sa->client)
			sa->client = client;
		break;
	default:
		give_up(ike, sa);
		break;
	}
}

/* What the peer makes of it. */
static void drop_followup(struct ike *ike, struct ike_sa *sa,
			  const struct child_config *config)
{
	const struct child_sa *child = sa->followup.child;

	if (child && child_is(child->config, config))
		followup_drop(ike, sa);
}

/* Those that another one has replaced end with that: the peer is to delete them. */
static void withdraw_replaced(struct ike_sa *sa,
			      const struct child_config *config)
{
	for (struct child_sa *child = sa->children; child; child = child->next)
		if (child->replaced && child_is(child->config, config))
			child->withdrawn = true;
}

void tunnel_withdraw(struct ike *ike, struct ike_sa *sa,
		     const struct child_config *config, const char *why,
		     uint64_t client)
{
	struct child_sa *child, *before = NULL;

	rekey_child_cancel(ike, sa, config, why);
	drop_followup(ike, sa, config);
	create_child_cancel(ike, sa, config, why);
	withdraw_replaced(sa, config);
	/* One stays where there is no memory to delete it. */
	while ((child = child_sa_find_config(sa, config)) && child != before) {
		delete_child(ike, child, client);
		before = child;
	}
}

void tunnel_down(struct ike *ike, const struct connection_config *connection,
		 const struct child_config *child, uint64_t client)
{
	struct ike_sa *sa = find_live(ike, connection, NULL);
	struct ike_sa *next;

	starting_cancel(&ike->starting, connection, child);
	if (child)
		attempt_unwant(ike, child);
	else
		attempt_cancel(ike, connection);
	if (!sa) {
		refuse(ike, client, "connection %s is not established",
		       connection->name);
		return;
	}
	client_begin(ike, client);
	for (; sa; sa = next) {
		next = find_live(ike, connection, sa);
		if (child)
			tunnel_withdraw(ike, sa, child, taken_down, client);
		else
			delete_for(ike, client, sa);
	}
	client_begun(ike);
	/* Whoever was told of a failure already is told nothing more. */
	settle(ike, client, NULL);
}

void tunnel_rekey_ike(struct ike *ike,
		      const struct connection_config *connection,
		      uint64_t client)
{
	struct ike_sa *sa = find_phase(ike, connection, PHASE_ESTABLISHED);

	if (!sa) {
		refuse(ike, client, "connection %s is not established",
		       connection->name);
		return;
	}
	rekey_ike(ike, sa, client);
	settle(ike, client, "it is being rekeyed already");
}

void tunnel_rekey_child(struct ike *ike,
			const struct connection_config *connection,
			const struct child_config *child, uint64_t client)
{
	struct ike_sa *sa = find_phase(ike, connection, PHASE_ESTABLISHED);
	struct child_sa *next;
	bool found = false;

	client_begin(ike, client);
	for (struct child_sa *each = sa ? sa->children : NULL; each; each = next) {
		next = each->next;
		if (each->state != CHILD_INSTALLED || each->replaced ||
		    (child && !child_is(each->config, child)))
			continue;
		found = true;
		rekey_child(ike, each, client);
		if (sa->phase != PHASE_ESTABLISHED)
			break;
	}
	client_begun(ike);
	if (found)
		settle(ike, client, "it is being rekeyed already");
	else
		refuse(ike, client, "%s %s is not established",
		       child ? "child" : "connection",
		       child ? child->name : connection->name);
}
