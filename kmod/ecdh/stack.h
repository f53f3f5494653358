/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ECDH_STACK_H
#define _ECDH_STACK_H

#include <linux/compiler.h>

void wipe_two_frames(void);
unsigned long wipe_across(unsigned long value);

/**
 * wipe_stack() - overwrite what functions called before have left on the stack
 *
 * Without a frame of its own, whose gaps would stay.
 *
 * Context: any.
 */
static __always_inline void wipe_stack(void)
{
	wipe_two_frames();
	wipe_across(0);
}

#endif /* _ECDH_STACK_H */
