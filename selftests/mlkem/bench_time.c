// SPDX-License-Identifier: GPL-2.0
/*
 * The rounds of bench.  Encoded keys go in and come out, also of OpenSSL, except
 * for its decapsulation and the ephemeral one: these get the key pair as key
 * generation has left it.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <x86intrin.h>

#include "bench.h"
#include "impl.h"
#include "mlkem.h"
#include "one_cpu.h"
#include "openssl.h"

/* Rounds after which it is another's turn, so that all get the same noise */
#define TURN		200U

struct inputs {
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
};

/* Ticks of each operation in each round */
struct contender {
	const char *name;
	bool openssl;
	u64 *ticks[OPERATIONS];
};

static struct contender contenders[MAX_CONTENDERS];
static unsigned int contender_count;

static const struct mlkem_params *const sets[SETS] = {
	&mlkem512, &mlkem768, &mlkem1024,
};

static u64 now(void)
{
	unsigned int cpu;

	return __rdtscp(&cpu);
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
}

static int compare_ticks(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void add_result(struct measurement *m, const struct contender *c,
		       const struct mlkem_params *p)
{
	struct result *r = &m->results[m->n++];

	r->implementation = c->name;
	r->set = p->name;
	for (unsigned int o = 0; o < OPERATIONS; o++) {
		u64 *ticks = c->ticks[o];

		qsort(ticks, m->rounds, sizeof(u64), compare_ticks);
		r->times[o].min = ticks[0];
		r->times[o].median = ticks[m->rounds / 2];
		r->times[o].max = ticks[m->rounds - 1];
	}
}

static void find_contenders(unsigned int rounds)
{
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
}

void measure(struct measurement *m)
{
	if (!stay_on_one_cpu())
		die("cannot stay on one CPU");
	m->ticks_per_second = tick_rate();
	find_contenders(m->rounds);
	for (unsigned int s = 0; s < SETS; s++) {
		run_set(sets[s], m->rounds);
		for (unsigned int i = 0; i < contender_count; i++)
			add_result(m, &contenders[i], sets[s]);
	}
}
