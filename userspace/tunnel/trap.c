// SPDX-License-Identifier: GPL-2.0
#include "tunnel/trap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number_set.h"
#include "config/config_diff.h"
#include "config/config_use.h"
#include "config/connection.h"
#include "config/remote_name.h"
#include "ike/child_sa.h"
#include "kernel/local_address.h"
#include "tunnel/attempt.h"
#include "tunnel/up_down.h"

/* Milliseconds before a trap that could not be set is tried again. */
#define RETRY 10000

struct trap {
	struct index_link by_child;
	struct index_link by_reqid;
	struct index_link in_all;
	const struct child_config *child; /* used */
	uint32_t reqid; /* under which it is set */
	uint32_t policy_reqid; /* what a packet's ACQUIRE has, once it is set */
	bool set; /* in the kernel, between the addresses of @path */
	bool refused; /* by the kernel */
	bool failure_logged;
	struct path path; /* where it is set */
	bool transport; /* its policies are of transport mode */
	struct timer timer;
	struct resolution resolution; /* of a name of the peer */
	size_t name; /* which of the connection's, the next one where it fails */
};

static uint32_t hash_child(const struct child_config *child)
{
	return hash_text(child->name, hash_text(child->connection->name, 0));
}

static uint32_t hash_reqid(uint32_t reqid)
{
	return hash_octets(&reqid, sizeof(reqid), 0);
}

static struct trap *find(const struct ike *ike, const struct child_config *child)
{
	const struct index_link *link = index_first(&ike->traps.by_child,
						    hash_child(child));

	for (; link; link = link->next) {
		struct trap *trap = index_owner(link, struct trap, by_child);

		if (child_is(trap->child, child))
			return trap;
	}
	return NULL;
}

static struct trap *first(const struct ike *ike)
{
	return index_owner(ike->traps.all.first, struct trap, in_all);
}

static struct trap *next_of(const struct trap *trap)
{
	return index_owner(trap->in_all.next, struct trap, in_all);
}

static const char *connection_name(const struct trap *trap)
{
	return trap->child->connection->name;
}

static void fail(struct ike *ike, struct trap *trap, const char *why)
{
	if (!trap->failure_logged)
		log_line("%s: no trap for child %s yet: %s",
			 connection_name(trap), trap->child->name, why);
	trap->failure_logged = true;
	timer_set(&ike->timers, &trap->timer, clock_now() + RETRY);
}

/* The kernel puts it in the place of one that is set, or leaves that one. */
static void install(struct ike *ike, struct trap *trap, const struct path *path)
{
	struct kernel_trap order = {
		.config = trap->child, .transport = trap->transport,
	};
	uint32_t policy_reqid;

	endpoint_address(&path->local, &order.local);
	endpoint_address(&path->remote, &order.remote);
	trap->refused = kernel_trap_set(ike->kernel, &order, &policy_reqid) != 0;
	if (trap->refused) {
		fail(ike, trap, kernel_error(ike->kernel));
		return;
	}
	timer_stop(&ike->timers, &trap->timer);
	resolver_cancel(&ike->resolver, &trap->resolution);
	index_remove(&ike->traps.by_reqid, &trap->by_reqid);
	trap->policy_reqid = policy_reqid;
	index_put_first(&ike->traps.by_reqid, &trap->by_reqid,
			hash_reqid(policy_reqid));
	trap->path = *path;
	trap->reqid = trap->child->reqid;
	trap->set = true;
	trap->failure_logged = false;
}

/* Return: the Child SA of the trap's child that packets go by; NULL: there is none. */
static const struct child_sa *find_carrier(const struct ike *ike,
					   const struct trap *trap)
{
	const struct connection_config *connection = trap->child->connection;
	const struct ike_sa *sa = ike_sa_of(ike, connection, NULL);
	const struct child_sa *carrier = NULL;

	for (; sa && !carrier; sa = ike_sa_of(ike, connection, sa))
		carrier = child_sa_find_config(sa, trap->child);
	return carrier;
}

/* A trap shares its policies with what is up, and so stands between its addresses. */
static void try_install(struct ike *ike, struct trap *trap)
{
	const struct connection_config *connection = trap->child->connection;
	const struct sockaddr_storage *remote = attempt_remote(ike, connection);
	const struct child_sa *carrier = find_carrier(ike, trap);
	struct path path;
	int error;

	if (carrier) {
		trap->transport = carrier->choice.transport;
		install(ike, trap, &carrier->ike_sa->path);
		return;
	}
	if (!remote)
		remote = remote_address_known(connection);
	if (!remote) {
		resolver_ask(&ike->resolver, &ike->timers, &trap->resolution,
			     connection->remote_names[trap->name].text);
		return;
	}
	error = path_from_connection(connection, remote, &path);
	if (error)
		fail(ike, trap, strerror(-error));
	else
		install(ike, trap, &path);
}

