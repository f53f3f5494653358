// SPDX-License-Identifier: GPL-2.0
#include "tunnel/attempt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/index.h"
#include "base/jitter.h"
#include "base/log.h"
#include "config/config_use.h"
#include "config/connection.h"
#include "config/remote_name.h"
#include "ike/client.h"
#include "ike/create_child.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/initiations.h"
#include "ike/task.h"
#include "tunnel/wish.h"

/* Milliseconds before all addresses are tried again. */
#define WAIT_FIRST 5000
#define WAIT_MAX 60000

enum queue {
	QUEUE_NONE,
	QUEUE_OF_PEER, /* ike->attempts.waiting */
	QUEUE_OF_ALL, /* ike->attempts.held */
};

struct attempt {
	struct index_link by_connection;
	struct index_link in_all;
	struct index_link in_queue;
	const struct connection_config *connection; /* used */
	struct remote_position remote; /* which address is next */
	size_t tried; /* of the addresses of a name, how many have failed */
	bool resolved; /* the name at @remote was, for the attempt that is next */
	struct resolution resolution; /* of the name at @asked */
	size_t asked; /* the entry of remote_addrs */
	size_t unanswered; /* entries of remote_addrs that failed since the first one */
	unsigned int rounds; /* how often all of them have */
	bool sent; /* something has left this host since the first address */
	unsigned int unsent; /* rounds in which nothing did */
	uint64_t client; /* who waits for the outcome, 0: nobody */
	struct wishes wishes;
	enum queue queue; /* in which it stands */
	struct sockaddr_storage waits_for; /* with which address, in QUEUE_OF_PEER */
	struct timer timer; /* the first wish that is due */
};

static struct attempt *find(const struct ike *ike,
			    const struct connection_config *connection)
{
	const struct index_link *link =
		index_first(&ike->attempts.by_connection,
			    hash_text(connection->name, 0));

	for (; link; link = link->next) {
		struct attempt *attempt =
			index_owner(link, struct attempt, by_connection);

		if (connection_is(attempt->connection, connection))
			return attempt;
	}
	return NULL;
}

static void say(struct ike *ike, const struct attempt *attempt, const char *format,
		...) __attribute__((format(printf, 3, 4)));

static void say(struct ike *ike, const struct attempt *attempt, const char *format,
		...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_line("%s: %s", attempt->connection->name, line);
	if (attempt->client)
		ike->events.progress(ike->events.arg, attempt->client, line);
}

/* Have the timer expire when the first wish is due. */
static void arm(struct ike *ike, struct attempt *attempt)
{
	int64_t first = wishes_first_due(&attempt->wishes);

	if (first == WISH_HELD)
		timer_stop(&ike->timers, &attempt->timer);
	else
		timer_set(&ike->timers, &attempt->timer, first);
}

static void begin_at(struct ike *ike, struct attempt *attempt, int64_t due)
{
	wishes_set_due(&attempt->wishes, due);
	arm(ike, attempt);
}

bool attempt_wants(const struct ike *ike,
		   const struct connection_config *connection,
		   const struct child_config *child)
{
	const struct attempt *attempt = find(ike, connection);
	const struct wish *wish =
		attempt ? wish_find(&attempt->wishes, child->name) : NULL;

	return wish && wish->due;
}

static void leave_queue(struct ike *ike, struct attempt *attempt)
{
	switch (attempt->queue) {
	case QUEUE_OF_PEER:
		index_remove(&ike->attempts.waiting, &attempt->in_queue);
		break;
	case QUEUE_OF_ALL:
		index_row_remove(&ike->attempts.held, &attempt->in_queue);
		break;
	case QUEUE_NONE:
		break;
	}
	attempt->queue = QUEUE_NONE;
}

/* Those that wait for @remote begin when the timers are run. */
static void begin_waiting(struct ike *ike, const struct sockaddr_storage *remote)
{
	unsigned int room = initiations_room_with(ike, remote);
	struct index_link *link = index_first(&ike->attempts.waiting,
					      endpoint_hash_address(remote));

	for (; link && room; link = link->next) {
		struct attempt *attempt = index_owner(link, struct attempt,
						      in_queue);

		if (!endpoint_same_address(&attempt->waits_for, remote))
			continue;
		begin_at(ike, attempt, clock_now());
		room--;
	}
}

