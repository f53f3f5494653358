// SPDX-License-Identifier: GPL-2.0
/*
 * How long the operations take: every implementation that this CPU has, and
 * OpenSSL's, in turn on one CPU and with fresh inputs for every call.
 *
 * usage: bench [-j] [-n ROUNDS]
 *
 * Times are ticks of the time stamp counter, the median of all rounds.  Encoded
 * keys go in and come out, also of OpenSSL, except for its decapsulation and the
 * ephemeral one: these get the key pair as key generation has left it.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "impl.h"
#include "mlkem.h"
#include "openssl.h"

#define DEFAULT_ROUNDS	2000
#define MAX_CONTENDERS	8

/* Rounds after which it is another's turn, so that all get the same noise */
#define TURN		200U

enum operation {
	KEYGEN,
	ENCAPS,
	DECAPS,
	EPHEMERAL_KEYGEN,
	EPHEMERAL_DECAPS,
	OPERATIONS
};

static const char *const operation_names[OPERATIONS] = {
	"keygen", "encaps", "decaps", "ephemeral keygen", "ephemeral decaps",
};

struct inputs {
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
};

/* Ticks of each operation in each round, sorted in the end */
struct contender {
	const char *name;
	bool openssl;
	u64 *ticks[OPERATIONS];
};

static struct contender contenders[MAX_CONTENDERS];
static unsigned int contender_count;

static const struct mlkem_params *const sets[] = {
	&mlkem512, &mlkem768, &mlkem1024,
};

static void die(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(1);
}

static u64 now(void)
{
	unsigned int cpu;

	return __rdtscp(&cpu);
}

static void pin(void)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (cpu < 0 || sched_setaffinity(0, sizeof(set), &set))
		die("cannot stay on one CPU");
}

static u64 nanoseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* Ticks in a second, counted for a fifth of one */
static double tick_rate(void)
{
	const u64 begin = nanoseconds();
	const u64 first = now();
	u64 passed;

	do {
		passed = nanoseconds() - begin;
	} while (passed < 200000000);
	return 1e9 * (now() - first) / passed;
}

static void add_contender(const char *name, bool openssl, unsigned int rounds)
{
	struct contender *c = &contenders[contender_count++];

	c->name = name;
	c->openssl = openssl;
	for (unsigned int o = 0; o < OPERATIONS; o++) {
		c->ticks[o] = calloc(rounds, sizeof(u64));
		if (!c->ticks[o])
			die("out of memory");
	}
}

static u8 ek[MLKEM_MAX_EK_LEN], dk[MLKEM_MAX_DK_LEN], ct[MLKEM_MAX_CT_LEN];
static u8 ours[MLKEM_SECRET_LEN], theirs[MLKEM_SECRET_LEN];

static void check(bool right, const char *what)
{
	if (!right || memcmp(ours, theirs, MLKEM_SECRET_LEN))
		die(what);
}

static void time_ours(const struct contender *c, unsigned int round,
		      const struct mlkem_params *p, const struct inputs *in)
{
	u64 t[4];
	int err;

	t[0] = now();
	err = mlkem_keygen_derand(p, in->seed, ek, dk);
	t[1] = now();
	err |= mlkem_encaps_derand(p, ek, p->ek_len, in->m, ct, ours);
	t[2] = now();
	err |= mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len, theirs);
	t[3] = now();
	check(!err, c->name);

	for (unsigned int o = KEYGEN; o <= DECAPS; o++)
		c->ticks[o][round] = t[o + 1] - t[o];
}

static void time_ephemeral(const struct contender *c, unsigned int round,
			   const struct mlkem_params *p,
			   const struct inputs *in)
{
	struct mlkem_ephemeral *e;
	u64 t[4];
	int err;

	t[0] = now();
	e = mlkem_ephemeral_keygen_derand(p, in->seed, ek);
	t[1] = now();
	if (IS_ERR(e))
		die("out of memory");
	err = mlkem_encaps_derand(p, ek, p->ek_len, in->m, ct, ours);
	t[2] = now();
	err |= mlkem_ephemeral_decaps(e, ct, p->ct_len, theirs);
	t[3] = now();
	mlkem_ephemeral_free(e);
	check(!err, c->name);

	c->ticks[EPHEMERAL_KEYGEN][round] = t[1] - t[0];
	c->ticks[EPHEMERAL_DECAPS][round] = t[3] - t[2];
}

