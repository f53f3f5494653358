// SPDX-License-Identifier: GPL-2.0
#include "trap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "child_choice.h"
#include "clock.h"
#include "keying.h"
#include "operate.h"

/* Milliseconds before a trap that could not be set is tried again. */
#define RETRY 10000

struct trap {
	struct trap *next;
	const struct connection_config *connection;
	const struct child_config *child;
	bool set; /* in the kernel, between the addresses of @path */
	bool refused; /* by the kernel */
	bool failure_logged;
	struct path path; /* where it is set */
	struct timer timer;
};

static struct trap *find(const struct ike *ike, const struct child_config *child)
{
	struct trap *trap = ike->traps;

	while (trap && trap->child != child)
		trap = trap->next;
	return trap;
}

static void fail(struct ike *ike, struct trap *trap, const char *why)
{
	if (!trap->failure_logged)
		log_line("%s: no trap for child %s yet: %s",
			 trap->connection->name, trap->child->name, why);
	trap->failure_logged = true;
	timer_set(&ike->timers, &trap->timer, clock_now() + RETRY);
}

/* The kernel puts it in the place of one that is set, or leaves that one. */
static void install(struct ike *ike, struct trap *trap, const struct path *path)
{
	struct kernel_trap order = { .config = trap->child };

	endpoint_address(&path->local, &order.local);
	endpoint_address(&path->remote, &order.remote);
	child_choice_resolve(trap->child, path, &order.local_ts,
			     &order.remote_ts);
	trap->refused = kernel_trap_set(ike->kernel, &order) != 0;
	if (trap->refused) {
		fail(ike, trap, kernel_error(ike->kernel));
		return;
	}
	timer_stop(&ike->timers, &trap->timer);
	trap->path = *path;
	trap->set = true;
	trap->failure_logged = false;
}

static void try_install(struct ike *ike, struct trap *trap)
{
	const struct connection_config *connection = trap->connection;
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

	timer_stop(&ike->timers, &trap->timer);
	if (!trap->set)
		return;
	trap->set = false;
	error = kernel_trap_del(ike->kernel, trap->child->reqid);
	if (error && error != -ENOENT)
		log_line("%s: the trap of child %s stays: %s",
			 trap->connection->name, trap->child->name,
			 kernel_error(ike->kernel));
}

void trap_set(struct ike *ike, const struct connection_config *connection,
	      const struct child_config *child)
{
	struct trap *trap = find(ike, child);

	if (trap)
		return;
	if (!connection->n_remote_addrs) {
		log_line("%s: no trap for child %s: the connection has no remote address",
			 connection->name, child->name);
		return;
	}
	trap = calloc(1, sizeof(*trap));
	if (!trap) {
		log_line("%s: no trap for child %s: out of memory",
			 connection->name, child->name);
		return;
	}
	trap->connection = connection;
	trap->child = child;
	trap->timer.expired = retry;
	trap->next = ike->traps;
	ike->traps = trap;
	try_install(ike, trap);
}

void trap_del(struct ike *ike, const struct child_config *child)
{
	struct trap **link = &ike->traps;
	struct trap *trap;

	while (*link && (*link)->child != child)
		link = &(*link)->next;
	trap = *link;
	if (!trap)
		return;
	*link = trap->next;
	uninstall(ike, trap);
	free(trap);
}

void trap_follow(struct ike *ike, const struct child_config *child,
		 const struct path *path)
{
	struct trap *trap = find(ike, child);

	if (!trap || (trap->set &&
		      endpoint_same_address(&trap->path.local, &path->local) &&
		      endpoint_same_address(&trap->path.remote, &path->remote)))
		return;
	install(ike, trap, path);
}

void trap_acquire(struct ike *ike, uint32_t reqid)
{
	const struct trap *trap = ike->traps;

	while (trap && trap->child->reqid != reqid)
		trap = trap->next;
	if (!trap || ike->stopping ||
	    operate_is_wanted(ike, trap->connection, trap->child))
		return;
	log_line("%s: a packet waits for child %s", trap->connection->name,
		 trap->child->name);
	operate_start(ike, trap->connection, trap->child);
}

void traps_restore(struct ike *ike)
{
	for (struct trap *trap = ike->traps; trap; trap = trap->next) {
		trap->set = false;
		try_install(ike, trap);
	}
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
	while (ike->traps)
		trap_del(ike, ike->traps->child);
}
