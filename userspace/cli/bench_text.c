// SPDX-License-Identifier: GPL-2.0
/* The text of `pqike bench kem`: a table for each parameter set. */
#include <inttypes.h>

#include "cli/bench.h"

static void print_time(const char *operation,
		       const struct kernel_bench_time *time, FILE *out)
{
	fprintf(out, "  %-18s %14" PRIu64 " %14" PRIu64 " %14" PRIu64 " %12.0f\n",
		operation, time->median, time->min, time->max,
		1e9 / (double)time->median);
}

void bench_text(const struct bench *benches, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct kernel_bench *kernel = &benches[i].kernel;

		fprintf(out, "%s%s: %s, %" PRIu32 " rounds\n", i ? "\n" : "",
			benches[i].set, kernel->implementation,
			benches[i].rounds);
		fprintf(out, "  %-18s %14s %14s %14s %12s\n", "nanoseconds",
			"median", "min", "max", "per second");
		for (size_t j = 0; j < BENCH_OPERATIONS; j++)
			print_time(bench_operation(j), &kernel->times[j], out);
	}
}