/* At most INITIATIONS_MAX are looked at. */
static void begin_held(struct ike *ike)
{
	unsigned int room = initiations_room(ike);
	struct index_link *link = ike->attempts.held.first;

	for (; link && room; link = link->next, room--)
		begin_at(ike, index_owner(link, struct attempt, in_queue),
			 clock_now());
}

/* It is not begun, or was: where that leaves room, those behind it are next. */
static void begin_others(struct ike *ike, enum queue queue,
			 const struct sockaddr_storage *remote)
{
	if (queue == QUEUE_OF_PEER)
		begin_waiting(ike, remote);
	else if (queue == QUEUE_OF_ALL)
		begin_held(ike);
}

/* Whoever waits for room holds something: else the room would be nobody's. */
static void leave_queue_for_others(struct ike *ike, struct attempt *attempt)
{
	enum queue queue = attempt->queue;

	if (wishes_any_held(&attempt->wishes))
		return;
	leave_queue(ike, attempt);
	begin_others(ike, queue, &attempt->waits_for);
}

static void try_now(struct ike *ike, struct timer *timer)
{
	struct attempt *attempt = timer_owner(timer, struct attempt, timer);
	const struct sockaddr_storage waited_for = attempt->waits_for;
	enum queue queue = attempt->queue;
	uint64_t client = attempt->client;

	if (ike->stopping)
		return;
	attempt->client = 0;
	leave_queue(ike, attempt);
	wishes_take_due(&attempt->wishes);
	/* There may be more, elsewhere in memory, after each step. */
	for (size_t i = 0; i < attempt->wishes.n; i++) {
		struct wish *wish = &attempt->wishes.array[i];
		const struct child_config *child;
		struct packet_ts packet;

		if (!wish->tried)
			continue;
		wish->tried = false;
		child = connection_child(attempt->connection, wish->name);
		packet = wish->packet;
		wish->packet = (struct packet_ts){ 0 };
		ike->attempts.begin(ike, attempt->connection, child, &packet,
				    client);
		client = 0;
	}
	arm(ike, attempt);
	begin_others(ike, queue, &waited_for);
}

static void free_attempt(struct ike *ike, struct attempt *attempt)
{
	timer_stop(&ike->timers, &attempt->timer);
	leave_queue(ike, attempt);
	index_remove(&ike->attempts.by_connection, &attempt->by_connection);
	index_row_remove(&ike->attempts.all, &attempt->in_all);
	resolver_cancel(&ike->resolver, &attempt->resolution);
	connection_use(&attempt->connection, NULL);
	wishes_free(&attempt->wishes);
	free(attempt);
}

static void name_resolved(struct ike *ike, struct resolution *resolution,
			  const struct name_answer *answer);

static struct attempt *get(struct ike *ike,
			   const struct connection_config *connection)
{
	struct attempt *attempt = find(ike, connection);

	if (attempt)
		return attempt;
	attempt = calloc(1, sizeof(*attempt));
	if (!attempt)
		return NULL;
	connection_use(&attempt->connection, connection);
	attempt->timer.expired = try_now;
	attempt->resolution.done = name_resolved;
	index_put_first(&ike->attempts.by_connection, &attempt->by_connection,
			hash_text(connection->name, 0));
	index_row_put_first(&ike->attempts.all, &attempt->in_all);
	return attempt;
}

const struct sockaddr_storage *
attempt_remote(const struct ike *ike, const struct connection_config *connection)
{
	static const struct remote_position first;
	const struct attempt *attempt = find(ike, connection);

	return remote_address(connection, attempt ? &attempt->remote : &first);
}

static void set_entry(struct attempt *attempt, size_t entry)
{
	attempt->remote = (struct remote_position){ .entry = entry };
	attempt->tried = 0;
	attempt->resolved = false;
}

static void next_entry(struct attempt *attempt)
{
	set_entry(attempt, (attempt->remote.entry + 1) %
		  attempt->connection->n_remote_addrs);
}

