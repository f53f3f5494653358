// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/types.h>

#include "stack.h"

/*
 * The operations reach deeper than one frame may: it is overwritten by two.  Between
 * these are gaps of alignment, which a third lies across.
 */
static noinline void wipe_frame(void)
{
	u8 spilled[960];

	memzero_explicit(spilled, sizeof(spilled));
}

static noinline void wipe_two_frames(void)
{
	u8 spilled[960];

	wipe_frame();
	memzero_explicit(spilled, sizeof(spilled));
}

static noinline void wipe_across(void)
{
	u8 spilled[480];

	wipe_frame();
	memzero_explicit(spilled, sizeof(spilled));
}

void wipe_stack(void)
{
	wipe_two_frames();
	wipe_across();
}
