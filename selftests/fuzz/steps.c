// SPDX-License-Identifier: GPL-2.0
#include "steps.h"

#include <limits.h>

#include "draw.h"

struct cost {
	unsigned long steps;
	size_t len; /* of the datagram; 0: it is none */
};

static struct cost limit; /* 0 steps: nothing is being worked at */
static struct cost most_steps, most_other;
static unsigned long left = ULONG_MAX; /* steps of the limit */

/* In the place of libFuzzer's, which does nothing (ld --wrap). */
void __wrap___sanitizer_cov_trace_pc(void);

static void __attribute__((noreturn, noinline)) too_many(void)
{
	fprintf(stderr, "%s:%d: not so: at most %lu steps for %zu octets\n",
		__FILE__, __LINE__, limit.steps, limit.len);
	abort();
}

void __wrap___sanitizer_cov_trace_pc(void)
{
	if (!--left)
		too_many();
}

static void begin(size_t len, unsigned long steps)
{
	limit = (struct cost){ .steps = steps, .len = len };
	left = steps + 1;
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
	struct cost *most = limit.len ? &most_steps : &most_other;
	unsigned long steps = limit.steps ? limit.steps + 1 - left : 0;

	if (steps > most->steps)
		*most = (struct cost){ .steps = steps, .len = limit.len };
	limit = (struct cost){ 0 };
	left = ULONG_MAX;
}

void steps_print(void)
{
	if (most_steps.steps)
		printf(", at most %lu steps for a datagram (of %zu octets)",
		       most_steps.steps, most_steps.len);
	if (most_other.steps)
		printf(", at most %lu steps for anything else", most_other.steps);
}