/* Return: whether the name at @remote has an address that was not tried. */
static bool next_of_name(struct attempt *attempt)
{
	const struct remote_name *name =
		remote_name_at(attempt->connection, attempt->remote.entry);

	if (!attempt->resolved || ++attempt->tried >= name->n_addresses)
		return false;
	attempt->remote.nth = (attempt->remote.nth + 1) % name->n_addresses;
	return true;
}

/* What is tried next: an address, or a name that is resolved before. */
static void print_next(const struct attempt *attempt, char *text, size_t size)
{
	const struct remote_name *name =
		remote_name_at(attempt->connection, attempt->remote.entry);

	if (name && !attempt->resolved)
		snprintf(text, size, "%s", name->text);
	else
		endpoint_print_address(remote_address(attempt->connection,
						      &attempt->remote),
				       text, size);
}

static int64_t wait_before_round(const struct attempt *attempt)
{
	int64_t wait = WAIT_FIRST;

	for (unsigned int i = 1; i < attempt->rounds && wait < WAIT_MAX; i++)
		wait *= 2;
	if (wait > WAIT_MAX)
		wait = WAIT_MAX;
	return wait + (int64_t)jitter((uint64_t)wait / 4);
}

/* One client waits for a connection; whoever asks while it does is told so. */
static void wait_with(struct ike *ike, struct attempt *attempt, uint64_t client)
{
	char line[CONNECTION_NAME_MAX + 64];

	if (!attempt->client) {
		attempt->client = client;
	} else if (client != attempt->client) {
		snprintf(line, sizeof(line),
			 "connection %s is being established already",
			 attempt->connection->name);
		client_fail(ike, client, line);
	}
}

static void fail_client(struct ike *ike, struct attempt *attempt, const char *why)
{
	uint64_t client = attempt->client;

	attempt->client = 0;
	client_fail(ike, client, why);
}

static void give_up(struct ike *ike, struct attempt *attempt)
{
	wishes_clear(&attempt->wishes);
	leave_queue_for_others(ike, attempt);
	attempt->rounds = 0;
	attempt->unsent = 0;
}

/* What never left this host has not been an attempt at the peer. */
static bool is_last_round(const struct attempt *attempt)
{
	unsigned int keyingtries = attempt->connection->keyingtries;

	return keyingtries && attempt->rounds - attempt->unsent >= keyingtries;
}

/* Return: false where all addresses have failed. */
static bool go_on(struct ike *ike, struct attempt *attempt, uint64_t client,
		  bool sent)
{
	const struct connection_config *connection = attempt->connection;
	char address[DNS_NAME_SIZE];
	int64_t wait;
	bool any;

	attempt->sent |= sent;
	any = next_of_name(attempt);
	if (!any) {
		next_entry(attempt);
		any = ++attempt->unanswered < connection->n_remote_addrs;
	}
	print_next(attempt, address, sizeof(address));
	if (any) {
		wait_with(ike, attempt, client);
		say(ike, attempt, "the next address is %s", address);
		begin_at(ike, attempt, clock_now());
		return true;
	}
	attempt->unanswered = 0;
	attempt->rounds++;
	/* An operator who waits is told that this host does not know the way. */
	if (!attempt->sent && !client)
		attempt->unsent++;
	attempt->sent = false;
	if (is_last_round(attempt)) {
		if (connection->keyingtries > 1)
			say(ike, attempt, "given up after %u attempts",
			    attempt->rounds);
		give_up(ike, attempt);
		fail_client(ike, attempt, "no attempt has succeeded");
		return false;
	}
	wait = wait_before_round(attempt);
	say(ike, attempt, "the next attempt, to %s, is in %u s", address,
	    (unsigned int)(wait / SECOND));
	begin_at(ike, attempt, clock_now() + wait);
	return false;
}

/* It is begun with the others of this connection. */
static void want(struct attempt *attempt, const struct child_config *child)
{
	struct wish *wish = wish_get(&attempt->wishes, child->name,
				     attempt->connection->name);

	if (wish && !wish->due)
		wish->due = WISH_HELD;
}

/* @child: NULL: all; @packet: NULL: none waits for it */
static void want_all(struct attempt *attempt, const struct child_config *child,
		     const struct packet_ts *packet)
{
	const struct connection_config *connection = attempt->connection;
	struct wish *wish;

	if (child)
		want(attempt, child);
	for (size_t i = 0; i < connection->n_children && !child; i++)
		want(attempt, &connection->children[i]);
	if (!child || !packet || prefix_is_dynamic(&packet->local))
		return;
	wish = wish_find(&attempt->wishes, child->name);
	if (wish)
		wish->packet = *packet;
}

