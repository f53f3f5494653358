// SPDX-License-Identifier: GPL-2.0
/* The numbers of Child SAs, where they begin anew. */
#include <linux/xarray.h>

#include "child_sa_id.h"
#include "report.h"

static struct pqike_child_sa *child(unsigned long n)
{
	return (struct pqike_child_sa *)(n * sizeof(long));
}

/* Whether the number that comes next is @expected */
static bool gives(struct xarray *numbers, u32 *next, u32 expected)
{
	u32 id = 0;

	return !pqike_child_sa_id_alloc(numbers, next, child(expected), &id) &&
	       id == expected && xa_load(numbers, id) == child(expected);
}

/**
 * test_child_sa_id() - the last number, and what comes after it
 *
 * Context: may sleep.
 */
void test_child_sa_id(void)
{
	const u32 first = PQIKE_CHILD_SA_ID_MIN, last = PQIKE_CHILD_SA_ID_MAX;
	struct xarray numbers;
	u32 next = 0;

	xa_init_flags(&numbers, XA_FLAGS_ALLOC);
	report(gives(&numbers, &next, first) &&
	       gives(&numbers, &next, first + 1) &&
	       gives(&numbers, &next, first + 2),
	       "Child SAs are numbered from %u on", first);
	xa_erase(&numbers, first + 1);
	report(gives(&numbers, &next, first + 3),
	       "a number that was given back is not the next one");
	next = last - 1;
	report(gives(&numbers, &next, last - 1) && gives(&numbers, &next, last),
	       "Child SAs are numbered to %u", last);
	report(gives(&numbers, &next, first + 1),
	       "after the last number comes the first one that is free");
	report(gives(&numbers, &next, first + 4),
	       "and then those that are in use are passed over");
	next = last;
	report(gives(&numbers, &next, first + 5),
	       "the last number is passed over, too, where it is in use");
	xa_destroy(&numbers);
}
