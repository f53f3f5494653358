// SPDX-License-Identifier: GPL-2.0
/* What a reload asks of the supervisor, which is played by the test: it gives the answer. */
#include "helper/supervised.h"

bool supervised_load(void)
{
	return true;
}

void supervised_taken(bool taken)
{
	(void)taken;
}
