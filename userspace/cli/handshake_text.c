// SPDX-License-Identifier: GPL-2.0
/* The text of `pqike bench handshake`. */
#include <inttypes.h>

#include "cli/handshake_record.h"

static double milliseconds(uint64_t nanoseconds)
{
	return (double)nanoseconds / 1e6;
}

static void print_latencies(const struct handshake_record *record, FILE *out)
{
	static const unsigned int percents[] = { 0, 50, 90, 99, 100 };

	fprintf(out, "  %-16s %10s %10s %10s %10s %10s\n", "milliseconds", "min",
		"median", "90 %", "99 %", "max");
	fprintf(out, "  %-16s", "latency");
	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
		fprintf(out, " %10.3f",
			milliseconds(handshake_percentile(record, percents[i])));
	fputc('\n', out);
}

void handshake_text(const struct handshake_record *record, FILE *out)
{
	fprintf(out, "%" PRIu32 " connection%s, %" PRIu32 " in flight, %.3f s%s\n",
		record->connections, record->connections == 1 ? "" : "s",
		record->in_flight, (double)record->elapsed / 1e9,
		record->interrupted ? ", interrupted" : "");
	fprintf(out, "  %-16s %10" PRIu32 " %10.1f a second\n", "established",
		record->established, handshake_rate(record));
	fprintf(out, "  %-16s %10" PRIu32 "\n", "failed", record->failed);
	fprintf(out, "  %-16s %10" PRIu32 "\n", "not deleted",
		record->not_deleted);
	fprintf(out, "  %-16s %10" PRIu32 "\n", "sent again",
		record->sent_again);
	if (record->established)
		print_latencies(record, out);
	for (size_t i = 0; i < record->n_causes; i++)
		fprintf(out, "  %" PRIu32 " times: %s\n", record->causes[i].n,
			record->causes[i].text);
	if (record->other_causes)
		fprintf(out, "  %" PRIu32 " times: other failures\n",
			record->other_causes);
}
