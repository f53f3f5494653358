// SPDX-License-Identifier: GPL-2.0
#include "keying.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "create_child.h"
#include "jitter.h"
#include "log.h"
#include "operate.h"
#include "task.h"

/* Milliseconds before all addresses are tried again. */
#define WAIT_FIRST 5000
#define WAIT_MAX 60000

struct keying {
	struct keying *next;
	const struct connection_config *connection;
	size_t remote; /* which address is next */
	size_t unanswered; /* how many have failed since the first one */
	unsigned int rounds; /* how often all of them have */
	uint64_t client; /* who waits for the outcome, 0: nobody */
	bool *wanted; /* array of connection->n_children: to be tried next */
	bool *tried; /* the same: being tried */
	bool queued; /* until fewer IKE SAs are in the making */
	struct timer timer;
};

static struct keying *find(const struct ike *ike,
			   const struct connection_config *connection)
{
	struct keying *keying = ike->keyings;

	while (keying && keying->connection != connection)
		keying = keying->next;
	return keying;
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

/* Attempts that fail at once want the same again: what is tried is set aside. */
static void take_wanted(struct keying *keying)
{
	bool *tried = keying->wanted;

	keying->wanted = keying->tried;
	keying->tried = tried;
	memset(keying->wanted, 0,
	       keying->connection->n_children * sizeof(*keying->wanted));
}

static void try_now(struct ike *ike, struct timer *timer)
{
	struct keying *keying = timer_owner(timer, struct keying, timer);
	const struct connection_config *connection = keying->connection;
	uint64_t client = keying->client;

	keying->client = 0;
	keying->queued = false;
	take_wanted(keying);
	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];

		if (!keying->tried[i])
			continue;
		if (client)
			operate_up(ike, connection, child, client);
		else
			operate_start(ike, connection, child);
		client = 0;
	}
}

static void free_keying(struct ike *ike, struct keying *keying)
{
	timer_stop(&ike->timers, &keying->timer);
	free(keying->wanted);
	free(keying->tried);
	free(keying);
}

static struct keying *get(struct ike *ike,
			  const struct connection_config *connection)
{
	struct keying *keying = find(ike, connection);

	if (keying)
		return keying;
	keying = calloc(1, sizeof(*keying));
	if (!keying)
		return NULL;
	keying->wanted = calloc(connection->n_children + 1, sizeof(bool));
	keying->tried = calloc(connection->n_children + 1, sizeof(bool));
	if (!keying->wanted || !keying->tried) {
		free_keying(ike, keying);
		return NULL;
	}
	keying->connection = connection;
	keying->timer.expired = try_now;
	keying->next = ike->keyings;
	ike->keyings = keying;
	return keying;
}

const struct sockaddr_storage *
keying_remote(const struct ike *ike, const struct connection_config *connection)
{
	const struct keying *keying = find(ike, connection);

	return &connection->remote_addrs[keying ? keying->remote : 0];
}

