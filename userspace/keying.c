// SPDX-License-Identifier: GPL-2.0
#include "keying.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "config_use.h"
#include "connection.h"
#include "create_child.h"
#include "index.h"
#include "jitter.h"
#include "log.h"
#include "operate.h"
#include "remote_name.h"
#include "task.h"

/* Milliseconds before all addresses are tried again. */
#define WAIT_FIRST 5000
#define WAIT_MAX 60000

/* Milliseconds after which a Child SA was up for long, as to its next loss. */
#define UP_FOR_LONG (60 * SECOND)

/* Milliseconds before the third set-up in a row, and the longest such wait. */
#define RESTART_FIRST SECOND
#define RESTART_MAX (64 * SECOND)

/* When a child is begun that waits for something else than time. */
#define HELD INT64_MAX

/* A child that is, or was, to be tried next; found by its name. */
struct wish {
	char name[CONNECTION_NAME_MAX + 1];
	int64_t due; /* clock_now(), or HELD; 0: it is not wanted */
	struct packet_ts packet; /* that waits for it */
	bool tried; /* its turn has come */
	unsigned int losses; /* in a row, of a Child SA that was not up for long */
	int64_t lost_at; /* clock_now(), the last of them */
	int64_t held_until; /* clock_now(), after these losses */
};

enum queue {
	QUEUE_NONE,
	QUEUE_OF_PEER, /* ike->keyings.waiting */
	QUEUE_OF_ALL, /* ike->keyings.held */
};

struct keying {
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
	struct wish *wishes; /* array of n_wishes */
	size_t n_wishes;
	enum queue queue; /* in which it stands */
	struct sockaddr_storage waits_for; /* with which address, in QUEUE_OF_PEER */
	struct timer timer; /* the first wish that is due */
};

static struct keying *find(const struct ike *ike,
			   const struct connection_config *connection)
{
	const struct index_link *link =
		index_first(&ike->keyings.by_connection,
			    hash_text(connection->name, 0));

	for (; link; link = link->next) {
		struct keying *keying =
			index_owner(link, struct keying, by_connection);

		if (connection_is(keying->connection, connection))
			return keying;
	}
	return NULL;
}

static void say(struct ike *ike, const struct keying *keying, const char *format,
		...) __attribute__((format(printf, 3, 4)));

static void say(struct ike *ike, const struct keying *keying, const char *format,
		...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_line("%s: %s", keying->connection->name, line);
	if (keying->client)
		ike->events.progress(ike->events.arg, keying->client, line);
}

/* Have the timer expire when the first wish is due. */
static void arm(struct ike *ike, struct keying *keying)
{
	int64_t first = HELD;

	for (size_t i = 0; i < keying->n_wishes; i++)
		if (keying->wishes[i].due && keying->wishes[i].due < first)
			first = keying->wishes[i].due;
	if (first == HELD)
		timer_stop(&ike->timers, &keying->timer);
	else
		timer_set(&ike->timers, &keying->timer, first);
}

/* What is wanted is begun at @due, but for what is to wait longer. */
static void begin_at(struct ike *ike, struct keying *keying, int64_t due)
{
	for (size_t i = 0; i < keying->n_wishes; i++) {
		struct wish *wish = &keying->wishes[i];

		if (wish->due && (wish->due == HELD || wish->due < due))
			wish->due = due;
	}
	arm(ike, keying);
}

static bool wants_any(const struct keying *keying)
{
	for (size_t i = 0; i < keying->n_wishes; i++)
		if (keying->wishes[i].due)
			return true;
	return false;
}

bool keying_wants(const struct ike *ike,
		  const struct connection_config *connection,
		  const struct child_config *child)
{
	const struct keying *keying = find(ike, connection);

	for (size_t i = 0; keying && i < keying->n_wishes; i++)
		if (keying->wishes[i].due &&
		    !strcmp(keying->wishes[i].name, child->name))
			return true;
	return false;
}

/*
 * What is held goes with what is due: the queue that it waits in is left, and an
 * attempt that succeeds asks for nothing more. Attempts that fail at once want the
 * same again: what is tried is set aside.
 */
static void take_due(struct keying *keying)
{
	int64_t now = clock_now();

	for (size_t i = 0; i < keying->n_wishes; i++) {
		struct wish *wish = &keying->wishes[i];

		wish->tried = wish->due && (wish->due <= now ||
					    wish->due == HELD);
		if (wish->tried)
			wish->due = 0;
	}
}

