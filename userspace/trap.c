// SPDX-License-Identifier: GPL-2.0
#include "trap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "child_choice.h"
#include "clock.h"
#include "config_diff.h"
#include "config_use.h"
#include "connection.h"
#include "keying.h"
#include "operate.h"

/* Milliseconds before a trap that could not be set is tried again. */
#define RETRY 10000

struct trap {
	struct trap *next;
	const struct child_config *child; /* used */
	uint32_t reqid; /* under which it is set */
	uint32_t policy_reqid; /* what a packet's ACQUIRE has, once it is set */
	bool set; /* in the kernel, between the addresses of @path */
	bool refused; /* by the kernel */
	bool failure_logged;
	struct path path; /* where it is set */
	bool transport; /* its policies are of transport mode */
	struct timer timer;
};

static struct trap *find(const struct ike *ike, const struct child_config *child)
{
	struct trap *trap = ike->traps;

	while (trap && !child_is(trap->child, child))
		trap = trap->next;
	return trap;
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
	child_choice_resolve(trap->child, path, &order.local_ts,
			     &order.remote_ts);
	trap->refused = kernel_trap_set(ike->kernel, &order, &policy_reqid) != 0;
	if (trap->refused) {
		fail(ike, trap, kernel_error(ike->kernel));
		return;
	}
	timer_stop(&ike->timers, &trap->timer);
	trap->policy_reqid = policy_reqid;
	trap->path = *path;
	trap->reqid = trap->child->reqid;
	trap->set = true;
	trap->failure_logged = false;
}

static void try_install(struct ike *ike, struct trap *trap)
{
	const struct connection_config *connection = trap->child->connection;
	struct path path;
	int error = path_from_connection(connection,
					 keying_remote(ike, connection), &path);

	if (error)
		fail(ike, trap, strerror(-error));
	else
		install(ike, trap, &path);
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

/* It is taken out of the list. */
static void free_trap(struct ike *ike, struct trap *trap)
{
	timer_stop(&ike->timers, &trap->timer);
	uninstall(ike, trap);
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
	trap->next = ike->traps;
	ike->traps = trap;
	try_install(ike, trap);
}

/* Return: whether an action of @child sets a trap. */
static bool names_trap(const struct child_config *child)
{
	return (child->start_action | child->dpd_action | child->close_action) &
	       ACTION_TRAP;
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

void traps_adopt(struct ike *ike, const struct connection_config *old,
		 const struct connection_config *next)
{
	struct trap **link = &ike->traps;

	while (*link) {
		struct trap *trap = *link;
		const struct child_config *child;

		if (!connection_is(trap->child->connection, old)) {
			link = &trap->next;
			continue;
		}
		child = next ? connection_child(next, trap->child->name) : NULL;
		if (!child || !names_trap(child) || !next->n_remote_addrs) {
			*link = trap->next;
			free_trap(ike, trap);
			continue;
		}
		if (child->mode != trap->child->mode)
			trap->transport = child->mode == MODE_TRANSPORT;
		child_use(&trap->child, child);
		set_anew(ike, trap, old);
		link = &trap->next;
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

void trap_acquire(struct ike *ike, uint32_t reqid,
		  const struct packet_ts *packet)
{
	const struct trap *trap = ike->traps;

	while (trap && trap->policy_reqid != reqid)
		trap = trap->next;
	if (!trap || ike->stopping ||
	    operate_is_wanted(ike, trap->child->connection, trap->child, packet))
		return;
	log_line("%s: a packet waits for child %s", connection_name(trap),
		 trap->child->name);
	operate_start_for_packet(ike, trap->child->connection, trap->child, packet);
}

bool trap_is_set(const struct ike *ike, const struct child_config *child)
{
	const struct trap *trap = find(ike, child);

	return trap && trap->set;
}

void traps_restore(struct ike *ike)
{
	for (struct trap *trap = ike->traps; trap; trap = trap->next) {
		trap->set = false;
		try_install(ike, trap);
	}
}

void traps_retry(struct ike *ike)
{
	for (struct trap *trap = ike->traps; trap; trap = trap->next)
		if (!trap->set)
			try_install(ike, trap);
}

void traps_check(struct ike *ike)
{
	for (struct trap *trap = ike->traps; trap; trap = trap->next) {
		if (!trap->set || !endpoint_is_local(&trap->path.local))
			try_install(ike, trap);
	}
}

struct reqids {
	size_t n;
	uint32_t *list;
};

static void note_reqid(uint32_t reqid, void *arg)
{
	struct reqids *reqids = arg;
	uint32_t *list = reallocarray(reqids->list, reqids->n + 1,
				      sizeof(*list));

	if (!list)
		return;
	reqids->list = list;
	reqids->list[reqids->n++] = reqid;
}

/* Also of one that waits for an address: until then it lets nothing out. */
static bool is_wanted(const struct ike *ike, uint32_t reqid)
{
	const struct trap *trap = ike->traps;

	while (trap && trap->child->reqid != reqid)
		trap = trap->next;
	return trap && (trap->set || !trap->refused);
}

void traps_remove_leftovers(struct ike *ike)
{
	struct reqids reqids = { 0 };

	if (kernel_trap_dump(ike->kernel, note_reqid, &reqids))
		log_line("cannot list traps: %s", kernel_error(ike->kernel));
	for (size_t i = 0; i < reqids.n; i++)
		if (!is_wanted(ike, reqids.list[i]) &&
		    !kernel_trap_del(ike->kernel, reqids.list[i]))
			log_line("removed the trap of reqid %u, left by a helper that is no more",
				 reqids.list[i]);
	free(reqids.list);
	/* They may have been in the way of others. */
	traps_check(ike);
}

void traps_free(struct ike *ike)
{
	struct trap *trap;

	while ((trap = ike->traps)) {
		ike->traps = trap->next;
		free_trap(ike, trap);
	}
}
