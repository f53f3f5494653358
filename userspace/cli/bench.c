// SPDX-License-Identifier: GPL-2.0
#include "cli/bench.h"

#include <errno.h>
#include <linux/pqike.h>
#include <stdlib.h>

#include "wire/transform.h"

static int compare_medians(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Return: of one operation over all requests. */
static struct kernel_bench_time merge(const struct kernel_bench *replies,
				      size_t n, size_t operation,
				      uint64_t *medians)
{
	struct kernel_bench_time merged = replies[0].times[operation];

	for (size_t i = 0; i < n; i++) {
		const struct kernel_bench_time *time =
			&replies[i].times[operation];

		if (time->min < merged.min)
			merged.min = time->min;
		if (time->max > merged.max)
			merged.max = time->max;
		medians[i] = time->median;
	}
	qsort(medians, n, sizeof(*medians), compare_medians);
	merged.median = medians[n / 2];
	return merged;
}

/* Ask for about as many rounds each time, so that the medians weigh the same. */
static int ask(struct kernel *kernel, struct kernel_bench *replies, size_t n,
	       void (*progress)(const char *set, uint32_t done, uint32_t rounds),
	       const struct bench *bench)
{
	uint16_t method = transform_find(bench->set)->id;
	uint32_t done = 0;
	int result = 0;

	for (size_t i = 0; !result && i < n; i++) {
		uint32_t end = (uint32_t)((uint64_t)bench->rounds * (i + 1) / n);

		progress(bench->set, done, bench->rounds);
		result = kernel_bench_kem(kernel, method, end - done,
					  &replies[i]);
		done = end;
	}
	return result;
}

int bench_run(struct kernel *kernel, const char *set, uint32_t rounds,
	      void (*progress)(const char *set, uint32_t done, uint32_t rounds),
	      struct bench *bench)
{
	size_t n = rounds / PQIKE_BENCH_ROUNDS_MAX +
		   (rounds % PQIKE_BENCH_ROUNDS_MAX != 0);
	struct kernel_bench *replies = calloc(n, sizeof(*replies));
	uint64_t *medians = calloc(n, sizeof(*medians));
	int result = -ENOMEM;

	*bench = (struct bench){ .set = set, .rounds = rounds };
	if (replies && medians)
		result = ask(kernel, replies, n, progress, bench);
	if (!result) {
		bench->kernel = replies[0];
		for (size_t i = 0; i < BENCH_OPERATIONS; i++)
			bench->kernel.times[i] = merge(replies, n, i, medians);
	}
	free(medians);
	free(replies);
	return result;
}

const char *bench_operation(enum kernel_bench_operation operation)
{
	static const char *const names[BENCH_OPERATIONS] = {
		[BENCH_KEYGEN] = "keygen",
		[BENCH_ENCAPS] = "encaps",
		[BENCH_DECAPS] = "decaps",
		[BENCH_EPHEMERAL_KEYGEN] = "ephemeral keygen",
		[BENCH_EPHEMERAL_DECAPS] = "ephemeral decaps",
	};

	return names[operation];
}
