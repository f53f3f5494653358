// SPDX-License-Identifier: GPL-2.0
#include "steps.h"

#include <time.h>

#include "draw.h"

struct cost {
	unsigned long steps;
	unsigned long ns;
	size_t len;
};

static struct cost now, most_steps, longest, most_other;
static unsigned long limit; /* 0: no datagram is being worked at */
static struct timespec begun;

/* In the place of libFuzzer's, which does nothing (ld --wrap). */
void __wrap___sanitizer_cov_trace_pc(void);

void __wrap___sanitizer_cov_trace_pc(void)
{
	now.steps++;
	if (!limit || now.steps <= limit)
		return;
	fprintf(stderr, "more than %lu steps for %zu octets\n", limit, now.len);
	require(now.steps <= limit);
}

static unsigned long ns_since(const struct timespec *then)
{
	struct timespec end;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	return (unsigned long)((end.tv_sec - then->tv_sec) * 1000000000L +
			       end.tv_nsec - then->tv_nsec);
}

static void begin(size_t len, unsigned long steps)
{
	now = (struct cost){ .len = len };
	limit = steps;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
}

void steps_begin(size_t len)
{
	begin(len, STEPS_PER_DATAGRAM + STEPS_PER_OCTET * len);
}

void steps_begin_other(unsigned long steps)
{
	begin(0, steps);
}

void steps_end(void)
{
	limit = 0;
	now.ns = ns_since(&begun);
	if (!now.len) {
		if (now.steps > most_other.steps)
			most_other = now;
		return;
	}
	if (now.steps > most_steps.steps)
		most_steps = now;
	if (now.ns > longest.ns)
		longest = now;
}

void steps_print(void)
{
	if (!most_steps.steps)
		return;
	printf(", at most %lu steps for a datagram (of %zu octets), at most %lu us (of %zu)",
	       most_steps.steps, most_steps.len, longest.ns / 1000, longest.len);
	if (most_other.steps)
		printf(", at most %lu steps for anything else", most_other.steps);
}