static void time_openssl(const struct contender *c, unsigned int round,
			 const struct mlkem_params *p, const struct inputs *in)
{
	struct openssl_key *pair, *peer;
	u64 t[4];
	bool right;

	t[0] = now();
	pair = openssl_keygen(p, in->seed);
	right = pair && openssl_get_keys(p, pair, ek, dk);
	t[1] = now();
	peer = openssl_load_ek(p, ek);
	right = right && peer && openssl_encaps(p, peer, in->m, ct, ours);
	t[2] = now();
	right = right && openssl_decaps(p, pair, ct, theirs);
	t[3] = now();
	openssl_free(peer);
	openssl_free(pair);
	check(right, "OpenSSL failed");

	for (unsigned int o = KEYGEN; o <= DECAPS; o++)
		c->ticks[o][round] = t[o + 1] - t[o];
}

static int compare_ticks(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

typedef void time_round(const struct contender *c, unsigned int round,
			const struct mlkem_params *p, const struct inputs *in);

static void run_rounds(const struct contender *c, const struct mlkem_params *p,
		       unsigned int from, unsigned int to, time_round *run)
{
	for (unsigned int round = from; round < to; round++) {
		struct inputs in;

		if (getrandom(&in, sizeof(in), 0) != sizeof(in))
			die("no random numbers");
		run(c, round, p, &in);
	}
}

static void run_turn(const struct contender *c, const struct mlkem_params *p,
		     unsigned int from, unsigned int to)
{
	if (c->openssl) {
		run_rounds(c, p, from, to, time_openssl);
		return;
	}
	mlkem_impl_select(c->name);
	run_rounds(c, p, from, to, time_ours);
	run_rounds(c, p, from, to, time_ephemeral);
}

static void run_set(const struct mlkem_params *p, unsigned int rounds)
{
	for (unsigned int from = 0; from < rounds; from += TURN) {
		const unsigned int to = min(from + TURN, rounds);

		for (unsigned int i = 0; i < contender_count; i++)
			run_turn(&contenders[i], p, from, to);
		fprintf(stderr, "%s: %u of %u rounds\n", p->name, to, rounds);
	}
	for (unsigned int i = 0; i < contender_count; i++) {
		for (unsigned int o = 0; o < OPERATIONS; o++)
			qsort(contenders[i].ticks[o], rounds, sizeof(u64),
			      compare_ticks);
	}
}

/* Results of a set */
struct result {
	u64 median[MAX_CONTENDERS][OPERATIONS];
	u64 min[MAX_CONTENDERS][OPERATIONS];
	u64 max[MAX_CONTENDERS][OPERATIONS];
};

static u64 sum(const struct result *r, unsigned int contender)
{
	const u64 *median = r->median[contender];

	return median[KEYGEN] + median[ENCAPS] + median[DECAPS];
}

/* OpenSSL, when there is one, is the last. */
static double ratio(const struct result *r, unsigned int contender)
{
	if (!contenders[contender_count - 1].openssl)
		return 0;
	return (double)sum(r, contender) / sum(r, contender_count - 1);
}

static void get_result(struct result *r, unsigned int rounds)
{
	for (unsigned int i = 0; i < contender_count; i++) {
		for (unsigned int o = 0; o < OPERATIONS; o++) {
			const u64 *ticks = contenders[i].ticks[o];

			r->min[i][o] = ticks[0];
			r->median[i][o] = ticks[rounds / 2];
			r->max[i][o] = ticks[rounds - 1];
		}
	}
}

static void print_table(const struct mlkem_params *p, const struct result *r,
			double rate)
{
	printf("\n%s, ticks%30s %9s %9s %11s\n", p->name, "median", "min",
	       "max", "per second");
	for (unsigned int i = 0; i < contender_count; i++) {
		for (unsigned int o = 0; o < OPERATIONS; o++) {
			if (!r->median[i][o])
				continue;
			printf("  %-9s %-18s %14llu %9llu %9llu %11.0f\n",
			       contenders[i].name, operation_names[o],
			       (unsigned long long)r->median[i][o],
			       (unsigned long long)r->min[i][o],
			       (unsigned long long)r->max[i][o],
			       rate / r->median[i][o]);
		}
		if (r->median[i][EPHEMERAL_DECAPS])
			printf("  %-9s ephemeral decaps is %.2f of decaps\n",
			       contenders[i].name,
			       (double)r->median[i][EPHEMERAL_DECAPS] /
			       r->median[i][DECAPS]);
	}
}

static void print_lines(const struct mlkem_params *p, const struct result *r)
{
	for (unsigned int i = 0; i < contender_count; i++)
		printf("bench %s %s %llu %llu %llu %llu %.3f\n",
		       contenders[i].name, p->name,
		       (unsigned long long)r->median[i][KEYGEN],
		       (unsigned long long)r->median[i][ENCAPS],
		       (unsigned long long)r->median[i][DECAPS],
		       (unsigned long long)sum(r, i), ratio(r, i));
}

static void print_json(const struct result *r, double rate, unsigned int rounds)
{
	const char *comma = "";

	printf("{\"ticks_per_second\":%.0f,\"rounds\":%u,\"openssl\":\"%s\",",
	       rate, rounds, openssl_version());
	printf("\"results\":[");
	for (size_t s = 0; s < ARRAY_SIZE(sets); s++) {
		for (unsigned int i = 0; i < contender_count; i++) {
			for (unsigned int o = 0; o < OPERATIONS; o++) {
				if (!r[s].median[i][o])
					continue;
				printf("%s\n{\"implementation\":\"%s\",", comma,
				       contenders[i].name);
				printf("\"set\":\"%s\",\"operation\":\"%s\",",
				       sets[s]->name, operation_names[o]);
				printf("\"median\":%llu,\"min\":%llu,",
				       (unsigned long long)r[s].median[i][o],
				       (unsigned long long)r[s].min[i][o]);
				printf("\"max\":%llu}",
				       (unsigned long long)r[s].max[i][o]);
				comma = ",";
			}
		}
	}
	printf("]}\n");
}

int main(int argc, char **argv)
{
	static struct result results[ARRAY_SIZE(sets)];
	unsigned int rounds = DEFAULT_ROUNDS;
	bool json = false;
	double rate;
	int option;

	while ((option = getopt(argc, argv, "jn:")) != -1) {
		if (option == 'j')
			json = true;
		else if (option == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else
			rounds = 0;
	}
	if (!rounds || optind < argc) {
		fprintf(stderr, "usage: %s [-j] [-n ROUNDS]\n", argv[0]);
		return 1;
	}

	pin();
	rate = tick_rate();
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (!mlkem_impl_select(mlkem_impls[i]->name))
			add_contender(mlkem_impls[i]->name, false, rounds);
		else
			fprintf(stderr, "%s: not supported by this CPU\n",
				mlkem_impls[i]->name);
	}
	if (openssl_has(&mlkem768))
		add_contender("openssl", true, rounds);
	else
		fprintf(stderr, "%s has no ML-KEM\n", openssl_version());

	for (size_t s = 0; s < ARRAY_SIZE(sets); s++) {
		run_set(sets[s], rounds);
		get_result(&results[s], rounds);
	}
	if (json) {
		print_json(results, rate, rounds);
		return 0;
	}
	printf("%s; %u rounds; %.0f MHz time stamp counter\n",
	       openssl_version(), rounds, rate / 1e6);
	for (size_t s = 0; s < ARRAY_SIZE(sets); s++)
		print_table(sets[s], &results[s], rate);
	printf("\nsums of medians; the ratio is to that of OpenSSL\n");
	for (size_t s = 0; s < ARRAY_SIZE(sets); s++)
		print_lines(sets[s], &results[s]);
	return 0;
}