/* As want_all(), and it waits no longer for its time, if it did. */
static void hold_all(struct ike *ike, struct attempt *attempt,
		     const struct child_config *child,
		     const struct packet_ts *packet)
{
	want_all(attempt, child, packet);
	wishes_hold(&attempt->wishes, child ? child->name : NULL);
	arm(ike, attempt);
}

static void want_task(struct attempt *attempt, const struct task *task)
{
	if (task && task->type == &create_child_task && !task->abandoned &&
	    connection_child(attempt->connection, task->config->name))
		want_all(attempt, task->config, &task->packet);
}

static void want_tasks(struct attempt *attempt, const struct ike_sa *sa)
{
	want_task(attempt, sa->task);
	for (const struct task *task = sa->tasks; task; task = task->next)
		want_task(attempt, task);
}

static bool in_the_making(const struct ike_sa *sa)
{
	return sa->initiator &&
	       (sa->phase == PHASE_INIT || sa->phase == PHASE_AUTH);
}

bool attempt_may_begin(const struct ike *ike,
		       const struct connection_config *connection)
{
	const struct sockaddr_storage *remote = attempt_remote(ike, connection);

	/* A name is resolved first: then it is seen whether there is room. */
	return !remote || (initiations_room(ike) &&
			   initiations_room_with(ike, remote));
}

static void join_queue(struct ike *ike, struct attempt *attempt)
{
	const struct sockaddr_storage *remote =
		attempt_remote(ike, attempt->connection);

	if (initiations_room_with(ike, remote)) {
		attempt->queue = QUEUE_OF_ALL;
		index_row_put_last(&ike->attempts.held, &attempt->in_queue);
		return;
	}
	attempt->queue = QUEUE_OF_PEER;
	attempt->waits_for = *remote;
	index_put_last(&ike->attempts.waiting, &attempt->in_queue,
		       endpoint_hash_address(remote));
}

void attempt_queue(struct ike *ike, const struct connection_config *connection,
		   const struct child_config *child,
		   const struct packet_ts *packet)
{
	struct attempt *attempt = get(ike, connection);

	if (!attempt)
		return;
	want_all(attempt, child, packet);
	if (attempt->queue == QUEUE_NONE)
		join_queue(ike, attempt);
}

bool attempt_is_resolved(struct ike *ike,
			 const struct connection_config *connection,
			 const struct child_config *child,
			 const struct packet_ts *packet, uint64_t client)
{
	struct attempt *attempt = find(ike, connection);
	size_t entry = attempt ? attempt->remote.entry : 0;
	const struct remote_name *name = remote_name_at(connection, entry);

	if (!name || (attempt && attempt->resolved))
		return true;
	attempt = get(ike, connection);
	if (!attempt) {
		client_fail(ike, client, "out of memory");
		return false;
	}
	hold_all(ike, attempt, child, packet);
	wait_with(ike, attempt, client);
	if (!attempt->resolution.pending)
		attempt->asked = entry;
	resolver_ask(&ike->resolver, &ike->timers, &attempt->resolution, name->text);
	return false;
}

/*
 * Without an address the attempt has failed as one without a route does. Where the
 * peer has called meanwhile, or another address is next, the answer is but learned.
 */
static void name_resolved(struct ike *ike, struct resolution *resolution,
			  const struct name_answer *answer)
{
	struct attempt *attempt = resolution_owner(resolution, struct attempt,
						   resolution);
	uint64_t client = attempt->client;
	char error[LOG_LINE_MAX];
	bool known = remote_name_learn(attempt->connection, attempt->asked, answer,
				       error, sizeof(error));
	bool next = attempt->asked == attempt->remote.entry;

	attempt->resolved |= known && next;
	if (known || !next) {
		begin_at(ike, attempt, clock_now());
		return;
	}
	attempt->client = 0;
	ike_event_not_begun(ike, attempt->connection, resolution->name,
			    "failed: %s", error);
	if (!go_on(ike, attempt, client, false))
		client_fail(ike, client, error);
}