static void name_resolved(struct ike *ike, struct resolution *resolution,
			  const struct name_answer *answer)
{
	struct trap *trap = resolution_owner(resolution, struct trap,
					     resolution);
	const struct connection_config *connection = trap->child->connection;
	char error[LOG_LINE_MAX];

	if (remote_name_learn(connection,
			      connection->remote_names[trap->name].entry,
			      answer, error, sizeof(error))) {
		try_install(ike, trap);
		return;
	}
	trap->name = (trap->name + 1) % connection->n_remote_names;
	fail(ike, trap, error);
}

static void retry(struct ike *ike, struct timer *timer)
{
	try_install(ike, timer_owner(timer, struct trap, timer));
}

static void uninstall(struct ike *ike, struct trap *trap)
{
	int error;

	if (!trap->set)
		return;
	trap->set = false;
	error = kernel_trap_del(ike->kernel, trap->reqid);
	if (error && error != -ENOENT)
		log_line("%s: the trap of child %s stays: %s",
			 connection_name(trap), trap->child->name,
			 kernel_error(ike->kernel));
}

static void free_trap(struct ike *ike, struct trap *trap)
{
	timer_stop(&ike->timers, &trap->timer);
	resolver_cancel(&ike->resolver, &trap->resolution);
	uninstall(ike, trap);
	index_remove(&ike->traps.by_child, &trap->by_child);
	index_remove(&ike->traps.by_reqid, &trap->by_reqid);
	index_row_remove(&ike->traps.all, &trap->in_all);
	child_use(&trap->child, NULL);
	free(trap);
}

void trap_set(struct ike *ike, const struct connection_config *connection,
	      const struct child_config *child)
{
	struct trap *trap = find(ike, child);

	if (trap)
		return;
	if (!connection->n_remote_addrs) {
		log_line("%s: no trap for child %s: the connection has no remote address of a single host",
			 connection->name, child->name);
		return;
	}
	trap = calloc(1, sizeof(*trap));
	if (!trap) {
		log_line("%s: no trap for child %s: out of memory",
			 connection->name, child->name);
		return;
	}
	child_use(&trap->child, child);
	trap->transport = child->mode == MODE_TRANSPORT;
	trap->timer.expired = retry;
	trap->resolution.done = name_resolved;
	index_put_first(&ike->traps.by_child, &trap->by_child,
			hash_child(child));
	index_row_put_first(&ike->traps.all, &trap->in_all);
	try_install(ike, trap);
}

/*
 * The kernel puts it in the place of what is set: no packet gets past.  One
 * whose selectors another trap still has is set by traps_retry().
 */
static void set_anew(struct ike *ike, struct trap *trap,
		     const struct connection_config *old)
{
	const struct path path = trap->path;
	bool same_path = trap->set &&
			 config_same_addresses(old, trap->child->connection);

	if (trap->reqid != trap->child->reqid)
		uninstall(ike, trap);
	if (same_path)
		install(ike, trap, &path);
	else
		try_install(ike, trap);
	if (trap->refused)
		uninstall(ike, trap);
}

/* @child: what is configured in its place, NULL: nothing */
static void adopt(struct ike *ike, struct trap *trap,
		  const struct connection_config *old,
		  const struct child_config *child)
{
	if (!child || !child_may_trap(child) || !child->connection->n_remote_addrs) {
		free_trap(ike, trap);
		return;
	}
	if (child->mode != trap->child->mode)
		trap->transport = child->mode == MODE_TRANSPORT;
	resolver_cancel(&ike->resolver, &trap->resolution);
	trap->name = 0;
	child_use(&trap->child, child);
	set_anew(ike, trap, old);
}

void traps_adopt(struct ike *ike, const struct connection_config *old,
		 const struct connection_config *next)
{
	for (size_t i = 0; i < old->n_children; i++) {
		struct trap *trap = find(ike, &old->children[i]);
		const char *name = old->children[i].name;

		if (trap)
			adopt(ike, trap, old,
			      next ? connection_child(next, name) : NULL);
	}
}

void trap_follow(struct ike *ike, const struct child_config *child,
		 const struct path *path, bool transport)
{
	struct trap *trap = find(ike, child);

	if (!trap || (trap->set && trap->transport == transport &&
		      endpoint_same_address(&trap->path.local, &path->local) &&
		      endpoint_same_address(&trap->path.remote, &path->remote)))
		return;
	trap->transport = transport;
	install(ike, trap, path);
}

