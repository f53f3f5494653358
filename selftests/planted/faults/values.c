// SPDX-License-Identifier: GPL-2.0
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/timer.h>

#include "faults.h"

/* What the compiler cannot foresee, and what it cannot leave out */
static int too_many = 32;
static int result;

int planted_shift(void)
{
	WRITE_ONCE(result, 1 << READ_ONCE(too_many));
	return 0;
}

int planted_array_index(void)
{
	static int array[32];

	WRITE_ONCE(result, array[READ_ONCE(too_many)]);
	return 0;
}

int planted_list_corruption(void)
{
	static LIST_HEAD(list);
	static struct list_head entry;

	list_add(&entry, &list);
	list_add(&entry, &list);
	return 0;
}

int planted_reference_count(void)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
	return 0;
}

struct timed {
	struct timer_list timer;
};

static void never(struct timer_list *timer)
{
}

int planted_active_timer(void)
{
	struct timed *timed = kmalloc(sizeof(*timed), GFP_KERNEL);

	if (!timed)
		return -ENOMEM;
	timer_setup(&timed->timer, never, 0);
	mod_timer(&timed->timer, jiffies + 60 * HZ);
	/* The checker takes the timer out before the memory goes. */
	kfree(timed);
	return 0;
}