static void leave_queue(struct ike *ike, struct keying *keying)
{
	switch (keying->queue) {
	case QUEUE_OF_PEER:
		index_remove(&ike->keyings.waiting, &keying->in_queue);
		break;
	case QUEUE_OF_ALL:
		index_row_remove(&ike->keyings.held, &keying->in_queue);
		break;
	case QUEUE_NONE:
		break;
	}
	keying->queue = QUEUE_NONE;
}

/* Those that wait for @remote begin when the timers are run. */
static void begin_waiting(struct ike *ike, const struct sockaddr_storage *remote)
{
	unsigned int room = initiations_room_with(ike, remote);
	struct index_link *link = index_first(&ike->keyings.waiting,
					      endpoint_hash_address(remote));

	for (; link && room; link = link->next) {
		struct keying *keying = index_owner(link, struct keying,
						    in_queue);

		if (!endpoint_same_address(&keying->waits_for, remote))
			continue;
		begin_at(ike, keying, clock_now());
		room--;
	}
}

/* At most INITIATIONS_MAX are looked at. */
static void begin_held(struct ike *ike)
{
	unsigned int room = initiations_room(ike);
	struct index_link *link = ike->keyings.held.first;

	for (; link && room; link = link->next, room--)
		begin_at(ike, index_owner(link, struct keying, in_queue),
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

static bool holds_any(const struct keying *keying)
{
	for (size_t i = 0; i < keying->n_wishes; i++)
		if (keying->wishes[i].due == HELD)
			return true;
	return false;
}

/* Whoever waits for room holds something: else the room would be nobody's. */
static void leave_queue_for_others(struct ike *ike, struct keying *keying)
{
	enum queue queue = keying->queue;

	if (holds_any(keying))
		return;
	leave_queue(ike, keying);
	begin_others(ike, queue, &keying->waits_for);
}

static void try_now(struct ike *ike, struct timer *timer)
{
	struct keying *keying = timer_owner(timer, struct keying, timer);
	const struct sockaddr_storage waited_for = keying->waits_for;
	enum queue queue = keying->queue;
	uint64_t client = keying->client;

	if (ike->stopping)
		return;
	keying->client = 0;
	leave_queue(ike, keying);
	take_due(keying);
	/* There may be more, elsewhere in memory, after each step. */
	for (size_t i = 0; i < keying->n_wishes; i++) {
		const struct child_config *child;
		struct packet_ts packet;

		if (!keying->wishes[i].tried)
			continue;
		keying->wishes[i].tried = false;
		child = connection_child(keying->connection,
					 keying->wishes[i].name);
		packet = keying->wishes[i].packet;
		keying->wishes[i].packet = (struct packet_ts){ 0 };
		if (client)
			operate_up(ike, keying->connection, child, client);
		else if (prefix_is_dynamic(&packet.local))
			operate_start(ike, keying->connection, child);
		else
			operate_start_for_packet(ike, keying->connection, child,
						 &packet);
		client = 0;
	}
	arm(ike, keying);
	begin_others(ike, queue, &waited_for);
}

static void free_keying(struct ike *ike, struct keying *keying)
{
	timer_stop(&ike->timers, &keying->timer);
	leave_queue(ike, keying);
	index_remove(&ike->keyings.by_connection, &keying->by_connection);
	index_row_remove(&ike->keyings.all, &keying->in_all);
	resolver_cancel(ike, &keying->resolution);
	connection_use(&keying->connection, NULL);
	free(keying->wishes);
	free(keying);
}

static void name_resolved(struct ike *ike, struct resolution *resolution,
			  const struct name_answer *answer);

static struct keying *get(struct ike *ike,
			  const struct connection_config *connection)
{
	struct keying *keying = find(ike, connection);

	if (keying)
		return keying;
	keying = calloc(1, sizeof(*keying));
	if (!keying)
		return NULL;
	connection_use(&keying->connection, connection);
	keying->timer.expired = try_now;
	keying->resolution.done = name_resolved;
	index_put_first(&ike->keyings.by_connection, &keying->by_connection,
			hash_text(connection->name, 0));
	index_row_put_first(&ike->keyings.all, &keying->in_all);
	return keying;
}

const struct sockaddr_storage *
keying_remote(const struct ike *ike, const struct connection_config *connection)
{
	static const struct remote_position first;
	const struct keying *keying = find(ike, connection);

	return remote_address(connection, keying ? &keying->remote : &first);
}

static void set_entry(struct keying *keying, size_t entry)
{
	keying->remote = (struct remote_position){ .entry = entry };
	keying->tried = 0;
	keying->resolved = false;
}

static void next_entry(struct keying *keying)
{
	set_entry(keying, (keying->remote.entry + 1) %
			  keying->connection->n_remote_addrs);
}

/* Return: whether the name at @remote has an address that was not tried. */
static bool next_of_name(struct keying *keying)
{
	const struct remote_name *name =
		remote_name_at(keying->connection, keying->remote.entry);

	if (!keying->resolved || ++keying->tried >= name->n_addresses)
		return false;
	keying->remote.nth = (keying->remote.nth + 1) % name->n_addresses;
	return true;
}

/* What is tried next: an address, or a name that is resolved before. */
static void print_next(const struct keying *keying, char *text, size_t size)
{
	const struct remote_name *name =
		remote_name_at(keying->connection, keying->remote.entry);

	if (name && !keying->resolved)
		snprintf(text, size, "%s", name->text);
	else
		endpoint_print_address(remote_address(keying->connection,
						      &keying->remote),
				       text, size);
}

static int64_t wait_before_round(const struct keying *keying)
{
	int64_t wait = WAIT_FIRST;

	for (unsigned int i = 1; i < keying->rounds && wait < WAIT_MAX; i++)
		wait *= 2;
	if (wait > WAIT_MAX)
		wait = WAIT_MAX;
	return wait + (int64_t)jitter((uint64_t)wait / 4);
}

/* One client waits for a connection; whoever asks while it does is told so. */
static void wait_with(struct ike *ike, struct keying *keying, uint64_t client)
{
	char line[CONNECTION_NAME_MAX + 64];

	if (!keying->client) {
		keying->client = client;
	} else if (client != keying->client) {
		snprintf(line, sizeof(line),
			 "connection %s is being established already",
			 keying->connection->name);
		client_fail(ike, client, line);
	}
}

static void fail_client(struct ike *ike, struct keying *keying, const char *why)
{
	uint64_t client = keying->client;

	keying->client = 0;
	client_fail(ike, client, why);
}

static void give_up(struct ike *ike, struct keying *keying)
{
	for (size_t i = 0; i < keying->n_wishes; i++)
		keying->wishes[i].due = 0;
	leave_queue_for_others(ike, keying);
	keying->rounds = 0;
	keying->unsent = 0;
}

/* What never left this host has not been an attempt at the peer. */
static bool is_last_round(const struct keying *keying)
{
	unsigned int keyingtries = keying->connection->keyingtries;

	return keyingtries && keying->rounds - keying->unsent >= keyingtries;
}

/* Return: false where all addresses have failed. */
static bool go_on(struct ike *ike, struct keying *keying, uint64_t client,
		  bool sent)
{
	const struct connection_config *connection = keying->connection;
	char address[DNS_NAME_SIZE];
	int64_t wait;
	bool any;

	keying->sent |= sent;
	any = next_of_name(keying);
	if (!any) {
		next_entry(keying);
		any = ++keying->unanswered < connection->n_remote_addrs;
	}
	print_next(keying, address, sizeof(address));
	if (any) {
		wait_with(ike, keying, client);
		say(ike, keying, "the next address is %s", address);
		begin_at(ike, keying, clock_now());
		return true;
	}
	keying->unanswered = 0;
	keying->rounds++;
	/* An operator who waits is told that this host does not know the way. */
	if (!keying->sent && !client)
		keying->unsent++;
	keying->sent = false;
	if (is_last_round(keying)) {
		if (connection->keyingtries > 1)
			say(ike, keying, "given up after %u attempts",
			    keying->rounds);
		give_up(ike, keying);
		fail_client(ike, keying, "no attempt has succeeded");
		return false;
	}
	wait = wait_before_round(keying);
	say(ike, keying, "the next attempt, to %s, is in %u s", address,
	    (unsigned int)(wait / SECOND));
	begin_at(ike, keying, clock_now() + wait);
	return false;
}

static struct wish *find_wish(const struct keying *keying, const char *name)
{
	for (size_t i = 0; i < keying->n_wishes; i++)
		if (!strcmp(keying->wishes[i].name, name))
			return &keying->wishes[i];
	return NULL;
}

/* Return: NULL without memory. */
static struct wish *get_wish(struct keying *keying, const char *name)
{
	struct wish *wish = find_wish(keying, name);
	struct wish *wishes;

	if (wish)
		return wish;
	wishes = reallocarray(keying->wishes, keying->n_wishes + 1,
			      sizeof(*wishes));
	if (!wishes) {
		log_line("%s: child %s is not tried again: out of memory",
			 keying->connection->name, name);
		return NULL;
	}
	keying->wishes = wishes;
	wish = &wishes[keying->n_wishes++];
	*wish = (struct wish){ 0 };
	snprintf(wish->name, sizeof(wish->name), "%s", name);
	return wish;
}

/* It is begun with the others of this connection. */
static void want(struct keying *keying, const struct child_config *child)
{
	struct wish *wish = get_wish(keying, child->name);

	if (wish && !wish->due)
		wish->due = HELD;
}

/* @child: NULL: all; @packet: NULL: none waits for it */
static void want_all(struct keying *keying, const struct child_config *child,
		     const struct packet_ts *packet)
{
	const struct connection_config *connection = keying->connection;
	struct wish *wish;

	if (child)
		want(keying, child);
	for (size_t i = 0; i < connection->n_children && !child; i++)
		want(keying, &connection->children[i]);
	if (!child || !packet || prefix_is_dynamic(&packet->local))
		return;
	wish = find_wish(keying, child->name);
	if (wish)
		wish->packet = *packet;
}

/* As want_all(), and it waits no longer for its time, if it did. */
static void hold_all(struct ike *ike, struct keying *keying,
		     const struct child_config *child,
		     const struct packet_ts *packet)
{
	want_all(keying, child, packet);
	for (size_t i = 0; i < keying->n_wishes; i++)
		if (keying->wishes[i].due &&
		    (!child || !strcmp(keying->wishes[i].name, child->name)))
			keying->wishes[i].due = HELD;
	arm(ike, keying);
}

static void want_task(struct keying *keying, const struct task *task)
{
	if (task && task->type == &create_child_task && !task->abandoned &&
	    connection_child(keying->connection, task->config->name))
		want_all(keying, task->config, &task->packet);
}

static void want_tasks(struct keying *keying, const struct ike_sa *sa)
{
	want_task(keying, sa->task);
	for (const struct task *task = sa->tasks; task; task = task->next)
		want_task(keying, task);
}

static bool in_the_making(const struct ike_sa *sa)
{
	return sa->initiator &&
	       (sa->phase == PHASE_INIT || sa->phase == PHASE_AUTH);
}

bool keying_may_begin(const struct ike *ike,
		      const struct connection_config *connection)
{
	const struct sockaddr_storage *remote = keying_remote(ike, connection);

	/* A name is resolved first: then it is seen whether there is room. */
	return !remote || (initiations_room(ike) &&
			   initiations_room_with(ike, remote));
}

static void join_queue(struct ike *ike, struct keying *keying)
{
	const struct sockaddr_storage *remote =
		keying_remote(ike, keying->connection);

	if (initiations_room_with(ike, remote)) {
		keying->queue = QUEUE_OF_ALL;
		index_row_put_last(&ike->keyings.held, &keying->in_queue);
		return;
	}
	keying->queue = QUEUE_OF_PEER;
	keying->waits_for = *remote;
	index_put_last(&ike->keyings.waiting, &keying->in_queue,
		       endpoint_hash_address(remote));
}

void keying_queue(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child,
		  const struct packet_ts *packet)
{
	struct keying *keying = get(ike, connection);

	if (!keying)
		return;
	want_all(keying, child, packet);
	if (keying->queue == QUEUE_NONE)
		join_queue(ike, keying);
}

bool keying_is_resolved(struct ike *ike,
			const struct connection_config *connection,
			const struct child_config *child,
			const struct packet_ts *packet, uint64_t client)
{
	struct keying *keying = find(ike, connection);
	size_t entry = keying ? keying->remote.entry : 0;
	const struct remote_name *name = remote_name_at(connection, entry);

	if (!name || (keying && keying->resolved))
		return true;
	keying = get(ike, connection);
	if (!keying) {
		client_fail(ike, client, "out of memory");
		return false;
	}
	hold_all(ike, keying, child, packet);
	wait_with(ike, keying, client);
	if (!keying->resolution.pending)
		keying->asked = entry;
	resolver_ask(ike, &keying->resolution, name->text);
	return false;
}

/*
 * Without an address the attempt has failed as one without a route does. Where the
 * peer has called meanwhile, or another address is next, the answer is but learned.
 */
static void name_resolved(struct ike *ike, struct resolution *resolution,
			  const struct name_answer *answer)
{
	struct keying *keying = resolution_owner(resolution, struct keying,
						 resolution);
	uint64_t client = keying->client;
	char error[LOG_LINE_MAX];
	bool known = remote_name_learn(keying->connection, keying->asked, answer,
				       error, sizeof(error));
	bool next = keying->asked == keying->remote.entry;

	keying->resolved |= known && next;
	if (known || !next) {
		begin_at(ike, keying, clock_now());
		return;
	}
	keying->client = 0;
	ike_event_not_begun(ike, keying->connection, resolution->name,
			    "failed: %s", error);
	if (!go_on(ike, keying, client, false))
		client_fail(ike, client, error);
}

/* What waits is begun when the timers are run. */
void keying_make_room(struct ike *ike, struct ike_sa *sa)
{
	if (!sa->initiation.by_remote.linked)
		return;
	initiation_end(ike, sa);
	begin_waiting(ike, &sa->initiation.remote);
	begin_held(ike);
}

void keying_peer_is_slow(struct ike *ike, struct ike_sa *sa)
{
	initiation_is_slow(ike, sa);
	begin_held(ike);
}

bool keying_failed(struct ike *ike, struct ike_sa *sa)
{
	struct keying *keying;

	keying_make_room(ike, sa);
	if (!in_the_making(sa) || sa->established || sa->given_up ||
	    ike->stopping)
		return false;
	keying = get(ike, sa->connection);
	if (!keying)
		return false;
	want_tasks(keying, sa);
	return wants_any(keying) &&
	       go_on(ike, keying, sa->client, sa->last_sent);
}

bool keying_not_begun(struct ike *ike, const struct connection_config *connection,
		      const struct child_config *child,
		      const struct packet_ts *packet, uint64_t client)
{
	struct keying *keying = get(ike, connection);

	if (!keying)
		return false;
	want_all(keying, child, packet);
	return go_on(ike, keying, client, false);
}

void keying_want(struct ike *ike, const struct connection_config *connection,
		 const struct child_config *child)
{
	struct keying *keying = connection->n_remote_addrs ?
					get(ike, connection) : NULL;

	if (keying)
		want(keying, child);
}

/* All that is wanted is begun now, but for what is held back or waits for room. */
static void hurry(struct ike *ike, struct keying *keying)
{
	int64_t now = clock_now();

	if (keying->queue != QUEUE_NONE)
		return;
	for (size_t i = 0; i < keying->n_wishes; i++)
		if (keying->wishes[i].due && keying->wishes[i].held_until <= now)
			keying->wishes[i].due = now;
	arm(ike, keying);
}

void keyings_hurry(struct ike *ike)
{
	struct index_link *link = ike->keyings.all.first;

	for (; link; link = link->next)
		hurry(ike, index_owner(link, struct keying, in_all));
}

static int64_t wait_after_losses(unsigned int losses)
{
	int64_t wait = RESTART_FIRST;

	for (unsigned int i = 2; i < losses && wait < RESTART_MAX; i++)
		wait *= 2;
	return wait + (int64_t)jitter((uint64_t)wait / 4);
}

void keying_lost(struct ike *ike, const struct child_config *child, int64_t up)
{
	struct keying *keying = get(ike, child->connection);
	struct wish *wish = keying ? get_wish(keying, child->name) : NULL;
	int64_t now = clock_now();

	/* Several Child SAs that end together, or while it is held back, are one loss. */
	if (!wish || wish->lost_at == now || wish->held_until > now)
		return;
	wish->lost_at = now;
	if (up >= UP_FOR_LONG)
		wish->losses = 0;
	else if (wish->losses < UINT_MAX)
		wish->losses++;
	wish->held_until = wish->losses < 2 ? 0 :
			   now + wait_after_losses(wish->losses);
}

bool keying_hold_back(struct ike *ike, const struct child_config *child,
		      const struct packet_ts *packet)
{
	struct keying *keying = find(ike, child->connection);
	struct wish *wish = keying ? find_wish(keying, child->name) : NULL;
	int64_t now = clock_now();

	if (!wish || wish->held_until <= now)
		return false;
	if (packet)
		wish->packet = *packet;
	/* What waits for room or a name may be what an operator has asked for. */
	if (wish->due == wish->held_until || wish->due == HELD)
		return true;
	wish->due = wish->held_until;
	leave_queue_for_others(ike, keying);
	say(ike, keying, "child %s was lost soon after it was up, %u times in a row: it is set up in %u s",
	    child->name, wish->losses,
	    (unsigned int)((wish->held_until - now + SECOND - 1) / SECOND));
	arm(ike, keying);
	return true;
}

void keying_unwant(struct ike *ike, const struct child_config *child)
{
	struct keying *keying = find(ike, child->connection);
	struct wish *wish = keying ? find_wish(keying, child->name) : NULL;

	if (!wish)
		return;
	wish->due = 0;
	/* Who waits for a name to be resolved waits for nothing then. */
	if (!wants_any(keying)) {
		keying_cancel(ike, child->connection);
		return;
	}
	leave_queue_for_others(ike, keying);
	arm(ike, keying);
}

void keying_succeeded(struct ike *ike, struct ike_sa *sa)
{
	struct keying *keying = find(ike, sa->connection);
	struct remote_position place;

	keying_make_room(ike, sa);
	if (!keying)
		return;
	keying->unanswered = 0;
	keying->rounds = 0;
	keying->unsent = 0;
	if (!remote_address_find(sa->connection, &sa->path.remote, &place))
		return;
	set_entry(keying, place.entry);
	keying->remote.nth = place.nth;
}

void keying_avoid(struct ike *ike, const struct ike_sa *sa)
{
	const struct connection_config *connection = sa->connection;
	struct remote_position place;
	struct keying *keying;

	if (!remote_address_find(connection, &sa->path.remote, &place))
		return;
	keying = get(ike, connection);
	if (!keying)
		return;
	set_entry(keying, place.entry);
	/* Where a name has another address, that is next once it is resolved anew. */
	if (connection->n_remote_addrs > 1)
		next_entry(keying);
	else
		keying->remote.nth = place.nth + 1;
}

void keying_cancel(struct ike *ike, const struct connection_config *connection)
{
	struct keying *keying = find(ike, connection);

	if (!keying)
		return;
	keying->unanswered = 0;
	keying->resolved = false;
	resolver_cancel(ike, &keying->resolution);
	give_up(ike, keying);
	arm(ike, keying);
	fail_client(ike, keying, "taken down before it was established");
}

void keying_forget(struct ike *ike, const struct connection_config *connection)
{
	struct keying *keying = find(ike, connection);

	if (!keying)
		return;
	keying_cancel(ike, connection);
	free_keying(ike, keying);
}

/* The name of @child was to be begun with the helper, and is no more. */
static bool is_started_no_more(const struct connection_config *old,
			       const struct child_config *child)
{
	const struct child_config *before = connection_child(old, child->name);

	return before && (before->start_action & ACTION_START) &&
	       !(child->start_action & ACTION_START);
}

void keying_adopt(struct ike *ike, const struct connection_config *old,
		  const struct connection_config *next)
{
	struct keying *keying = find(ike, old);

	if (!keying)
		return;
	if (!next->n_remote_addrs) {
		keying_forget(ike, old);
		return;
	}
	connection_use(&keying->connection, next);
	resolver_cancel(ike, &keying->resolution);
	set_entry(keying, 0);
	keying->unanswered = 0;
	keying->rounds = 0;
	for (size_t i = 0; i < keying->n_wishes; i++) {
		const struct child_config *child =
			connection_child(next, keying->wishes[i].name);

		keying->wishes[i].held_until = 0;
		if (!child || (!keying->client &&
			       is_started_no_more(old, child)))
			keying->wishes[i--] =
				keying->wishes[--keying->n_wishes];
	}
	if (!wants_any(keying))
		keying_cancel(ike, next);
	/* The operator has changed something: it may be what was wrong. */
	hurry(ike, keying);
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

void keying_begin_anew(struct ike *ike, struct ike_sa *sa)
{
	static const char changed[] =
		"its configuration has changed: it is begun anew";
	struct keying *keying = get(ike, sa->connection);

	if (!keying) {
		ike_sa_fail(ike, sa, "out of memory");
		return;
	}
	want_tasks(keying, sa);
	wait_with(ike, keying, sa->client);
	leave_client(sa, keying->client);
	ike_sa_say(ike, sa, "%s", changed);
	begin_at(ike, keying, clock_now());
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

void keyings_free(struct ike *ike)
{
	struct index_link *link;

	while ((link = ike->keyings.all.first))
		free_keying(ike, index_owner(link, struct keying, in_all));
	index_clear(&ike->keyings.by_connection);
	index_clear(&ike->keyings.waiting);
}