static const struct trap *find_policy(const struct ike *ike, uint32_t reqid)
{
	const struct index_link *link = index_first(&ike->traps.by_reqid,
						    hash_reqid(reqid));

	for (; link; link = link->next) {
		const struct trap *trap = index_owner(link, struct trap,
						      by_reqid);

		if (trap->policy_reqid == reqid)
			return trap;
	}
	return NULL;
}

static void met(struct ike *ike, const struct trap *trap,
		const struct packet_ts *packet)
{
	if (ike->stopping ||
	    tunnel_is_wanted(ike, trap->child->connection, trap->child, packet))
		return;
	if (attempt_hold_back(ike, trap->child, packet))
		return;
	log_line("%s: a packet waits for child %s", connection_name(trap),
		 trap->child->name);
	tunnel_start_for_packet(ike, trap->child->connection, trap->child, packet);
}

void trap_acquire(struct ike *ike, uint32_t reqid,
		  const struct packet_ts *packet)
{
	const struct trap *trap = find_policy(ike, reqid);

	if (trap)
		met(ike, trap, packet);
}

bool trap_is_set(const struct ike *ike, const struct child_config *child)
{
	const struct trap *trap = find(ike, child);

	return trap && trap->set;
}

void traps_restore(struct ike *ike)
{
	for (struct trap *trap = first(ike); trap; trap = next_of(trap)) {
		trap->set = false;
		try_install(ike, trap);
	}
}

void traps_retry(struct ike *ike)
{
	for (struct trap *trap = first(ike); trap; trap = next_of(trap))
		if (!trap->set)
			try_install(ike, trap);
}

void traps_check(struct ike *ike)
{
	struct local_address last = { .is_there = false };

	for (struct trap *trap = first(ike); trap; trap = next_of(trap))
		if (!trap->set || !local_address_is_there(&last, &trap->path.local))
			try_install(ike, trap);
}

/* What the kernel shows of traps */
struct shown {
	size_t n;
	size_t room;
	struct kernel_trap_shown *list; /* array of n, with room for more */
};

static void note_shown(const struct kernel_trap_shown *trap, void *arg)
{
	struct shown *shown = arg;
	size_t room = shown->room ? 2 * shown->room : 64;
	struct kernel_trap_shown *list;

	if (shown->n == shown->room) {
		list = reallocarray(shown->list, room, sizeof(*list));
		if (!list)
			return;
		shown->list = list;
		shown->room = room;
	}
	shown->list[shown->n++] = *trap;
}

/* Without memory, less is shown.  Its list is to be freed in any case. */
static bool show(struct ike *ike, struct shown *shown)
{
	if (!kernel_trap_dump(ike->kernel, note_shown, shown))
		return true;
	log_line("cannot list traps: %s", kernel_error(ike->kernel));
	return false;
}

/*
 * Also of one that waits for an address: until then it lets nothing out.
 *
 * Return: false without memory.
 */
static bool note_wanted(const struct ike *ike, struct number_set *wanted)
{
	bool ok = true;

	for (struct trap *trap = first(ike); ok && trap; trap = next_of(trap))
		if (trap->set || !trap->refused)
			ok = number_set_add(wanted, trap->child->reqid);
	return ok;
}

void traps_remove_leftovers(struct ike *ike)
{
	struct number_set wanted = { 0 };
	struct shown shown = { 0 };

	if (!note_wanted(ike, &wanted))
		log_line("cannot list traps: out of memory");
	else if (!show(ike, &shown))
		shown.n = 0;
	for (size_t i = 0; i < shown.n; i++)
		if (!number_set_has(&wanted, shown.list[i].reqid) &&
		    !kernel_trap_del(ike->kernel, shown.list[i].reqid))
			log_line("removed the trap of reqid %u, left by a helper that is no more",
				 shown.list[i].reqid);
	free(shown.list);
	number_set_clear(&wanted);
	/* They may have been in the way of others. */
	traps_check(ike);
}

void traps_waiting(struct ike *ike)
{
	const struct packet_ts any = { 0 };
	struct number_set waiting = { 0 };
	struct shown shown = { 0 };
	bool ok = show(ike, &shown);

	for (size_t i = 0; ok && i < shown.n; i++)
		if (shown.list[i].waiting)
			ok = number_set_add(&waiting, shown.list[i].reqid);
	for (struct trap *trap = first(ike); trap; trap = next_of(trap))
		if (trap->set && number_set_has(&waiting, trap->reqid))
			met(ike, trap, &any);
	free(shown.list);
	number_set_clear(&waiting);
}

void traps_free(struct ike *ike)
{
	struct trap *trap;

	while ((trap = first(ike)))
		free_trap(ike, trap);
	index_clear(&ike->traps.by_child);
	index_clear(&ike->traps.by_reqid);
}
