// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/types.h>

#include "stack.h"

static noinline void wipe_frame(void)
{
	u8 spilled[960];

	memzero_explicit(spilled, sizeof(spilled));
}

/*
 * The operations reach deeper than one frame may: it is overwritten by two.  Each has a
 * gap of alignment at its top.
 */
void wipe_two_frames(void)
{
	u8 spilled[960];

	wipe_frame();
	memzero_explicit(spilled, sizeof(spilled));
}

/*
 * A third lies across the gap between them.  In the place of the upper gap stands a register
 * that is saved, for a value that is wanted again after a call.
 */
unsigned long wipe_across(unsigned long value)
{
	u8 spilled[480];

	wipe_frame();
	memzero_explicit(spilled, sizeof(spilled));
	return value;
}
