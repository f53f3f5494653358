// SPDX-License-Identifier: GPL-2.0
/*
 * What very many tunnels cost.  Steps are counted, which are basic blocks of the
 * helper that are entered.  Where there are ten times as many tunnels each may
 * take a few steps more, for the logarithm of a sort or of a heap, but not as many
 * as there are in a walk over the others.
 *
 * PQIKE_GROWTH names the largest number of tunnels; for each number the time is
 * told, too, of which that of the played kernel is a part.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/config_read.h"
#include "config/config_reqid.h"
#include "config/connection.h"
#include "helper/status.h"
#include "ike/child_sa.h"
#include "ike/dispatch.h"
#include "ike/expiry.h"
#include "ike/ike_event.h"
#include "kselftest.h"
#include "pair.h"
#include "tunnel/attempt.h"
#include "tunnel/config_apply.h"
#include "tunnel/restart.h"
#include "tunnel/resync.h"
#include "tunnel/start_action.h"
#include "tunnel/trap.h"

#define FEW 500
#define MANY (10 * FEW)

/* Steps that a tunnel may take more: a walk, on the average over half, has four times that. */
#define MORE_MAX ((MANY - FEW) / 8)

static const struct packet_ts no_packet;
static unsigned long steps;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	steps++;
}

/* What is done with tunnels that are up. */
enum operation {
	READ, /* one configuration, of the initiator */
	INDEX,
	START, /* until all tunnels are up, on both sides */
	START_FIRST, /* until the first datagram is served */
	SHOW,
	EVENTS,
	RESYNC,
	RELOAD_SAME,
	RELOAD_ONE,
	RELOAD_ALL,
	ADDRESSES,
	OPERATIONS
};

static const char *const names[OPERATIONS] = {
	[READ] = "reading and checking a configuration",
	[INDEX] = "finding its connections by name",
	[START] = "start_action, until all tunnels are up",
	[START_FIRST] = "start_action, until the first datagram is served",
	[SHOW] = "what show is told",
	[EVENTS] = "events of xfrm about each Child SA",
	[RESYNC] = "the comparison with the kernel",
	[RELOAD_SAME] = "a reload without a change",
	[RELOAD_ONE] = "a reload that changes one connection",
	[RELOAD_ALL] = "a reload that changes each connection",
	[ADDRESSES] = "the end of all local addresses",
};

/* For a number of tunnels. */
struct cost {
	unsigned long steps[OPERATIONS];
	double ms[OPERATIONS];
};

struct run {
	unsigned int n;
	struct pair pair;
	struct config *a;
	struct config *b;
	struct cost *cost;
	struct timespec begun;
};

static void begin(struct run *run)
{
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &run->begun);
	steps = 0;
}

static void end(struct run *run, enum operation operation)
{
	struct timespec now;

	run->cost->steps[operation] = steps;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	run->cost->ms[operation] =
		(double)(now.tv_sec - run->begun.tv_sec) * 1e3 +
		(double)(now.tv_nsec - run->begun.tv_nsec) / 1e6;
}

static void write_connection(FILE *out, unsigned int i, bool is_a,
			     const char *more)
{
	const char *here = is_a ? "10" : "11", *there = is_a ? "11" : "10";

	fprintf(out, "tunnel%u {\nlocal_addrs = %s.%u.%u.1\n"
		"remote_addrs = %s.%u.%u.1\n%s\n"
		"local {\nauth = psk\nid = %s.%u\n}\n"
		"remote {\nauth = psk\nid = %s.%u\n}\n"
		"children {\nnet {\nlocal_ts = %s.%u.%u.0/24\n"
		"remote_ts = %s.%u.%u.0/24\n%s}\n}\n}\n", i, here, i / 250,
		i % 250, there, i / 250, i % 250, more, is_a ? "a" : "b", i,
		is_a ? "b" : "a", i, here, i / 250, i % 250, there, i / 250,
		i % 250, is_a ? "start_action = trap|start\n" : "");
}

/* The last @changed have another dpd_delay. */
static struct config *read_side(const struct run *run, bool is_a,
				unsigned int changed, const struct config *before)
{
	char path[] = "/tmp/pqike-growth-XXXXXX", error[1024];
	int fd = mkstemp(path);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	struct config *config;

	if (!out)
		ksft_exit_fail_msg("cannot write %s\n", path);
	fprintf(out, "connections {\n");
	for (unsigned int i = 0; i < run->n; i++)
		write_connection(out, i, is_a, i + changed >= run->n ?
				 "dpd_delay = 1d" : "dpd_delay = 0s");
	fprintf(out, "}\nsecrets {\nike {\nfile = /nowhere\n}\n}\n");
	fclose(out);
	steps = 0;
	config = config_read(path, error, sizeof(error));
	unlink(path);
	if (!config || !config_give_reqids(config, before))
		ksft_exit_fail_msg("%s\n", error);
	return config;
}

static void dispatch_all(struct run *run)
{
	struct fake_datagram *datagram;

	while ((datagram = fake_network_take())) {
		struct side *side = pair_receiver(&run->pair, datagram);
		struct path path = {
			.local = datagram->path.remote,
			.remote = datagram->path.local,
		};

		dispatch(&side->ike, &path, datagram->data, datagram->len);
		free(datagram);
	}
}

static unsigned int count_up(const struct ike *ike)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		n += sa->phase == PHASE_ESTABLISHED && sa->children;
	return n;
}

