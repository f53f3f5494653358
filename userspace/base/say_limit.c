// SPDX-License-Identifier: GPL-2.0
#include "base/say_limit.h"

bool say_limit_admit(struct say_limit *limit, int64_t now, unsigned int *unsaid)
{
	*unsaid = 0;
	if (!limit->begun || now - limit->begun >= SAY_LIMIT_PERIOD) {
		*unsaid = limit->unsaid;
		*limit = (struct say_limit){ .begun = now };
	}
	if (limit->times < SAY_LIMIT_TIMES) {
		limit->times++;
		return true;
	}
	limit->unsaid++;
	return false;
}