/* What waits is begun when the timers are run. */
void attempt_make_room(struct ike *ike, struct ike_sa *sa)
{
	if (!sa->initiation.by_remote.linked)
		return;
	initiation_end(ike, sa);
	begin_waiting(ike, &sa->initiation.remote);
	begin_held(ike);
}

void attempt_peer_is_slow(struct ike *ike, struct ike_sa *sa)
{
	initiation_is_slow(ike, sa);
	begin_held(ike);
}

bool attempt_failed(struct ike *ike, struct ike_sa *sa)
{
	struct attempt *attempt;

	attempt_make_room(ike, sa);
	if (!in_the_making(sa) || sa->established || sa->given_up ||
	    ike->stopping)
		return false;
	attempt = get(ike, sa->connection);
	if (!attempt)
		return false;
	want_tasks(attempt, sa);
	return wishes_any(&attempt->wishes) &&
	       go_on(ike, attempt, sa->client, sa->last_sent);
}

bool attempt_not_begun(struct ike *ike, const struct connection_config *connection,
		       const struct child_config *child,
		       const struct packet_ts *packet, uint64_t client)
{
	struct attempt *attempt = get(ike, connection);

	if (!attempt)
		return false;
	want_all(attempt, child, packet);
	return go_on(ike, attempt, client, false);
}

void attempt_want(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child)
{
	struct attempt *attempt = connection->n_remote_addrs ?
					get(ike, connection) : NULL;

	if (attempt)
		want(attempt, child);
}

/* All that is wanted is begun now, but for what is held back or waits for room. */
static void hurry(struct ike *ike, struct attempt *attempt)
{
	if (attempt->queue != QUEUE_NONE)
		return;
	wishes_hurry(&attempt->wishes);
	arm(ike, attempt);
}

void attempts_hurry(struct ike *ike)
{
	struct index_link *link = ike->attempts.all.first;

	for (; link; link = link->next)
		hurry(ike, index_owner(link, struct attempt, in_all));
}

void attempt_lost(struct ike *ike, const struct child_config *child, int64_t up)
{
	struct attempt *attempt = get(ike, child->connection);
	struct wish *wish =
		attempt ? wish_get(&attempt->wishes, child->name,
				   child->connection->name) : NULL;

	if (wish)
		wish_lost(wish, up);
}

bool attempt_hold_back(struct ike *ike, const struct child_config *child,
		       const struct packet_ts *packet)
{
	struct attempt *attempt = find(ike, child->connection);
	struct wish *wish =
		attempt ? wish_find(&attempt->wishes, child->name) : NULL;
	int64_t now = clock_now();

	if (!wish || wish->held_until <= now)
		return false;
	if (packet)
		wish->packet = *packet;
	/* What waits for room or a name may be what an operator has asked for. */
	if (wish->due == wish->held_until || wish->due == WISH_HELD)
		return true;
	wish->due = wish->held_until;
	leave_queue_for_others(ike, attempt);
	say(ike, attempt, "child %s was lost soon after it was up, %u times in a row: it is set up in %u s",
	    child->name, wish->losses,
	    (unsigned int)((wish->held_until - now + SECOND - 1) / SECOND));
	arm(ike, attempt);
	return true;
}

void attempt_unwant(struct ike *ike, const struct child_config *child)
{
	struct attempt *attempt = find(ike, child->connection);
	struct wish *wish =
		attempt ? wish_find(&attempt->wishes, child->name) : NULL;

	if (!wish)
		return;
	wish->due = 0;
	/* Who waits for a name to be resolved waits for nothing then. */
	if (!wishes_any(&attempt->wishes)) {
		attempt_cancel(ike, child->connection);
		return;
	}
	leave_queue_for_others(ike, attempt);
	arm(ike, attempt);
}

void attempt_succeeded(struct ike *ike, struct ike_sa *sa)
{
	struct attempt *attempt = find(ike, sa->connection);
	struct remote_position place;

	attempt_make_room(ike, sa);
	if (!attempt)
		return;
	attempt->unanswered = 0;
	attempt->rounds = 0;
	attempt->unsent = 0;
	if (!remote_address_find(sa->connection, &sa->path.remote, &place))
		return;
	set_entry(attempt, place.entry);
	attempt->remote.nth = place.nth;
}

