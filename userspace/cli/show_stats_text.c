// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "cli/show_stats.h"
#include "cli/stats_words.h"
#include "wire/transform.h"

#define DURATION_SIZE 32

/* "1.234 s", "12.3 ms" or "12.3 us" */
static void print_ns(uint64_t ns, char text[DURATION_SIZE])
{
	if (ns >= 1000000000)
		snprintf(text, DURATION_SIZE, "%.3f s", (double)ns / 1e9);
	else if (ns >= 1000000)
		snprintf(text, DURATION_SIZE, "%.1f ms", (double)ns / 1e6);
	else
		snprintf(text, DURATION_SIZE, "%.1f us", (double)ns / 1e3);
}

static struct kernel_operation_stats sum_up(const struct kernel_stats *stats)
{
	struct kernel_operation_stats sum = { 0 };

	for (size_t i = 0; i < KERNEL_OPERATIONS; i++) {
		const struct kernel_operation_stats *one = &stats->operations[i];

		sum.count += one->count;
		sum.failed += one->failed;
		sum.ns += one->ns;
	}
	return sum;
}

/* "12: 10 does not verify, 2 out of order" */
static void print_causes(const struct printer *p, uint64_t failed,
			 const uint64_t *failures)
{
	const char *before = ": ";
	char text[256] = "";
	size_t at;

	at = (size_t)snprintf(text, sizeof(text), "%" PRIu64, failed);
	for (int i = 0; i < KERNEL_FAILURE_CAUSES; i++) {
		if (!failures[i] || at >= sizeof(text))
			continue;
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "%s%" PRIu64 " %s", before, failures[i],
				       stats_failure_text((enum pqike_failure_cause)i));
		before = ", ";
	}
	show_line(p, 4, "refused", "%s", text);
}

void show_stats_ike_sa(const struct printer *p, const struct kernel_stats *stats)
{
	const struct kernel_handshake_stats *of = stats->handshakes;
	const struct kernel_operation_stats sum = sum_up(stats);
	const uint64_t dropped =
		of[PQIKE_HANDSHAKE_IKE_SA_REKEY].dropped_ml_kem +
		of[PQIKE_HANDSHAKE_CHILD_SA_REKEY].dropped_ml_kem;
	char time[DURATION_SIZE];

	if (!sum.count)
		return;
	print_ns(sum.ns, time);
	show_line(p, 4, "made", "%" PRIu64 " Child SAs, %" PRIu64
		  " rekeys of them, %" PRIu64 " of itself",
		  of[PQIKE_HANDSHAKE_FIRST_CHILD_SA].count +
		  of[PQIKE_HANDSHAKE_CHILD_SA].count,
		  of[PQIKE_HANDSHAKE_CHILD_SA_REKEY].count,
		  of[PQIKE_HANDSHAKE_IKE_SA_REKEY].count);
	if (dropped)
		show_line(p, 4, "ml-kem", "dropped by %" PRIu64 " rekeys",
			  dropped);
	show_line(p, 4, "kernel", "%" PRIu64 " operations in %s", sum.count, time);
	if (sum.failed)
		print_causes(p, sum.failed, stats->failures);
}

static void print_count(const struct printer *p, int indent, const char *text,
			uint64_t count)
{
	if (count)
		fprintf(p->out, "%*s%-*s %20" PRIu64 "\n", indent, "",
			50 - indent, text, count);
}

static void print_handshakes(const struct printer *p,
			     const struct kernel_stats *stats)
{
	fputc('\n', p->out);
	show_heading(p, 0, GREEN, "handshakes", "by kind and key exchange");
	for (int i = 0; i < KERNEL_HANDSHAKES; i++) {
		const struct kernel_handshake_stats *one = &stats->handshakes[i];

		print_count(p, 2, stats_handshake_text((enum pqike_handshake)i),
			    one->count);
		for (size_t j = 0; j < one->n_methods; j++)
			print_count(p, 4,
				    transform_name(TRANSFORM_KE,
						   one->methods[j].ke_method),
				    one->methods[j].count);
		print_count(p, 4, "without ML-KEM", one->without_ml_kem);
		print_count(p, 4, "ML-KEM dropped", one->dropped_ml_kem);
	}
}

static void print_operations(const struct printer *p,
			     const struct kernel_stats *stats)
{
	char each[DURATION_SIZE];

	fputc('\n', p->out);
	show_heading(p, 0, GREEN, "operations", "how many, and their mean time");
	for (int i = 0; i < KERNEL_OPERATIONS; i++) {
		const struct kernel_operation_stats *one = &stats->operations[i];

		if (!one->count)
			continue;
		print_ns(one->ns / one->count, each);
		fprintf(p->out, "  %-20s %20" PRIu64 " %12s\n",
			stats_operation_name((enum pqike_operation)i), one->count,
			each);
	}
}

static void print_failures(const struct printer *p,
			   const struct kernel_stats *stats)
{
	fputc('\n', p->out);
	show_heading(p, 0, GREEN, "operations refused", "by cause");
	for (int i = 0; i < KERNEL_FAILURE_CAUSES; i++)
		print_count(p, 2, stats_failure_text((enum pqike_failure_cause)i),
			    stats->failures[i]);
}

static bool any_handshake(const struct kernel_stats *stats)
{
	for (size_t i = 0; i < KERNEL_HANDSHAKES; i++)
		if (stats->handshakes[i].count)
			return true;
	return false;
}

void show_stats(const struct printer *p, const struct kernel_stats *stats)
{
	const struct kernel_operation_stats sum = sum_up(stats);

	if (any_handshake(stats))
		print_handshakes(p, stats);
	if (sum.count)
		print_operations(p, stats);
	if (sum.failed)
		print_failures(p, stats);
}
