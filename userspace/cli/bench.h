/* SPDX-License-Identifier: GPL-2.0 */
/* What `pqike bench kem` measures, and how it is printed. */
#ifndef PQIKE_BENCH_H
#define PQIKE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "kernel/kernel.h"

/* How long the operations of a parameter set take. */
struct bench {
	const char *set; /* "mlkem768" */
	uint32_t rounds;
	struct kernel_bench kernel;
};

/**
 * bench_run() - have the kernel time a parameter set
 * @set: its name, a word that transform_find() knows as ML-KEM
 * @rounds: how often each operation is timed, at least once; the kernel is
 *	asked for some of them at a time
 * @progress: called before each request with the rounds that are done
 * @bench: receives the times; over several requests the median is that of
 *	their medians
 *
 * Return: 0, or a negative errno with kernel_error() saying why; or -ENOMEM.
 */
int bench_run(struct kernel *kernel, const char *set, uint32_t rounds,
	      void (*progress)(const char *set, uint32_t done, uint32_t rounds),
	      struct bench *bench);

/* For people, at most 80 columns. */
void bench_text(const struct bench *benches, size_t n, FILE *out);

/**
 * bench_json() - for programs: one object, described in pqike(8)
 *
 * Return: false when out of memory, with nothing printed.
 */
bool bench_json(const struct bench *benches, size_t n, FILE *out);

/* "keygen", "encaps", "decaps", "ephemeral keygen" or "ephemeral decaps". */
const char *bench_operation(enum kernel_bench_operation operation);

#endif
