// SPDX-License-Identifier: GPL-2.0
/*
 * How long a key pair and a shared secret take, here and with OpenSSL, in turn on one
 * CPU and with fresh keys for every call.  Private keys are given, octets go in and come
 * out; each peer's point is validated.
 *
 * usage: bench [-j] [-n ROUNDS]
 *
 * With -j it prints JSON.
 */
#include <errno.h>
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ecdh.h"
#include "one_cpu.h"
#include "openssl.h"

#define DEFAULT_ROUNDS	2000
#define MAX_ROUNDS	1000000

/* Rounds after which it is the other's turn, so that both get the same noise */
#define TURN		50U

static const struct ecdh_curve *const curves[] = { &ecdh_p256, &ecdh_p384 };

enum operation {
	KEY_PAIR,
	SECRET,
	OPERATIONS
};

static const char *const operation_names[OPERATIONS] = { "key_pair", "shared_secret" };

struct contender {
	const char *name;
	bool (*public_key)(const struct ecdh_curve *curve, const u8 *key, u8 *point);
	bool (*shared_secret)(const struct ecdh_curve *curve, const u8 *key,
			      const u8 *peer, u8 *secret);
	u64 *ns[OPERATIONS];
};

static bool our_public_key(const struct ecdh_curve *curve, const u8 *key, u8 *point)
{
	return !ecdh_check_private_key(curve, key) && !ecdh_public_key(curve, key, point);
}

static bool our_shared_secret(const struct ecdh_curve *curve, const u8 *key,
			      const u8 *peer, u8 *secret)
{
	return !ecdh_shared_secret(curve, key, peer, secret);
}

static struct contender contenders[] = {
	{ .name = "ecdh", .public_key = our_public_key, .shared_secret = our_shared_secret },
	{ .name = "openssl", .public_key = openssl_public_key,
	  .shared_secret = openssl_shared_secret },
};

static void __attribute__((noreturn)) die(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(1);
}

struct inputs {
	u8 key[ECDH_MAX_OCTETS];
	u8 peer[2 * ECDH_MAX_OCTETS];
};

static void make_inputs(const struct ecdh_curve *curve, struct inputs *in)
{
	u8 peer_key[ECDH_MAX_OCTETS];

	if (ecdh_generate_private_key(curve, in->key) ||
	    ecdh_generate_private_key(curve, peer_key) ||
	    ecdh_public_key(curve, peer_key, in->peer))
		die("no keys");
}

static void time_round(const struct contender *c, const struct ecdh_curve *curve,
		       unsigned int round, const struct inputs *in)
{
	u8 point[2 * ECDH_MAX_OCTETS], secret[ECDH_MAX_OCTETS];
	const u64 begin = nanoseconds();
	const bool made = c->public_key(curve, in->key, point);
	const u64 middle = nanoseconds();
	const bool reached = c->shared_secret(curve, in->key, in->peer, secret);

	c->ns[SECRET][round] = nanoseconds() - middle;
	c->ns[KEY_PAIR][round] = middle - begin;
	if (!made || !reached)
		die(c->name);
}

static void run_curve(const struct ecdh_curve *curve, unsigned int rounds)
{
	static struct inputs inputs[TURN];

	for (unsigned int from = 0; from < rounds; from += TURN) {
		const unsigned int to = from + TURN < rounds ? from + TURN : rounds;

		for (unsigned int round = from; round < to; round++)
			make_inputs(curve, &inputs[round - from]);
		for (size_t i = 0; i < ARRAY_SIZE(contenders); i++) {
			for (unsigned int round = from; round < to; round++)
				time_round(&contenders[i], curve, round,
					   &inputs[round - from]);
		}
	}
	fprintf(stderr, "%s: %u rounds\n", curve->name, rounds);
}

static int compare_ns(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorted: the least, the median and the most are at their places. */
static void sort_times(unsigned int rounds)
{
	for (size_t i = 0; i < ARRAY_SIZE(contenders); i++) {
		for (int o = 0; o < OPERATIONS; o++)
			qsort(contenders[i].ns[o], rounds, sizeof(u64), compare_ns);
	}
}

static double median_us(const struct contender *c, enum operation o, unsigned int rounds)
{
	return c->ns[o][rounds / 2] / 1000.0;
}

static double sum_us(const struct contender *c, unsigned int rounds)
{
	return median_us(c, KEY_PAIR, rounds) + median_us(c, SECRET, rounds);
}

static void print_lines(const struct ecdh_curve *curve, unsigned int rounds)
{
	const double openssl = sum_us(&contenders[1], rounds);

	for (size_t i = 0; i < ARRAY_SIZE(contenders); i++) {
		const struct contender *c = &contenders[i];

		printf("bench %s %s %.1f %.1f %.1f %.2f\n", c->name, curve->name,
		       median_us(c, KEY_PAIR, rounds), median_us(c, SECRET, rounds),
		       sum_us(c, rounds), sum_us(c, rounds) / openssl);
	}
}

static void print_json(const struct ecdh_curve *curve, unsigned int rounds)
{
	static bool more;

	for (size_t i = 0; i < ARRAY_SIZE(contenders); i++) {
		for (int o = 0; o < OPERATIONS; o++) {
			const u64 *ns = contenders[i].ns[o];

			printf("%s{\"implementation\":\"%s\",\"curve\":\"%s\","
			       "\"operation\":\"%s\",\"median_ns\":%llu,"
			       "\"min_ns\":%llu,\"max_ns\":%llu}",
			       more ? "," : "", contenders[i].name, curve->name,
			       operation_names[o], (unsigned long long)ns[rounds / 2],
			       (unsigned long long)ns[0],
			       (unsigned long long)ns[rounds - 1]);
			more = true;
		}
	}
}

static void measure(unsigned int rounds, bool json)
{
	if (!stay_on_one_cpu())
		die("cannot stay on one CPU");
	for (size_t i = 0; i < ARRAY_SIZE(contenders); i++) {
		for (int o = 0; o < OPERATIONS; o++) {
			contenders[i].ns[o] = calloc(rounds, sizeof(u64));
			if (!contenders[i].ns[o])
				die("out of memory");
		}
	}
	if (json)
		printf("{\"version\":1,\"rounds\":%u,\"results\":[", rounds);
	else
		printf("%s, %u rounds; medians in us: key pair, shared secret, sum, ratio to OpenSSL\n",
		       openssl_version(), rounds);
	for (size_t i = 0; i < ARRAY_SIZE(curves); i++) {
		run_curve(curves[i], rounds);
		sort_times(rounds);
		if (json)
			print_json(curves[i], rounds);
		else
			print_lines(curves[i], rounds);
	}
	if (json)
		printf("]}\n");
}

static unsigned int read_rounds(const char *text)
{
	char *end;
	const unsigned long rounds = strtoul(text, &end, 10);

	if (*text == '-' || *end || !rounds || rounds > MAX_ROUNDS)
		die("-n takes a number from 1 to 1000000");
	return rounds;
}

int main(int argc, char **argv)
{
	unsigned int rounds = DEFAULT_ROUNDS;
	bool json = false;
	int option;

	while ((option = getopt(argc, argv, "jn:")) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'n':
			rounds = read_rounds(optarg);
			break;
		default:
			return 1;
		}
	}
	if (optind < argc)
		die("usage: bench [-j] [-n ROUNDS]");
	measure(rounds, json);
	return 0;
}
