// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>

#include "faults.h"

#define SIZE 24

/* What the compiler cannot foresee */
static size_t beyond = SIZE;

int planted_out_of_bounds(void)
{
	u8 *buffer = kmalloc(SIZE, GFP_KERNEL);

	if (!buffer)
		return -ENOMEM;
	WRITE_ONCE(buffer[READ_ONCE(beyond)], 1);
	kfree(buffer);
	return 0;
}

int planted_use_after_free(void)
{
	u8 *buffer = kmalloc(SIZE, GFP_KERNEL);

	if (!buffer)
		return -ENOMEM;
	kfree(buffer);
	WRITE_ONCE(buffer[READ_ONCE(beyond) - 1], 1);
	return 0;
}

int planted_stack_out_of_bounds(void)
{
	u8 buffer[SIZE] = { 0 };

	return READ_ONCE(buffer[READ_ONCE(beyond)]) & 0;
}

int planted_double_free(void)
{
	void *buffer = kmalloc(SIZE, GFP_KERNEL);
	void *again = buffer;

	OPTIMIZER_HIDE_VAR(again);
	kfree(buffer);
	kfree(again);
	return 0;
}

/* Several, since a stack that was used before may still refer to one of them. */
int planted_leak(void)
{
	for (int i = 0; i < 8; i++) {
		void *buffer = kmalloc(SIZE, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(buffer);
		if (!buffer)
			return -ENOMEM;
	}
	return 0;
}
