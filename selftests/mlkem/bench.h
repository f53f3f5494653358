/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bench measures: ticks of the time stamp counter.
 */
#ifndef _BENCH_H
#define _BENCH_H

#include <linux/kernel.h>

#include "mlkem.h"

#define SETS		3
#define MAX_CONTENDERS	8

enum operation {
	KEYGEN,
	ENCAPS,
	DECAPS,
	EPHEMERAL_KEYGEN,
	EPHEMERAL_DECAPS,
	OPERATIONS
};

/* Ticks of an operation over all rounds; zeros where there is no such operation */
struct times {
	u64 median;
	u64 min;
	u64 max;
};

/* Of one implementation and parameter set */
struct result {
	const char *implementation;
	const char *set;
	struct times times[OPERATIONS];
};

struct measurement {
	double ticks_per_second;
	unsigned int rounds;
	unsigned int n;
	struct result results[SETS * MAX_CONTENDERS];	/* @n, set by set */
};

/* Say why on standard error, and exit. */
void die(const char *why) __attribute__((noreturn));

/*
 * Time every implementation that this CPU has, and OpenSSL's, @m->rounds times.
 * Progress goes to standard error.
 */
void measure(struct measurement *m);

void print_text(const struct measurement *m);
void print_json(const struct measurement *m);

#endif /* _BENCH_H */
