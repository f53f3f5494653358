// SPDX-License-Identifier: GPL-2.0
/* One fault for each checker of the kernels of ../kernels, made when the module is loaded. */
#include <linux/module.h>
#include <linux/string.h>

#include "faults.h"

static char *fault = "";
module_param(fault, charp, 0);
MODULE_PARM_DESC(fault, "which one");

static int planted_nothing(void)
{
	return 0;
}

static const struct {
	const char *name;
	int (*make)(void);
} faults[] = {
	{ "nothing", planted_nothing },
	{ "out-of-bounds", planted_out_of_bounds },
	{ "use-after-free", planted_use_after_free },
	{ "stack-out-of-bounds", planted_stack_out_of_bounds },
	{ "double-free", planted_double_free },
	{ "leak", planted_leak },
	{ "lock-order", planted_lock_order },
	{ "sleep-in-atomic", planted_sleep_in_atomic },
	{ "rcu-unlocked", planted_rcu_unlocked },
	{ "shift", planted_shift },
	{ "array-index", planted_array_index },
	{ "list-corruption", planted_list_corruption },
	{ "reference-count", planted_reference_count },
	{ "active-timer", planted_active_timer },
	{ "unlocked-count", planted_unlocked_count },
	{ "locked-count", planted_locked_count },
};

static int __init planted_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(faults[i].name, fault))
			return faults[i].make();
	return -EINVAL;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("Faults that the checkers of a debug kernel have to report");
MODULE_LICENSE("GPL");