static void next_address(struct keying *keying)
{
	keying->remote = (keying->remote + 1) % keying->connection->n_remote_addrs;
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

static void give_up(struct keying *keying)
{
	for (size_t i = 0; i < keying->connection->n_children; i++)
		keying->wanted[i] = false;
	keying->queued = false;
	keying->rounds = 0;
}

/* Return: false where all addresses have failed. */
static bool go_on(struct ike *ike, struct keying *keying, uint64_t client)
{
	const struct connection_config *connection = keying->connection;
	char address[ENDPOINT_TEXT_SIZE];
	int64_t wait;

	next_address(keying);
	endpoint_print_address(&connection->remote_addrs[keying->remote], address,
			       sizeof(address));
	if (++keying->unanswered < connection->n_remote_addrs) {
		if (client)
			keying->client = client;
		say(ike, keying, "the next address is %s", address);
		timer_set(&ike->timers, &keying->timer, clock_now());
		return true;
	}
	keying->unanswered = 0;
	keying->rounds++;
	if (connection->keyingtries && keying->rounds >= connection->keyingtries) {
		if (connection->keyingtries > 1)
			say(ike, keying, "given up after %u attempts",
			    keying->rounds);
		give_up(keying);
		return false;
	}
	wait = wait_before_round(keying);
	say(ike, keying, "the next attempt, to %s, is in %u s", address,
	    (unsigned int)(wait / SECOND));
	timer_set(&ike->timers, &keying->timer, clock_now() + wait);
	return false;
}

static void want(struct keying *keying, const struct child_config *child)
{
	keying->wanted[child - keying->connection->children] = true;
}

static void want_task(struct keying *keying, const struct task *task)
{
	if (task->type == &create_child_task)
		want(keying, task->config);
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
	unsigned int begun = 0;

	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		begun += in_the_making(sa) &&
			 endpoint_same_address(&sa->path.remote, remote);
	return begun < KEYING_BEGUN_MAX;
}

void keying_queue(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child)
{
	struct keying *keying = get(ike, connection);

	if (!keying)
		return;
	want(keying, child);
	keying->queued = true;
}

/* @sa is in the making no more when the timers are run: others may begin. */
static void begin_queued(struct ike *ike, const struct ike_sa *sa)
{
	struct keying *oldest[KEYING_BEGUN_MAX] = { NULL };
	size_t n = 0;

	for (struct keying *keying = ike->keyings; keying; keying = keying->next)
		if (keying->queued &&
		    endpoint_same_address(keying_remote(ike, keying->connection),
					  &sa->path.remote))
			oldest[n++ % KEYING_BEGUN_MAX] = keying;
	for (size_t i = 0; i < KEYING_BEGUN_MAX && oldest[i]; i++)
		timer_set(&ike->timers, &oldest[i]->timer, clock_now());
}

bool keying_failed(struct ike *ike, const struct ike_sa *sa)
{
	struct keying *keying;

	begin_queued(ike, sa);
	if (!in_the_making(sa) || sa->established || sa->given_up ||
	    ike->stopping)
		return false;
	keying = get(ike, sa->connection);
	if (!keying)
		return false;
	if (sa->task)
		want_task(keying, sa->task);
	for (const struct task *task = sa->tasks; task; task = task->next)
		want_task(keying, task);
	return go_on(ike, keying, sa->client);
}

bool keying_not_begun(struct ike *ike, const struct connection_config *connection,
		      const struct child_config *child, uint64_t client)
{
	struct keying *keying = get(ike, connection);

	if (!keying)
		return false;
	if (child)
		want(keying, child);
	for (size_t i = 0; i < connection->n_children && !child; i++)
		want(keying, &connection->children[i]);
	return go_on(ike, keying, client);
}

void keying_want(struct ike *ike, const struct connection_config *connection,
		 const struct child_config *child)
{
	struct keying *keying = connection->n_remote_addrs ?
					get(ike, connection) : NULL;

	if (keying)
		want(keying, child);
}

static bool wants_any(const struct keying *keying)
{
	for (size_t i = 0; i < keying->connection->n_children; i++)
		if (keying->wanted[i])
			return true;
	return false;
}

void keyings_hurry(struct ike *ike)
{
	for (struct keying *keying = ike->keyings; keying; keying = keying->next)
		if (wants_any(keying))
			timer_set(&ike->timers, &keying->timer, clock_now());
}

/* Return: whether the address of @sa is one of the connection's, *place. */
static bool find_address(const struct ike_sa *sa, size_t *place)
{
	const struct connection_config *connection = sa->connection;

	for (*place = 0; *place < connection->n_remote_addrs; ++*place)
		if (endpoint_same_address(&connection->remote_addrs[*place],
					  &sa->path.remote))
			return true;
	return false;
}

void keying_succeeded(struct ike *ike, const struct ike_sa *sa)
{
	struct keying *keying = find(ike, sa->connection);
	size_t place;

	begin_queued(ike, sa);
	if (!keying)
		return;
	keying->unanswered = 0;
	keying->rounds = 0;
	if (find_address(sa, &place))
		keying->remote = place;
}

void keying_avoid(struct ike *ike, const struct ike_sa *sa)
{
	struct keying *keying;
	size_t place;

	if (sa->connection->n_remote_addrs < 2 || !find_address(sa, &place))
		return;
	keying = get(ike, sa->connection);
	if (!keying)
		return;
	keying->remote = place;
	next_address(keying);
}

void keying_cancel(struct ike *ike, const struct connection_config *connection)
{
	struct keying *keying = find(ike, connection);

	if (!keying)
		return;
	timer_stop(&ike->timers, &keying->timer);
	keying->unanswered = 0;
	give_up(keying);
	client_fail(ike, keying->client, "taken down before it was established");
	keying->client = 0;
}

void keying_forget(struct ike *ike, const struct connection_config *connection)
{
	struct keying **link = &ike->keyings;
	struct keying *keying;

	keying_cancel(ike, connection);
	while (*link && (*link)->connection != connection)
		link = &(*link)->next;
	keying = *link;
	if (!keying)
		return;
	*link = keying->next;
	free_keying(ike, keying);
}

void keyings_free(struct ike *ike)
{
	struct keying *keying;

	while ((keying = ike->keyings)) {
		ike->keyings = keying->next;
		free_keying(ike, keying);
	}
}
