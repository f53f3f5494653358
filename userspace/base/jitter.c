// SPDX-License-Identifier: GPL-2.0
#include "base/jitter.h"

#include <sys/random.h>

uint64_t jitter(uint64_t max)
{
	uint64_t number = 0;

	/* Short of entropy it is 0, which is a time as good as any. */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0 ||
	    max == UINT64_MAX)
		return number;
	return number % (max + 1);
}
