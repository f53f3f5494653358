// SPDX-License-Identifier: GPL-2.0
/*
 * Send messages to pqike until there were so many: whole exchanges, broken ones, and
 * any requests, from threads that share network namespaces, which come and go.
 *
 * usage: netlink_fuzz MESSAGES [SEED]
 *
 * The keys go into the session keyring.  Exits with 0 when nothing was found.  The
 * same seed gives each thread the same decisions; in which order the threads come is
 * the kernel's.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "end.h"
#include "ledger.h"
#include "life.h"
#include "names.h"
#include "talk.h"
#include "walk.h"
#include "world.h"

#define STEPS_MIN	100
#define STEPS_MAX	1500

/**
 * struct crew - threads that go through one world after the other
 * @calm: of these worlds
 * @threads: how many
 * @chance: what decides how long they stay
 */
struct crew {
	bool calm;
	unsigned int threads;
	struct chance chance;
};

static struct crew crews[] = {
	{ true, 2, {} }, { true, 1, {} }, { false, 3, {} }, { false, 2, {} },
};

#define CREWS	(sizeof(crews) / sizeof(crews[0]))

struct member {
	pthread_t thread;
	struct walk *walk;
	unsigned long steps;
};

static void *run_member(void *context)
{
	struct member *member = context;

	if (walk_begin(member->walk))
		live(member->walk, member->steps);
	else
		ledger_find(FINDING_ANSWER, "no socket");
	walk_end(member->walk);
	return NULL;
}

static bool begin_member(struct crew *crew, struct world *world,
			 struct member *member, unsigned int number)
{
	struct walk *walk = calloc(1, sizeof(*walk));

	if (!walk)
		return false;
	walk->world = world;
	walk->number = number;
	walk->seed = chance_u64(&crew->chance);
	member->walk = walk;
	member->steps = STEPS_MIN + chance_below(&crew->chance,
						 STEPS_MAX - STEPS_MIN);
	if (!pthread_create(&member->thread, NULL, run_member, member))
		return true;
	free(walk);
	return false;
}

static void run_members(struct crew *crew, struct world *world)
{
	struct member members[THREADS_MAX];
	unsigned int n = 0;

	while (n < crew->threads &&
	       begin_member(crew, world, &members[n], n))
		n++;
	if (n < crew->threads)
		ledger_find(FINDING_ANSWER, "no thread");
	for (unsigned int i = 0; i < n; i++) {
		pthread_join(members[i].thread, NULL);
		free(members[i].walk);
	}
}

static void *run_crew(void *context)
{
	struct world *world = malloc(sizeof(*world));
	struct crew *crew = context;

	while (world && !ledger_is_full()) {
		if (!world_make(world, crew->calm)) {
			ledger_find(FINDING_ANSWER, "no network namespaces");
			break;
		}
		run_members(crew, world);
		end_check(world, chance_one_in(&crew->chance, 2));
		world_leave();
		world_end(world);
	}
	free(world);
	return NULL;
}

static bool run(uint64_t seed)
{
	pthread_t threads[CREWS];
	unsigned int n = 0;

	for (; n < CREWS; n++) {
		crews[n].chance.state = seed + n;
		if (pthread_create(&threads[n], NULL, run_crew, &crews[n]))
			break;
	}
	for (unsigned int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return n == CREWS;
}

int main(int argc, char **argv)
{
	uint64_t seed;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: netlink_fuzz MESSAGES [SEED]\n");
		return EXIT_FAILURE;
	}
	setlinebuf(stdout);
	if (argc == 3)
		seed = strtoull(argv[2], NULL, 0);
	else if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return EXIT_FAILURE;
	if (!names_add_keys() || !talk_find_family()) {
		printf("not ok - no keys, or no family\n");
		return EXIT_FAILURE;
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	ledger_begin(strtoul(argv[1], NULL, 0));
	if (!run(seed))
		ledger_find(FINDING_ANSWER, "no thread");
	return ledger_show() ? EXIT_SUCCESS : EXIT_FAILURE;
}