static void start_all(struct run *run)
{
	struct ike *ike = &run->pair.a.ike;
	const struct connection_config *connection = run->a->connections;

	begin(run);
	for (; connection; connection = connection->next)
		start_actions_add(ike, connection);
	start_actions_run(ike, NULL);
	end(run, START_FIRST);
	begin(run);
	for (unsigned int i = 0; i < 20 * run->n + 100 &&
	     run->pair.a.events[EVENT_IKE_ESTABLISHED] < run->n; i++) {
		dispatch_all(run);
		if (run->pair.a.events[EVENT_IKE_ESTABLISHED] < run->n)
			fake_clock_run(ike);
	}
	dispatch_all(run);
	end(run, START);
}

static void hear(const char *line, void *arg)
{
	*(unsigned int *)arg += *line != 0;
}

static unsigned int show(struct run *run)
{
	const struct connection_config *connection = run->a->connections;
	const struct ike *ike = &run->pair.a.ike;
	unsigned int lines = 0;

	begin(run);
	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		status_tell_ike_sa(ike, sa->id, hear, &lines);
	for (; connection; connection = connection->next)
		status_tell_children(ike, connection_find(run->a, connection->name),
				     hear, &lines);
	end(run, SHOW);
	return lines;
}

/* Each is one that is known, or of which nothing is. */
static unsigned int events(struct run *run)
{
	struct ike *ike = &run->pair.a.ike;
	unsigned int found = 0;

	begin(run);
	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next) {
		const struct child_sa *child = sa->children;

		found += child_sa_find_carrier(ike, child->reqid, &no_packet) ==
			 child;
		trap_acquire(ike, child->config->reqid, &no_packet);
		child_sa_expired(ike, ~child->choice.spi_out, &sa->path.remote,
				 false);
	}
	end(run, EVENTS);
	return found;
}

static void resync(struct run *run)
{
	struct ike *ike = &run->pair.a.ike;

	resync_soon(ike);
	begin(run);
	timer_stop(&ike->timers, &ike->resync_timer);
	ike->resync_timer.expired(ike, &ike->resync_timer);
	end(run, RESYNC);
}

static bool reload(struct run *run, enum operation operation,
		   unsigned int changed)
{
	struct config *next = read_side(run, true, changed, run->a);
	char error[256];
	bool ok;

	begin(run);
	ok = config_apply(&run->pair.a.ike, run->a, next, error, sizeof(error));
	while (ok && run->pair.a.ike.starting.children.first)
		fake_clock_run(&run->pair.a.ike);
	ike_sas_release(&run->pair.a.ike);
	config_release(&run->pair.a.ike, run->a);
	end(run, operation);
	return ok;
}

static void find_all(struct run *run)
{
	const struct connection_config *connection = run->a->connections;

	begin(run);
	connections_index(run->a);
	for (; connection; connection = connection->next)
		if (connection_find(run->a, connection->name) != connection)
			ksft_exit_fail_msg("%s is not found\n", connection->name);
	end(run, INDEX);
}

/* Return: whether each did what it was to do. */
static bool measure(unsigned int n, struct cost *cost)
{
	static struct run run;
	bool ok;

	run = (struct run){ .n = n, .cost = cost };
	pair_begin(&run.pair);
	run.b = read_side(&run, false, 0, NULL);
	connections_index(run.b);
	begin(&run);
	run.a = read_side(&run, true, 0, NULL);
	end(&run, READ);
	run.pair.a.ike.config = run.a;
	run.pair.b.ike.config = run.b;
	find_all(&run);
	start_all(&run);
	ok = count_up(&run.pair.a.ike) == n && count_up(&run.pair.b.ike) == n;
	ok = ok && show(&run) == 3 * n && events(&run) == n;
	resync(&run);
	ok = ok && count_up(&run.pair.a.ike) == n;
	ok = ok && reload(&run, RELOAD_SAME, 0) &&
	     reload(&run, RELOAD_ONE, 1) && reload(&run, RELOAD_ALL, n) &&
	     count_up(&run.pair.a.ike) == n;
	/* This host has none of them. */
	begin(&run);
	restart_addresses(&run.pair.a.ike);
	end(&run, ADDRESSES);
	ok = ok && !run.pair.a.ike.ike_sas;
	pair_end(&run.pair);
	config_free(run.a);
	config_free(run.b);
	return ok;
}

static void print(unsigned int n, const struct cost *cost)
{
	for (int i = 0; i < OPERATIONS; i++)
		ksft_print_msg("%6u tunnels, %s: %lu steps, %.1f ms of CPU\n",
			       n, names[i], cost->steps[i], cost->ms[i]);
}

int main(void)
{
	static struct cost few, many;
	const char *largest = getenv("PQIKE_GROWTH");
	unsigned long max = largest ? strtoul(largest, NULL, 10) : 0;
	bool ok;

	ksft_print_header();
	ksft_set_plan(OPERATIONS + 1);
	ok = measure(FEW, &few) && measure(MANY, &many);
	print(FEW, &few);
	print(MANY, &many);
	ksft_test_result(ok, "all tunnels come up, stay and end\n");
	for (int i = 0; i < OPERATIONS; i++)
		ksft_test_result(few.steps[i] &&
				 many.steps[i] / MANY <=
				 few.steps[i] / FEW + MORE_MAX,
				 "%s costs each tunnel no walk over the others\n",
				 names[i]);
	for (unsigned long n = 100; n <= max; n *= 10) {
		static struct cost more;

		measure((unsigned int)n, &more);
		print((unsigned int)n, &more);
	}
	ksft_finished();
}