void attempt_avoid(struct ike *ike, const struct ike_sa *sa)
{
	const struct connection_config *connection = sa->connection;
	struct remote_position place;
	struct attempt *attempt;

	if (!remote_address_find(connection, &sa->path.remote, &place))
		return;
	attempt = get(ike, connection);
	if (!attempt)
		return;
	set_entry(attempt, place.entry);
	/* Where a name has another address, that is next once it is resolved anew. */
	if (connection->n_remote_addrs > 1)
		next_entry(attempt);
	else
		attempt->remote.nth = place.nth + 1;
}

void attempt_cancel(struct ike *ike, const struct connection_config *connection)
{
	struct attempt *attempt = find(ike, connection);

	if (!attempt)
		return;
	attempt->unanswered = 0;
	attempt->resolved = false;
	resolver_cancel(&ike->resolver, &attempt->resolution);
	give_up(ike, attempt);
	arm(ike, attempt);
	fail_client(ike, attempt, "taken down before it was established");
}

void attempt_forget(struct ike *ike, const struct connection_config *connection)
{
	struct attempt *attempt = find(ike, connection);

	if (!attempt)
		return;
	attempt_cancel(ike, connection);
	free_attempt(ike, attempt);
}

/* The name of @child was to be begun with the helper, and is no more. */
static bool is_started_no_more(const struct connection_config *old,
			       const struct child_config *child)
{
	const struct child_config *before = connection_child(old, child->name);

	return before && (before->start_action & ACTION_START) &&
	       !(child->start_action & ACTION_START);
}

void attempt_adopt(struct ike *ike, const struct connection_config *old,
		   const struct connection_config *next)
{
	struct attempt *attempt = find(ike, old);

	if (!attempt)
		return;
	if (!next->n_remote_addrs) {
		attempt_forget(ike, old);
		return;
	}
	connection_use(&attempt->connection, next);
	resolver_cancel(&ike->resolver, &attempt->resolution);
	set_entry(attempt, 0);
	attempt->unanswered = 0;
	attempt->rounds = 0;
	for (size_t i = attempt->wishes.n; i-- > 0;) {
		struct wish *wish = &attempt->wishes.array[i];
		const struct child_config *child =
			connection_child(next, wish->name);

		wish->held_until = 0;
		if (!child || (!attempt->client &&
			       is_started_no_more(old, child)))
			wish_remove(&attempt->wishes, wish);
	}
	if (!wishes_any(&attempt->wishes))
		attempt_cancel(ike, next);
	/* The operator has changed something: it may be what was wrong. */
	hurry(ike, attempt);
}

/* @client waits for the next attempt instead. */
static void leave_client(struct ike_sa *sa, uint64_t client)
{
	sa->client = 0;
	if (sa->task && sa->task->client == client)
		sa->task->client = 0;
	for (struct task *task = sa->tasks; task; task = task->next)
		if (task->client == client)
			task->client = 0;
}

void attempt_begin_anew(struct ike *ike, struct ike_sa *sa)
{
	static const char changed[] =
		"its configuration has changed: it is begun anew";
	struct attempt *attempt = get(ike, sa->connection);

	if (!attempt) {
		ike_sa_fail(ike, sa, "out of memory");
		return;
	}
	want_tasks(attempt, sa);
	wait_with(ike, attempt, sa->client);
	leave_client(sa, attempt->client);
	ike_sa_say(ike, sa, "%s", changed);
	begin_at(ike, attempt, clock_now());
	/* A peer that has been sent IKE_AUTH may have it: it goes by its answer. */
	sa->given_up = true;
	if (!sa->task) {
		ike_sa_free(ike, sa);
		return;
	}
	while (sa->tasks)
		task_cancel(ike, sa, sa->tasks, changed);
	task_abandon(ike, sa, changed);
}

void attempts_free(struct ike *ike)
{
	struct index_link *link;

	while ((link = ike->attempts.all.first))
		free_attempt(ike, index_owner(link, struct attempt, in_all));
	index_clear(&ike->attempts.by_connection);
	index_clear(&ike->attempts.waiting);
}
