// SPDX-License-Identifier: GPL-2.0
/*
 * Steps that need memory and do wrong where there is none: what the search for such
 * steps has to find.
 *
 * Writing the name of a step to the parameter "step" takes it; "steps_taken" is what
 * that changes.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#define STEP_OCTETS	64
#define LOST_MAX	64

static uint steps_taken;

module_param(steps_taken, uint, 0444);
MODULE_PARM_DESC(steps_taken, "how many steps have succeeded");

/* Kept until the module goes, so that no allocation is optimized away. */
static void *held;

static int hold(void *memory)
{
	if (!memory)
		return -ENOMEM;
	kfree(held);
	held = memory;
	return 0;
}

/*
 * What step_leaks() loses: the inverse of each address, which kmemleak does not take
 * for one, so that it is reported as long as the module is there and not afterwards.
 */
static unsigned long lost[LOST_MAX];
static unsigned int n_lost;

static int lose(void *memory)
{
	if (n_lost == ARRAY_SIZE(lost))
		return -ENOSPC;
	lost[n_lost++] = ~(unsigned long)memory;
	return -ENOMEM;
}

static void free_lost(void)
{
	while (n_lost)
		kfree((void *)~lost[--n_lost]);
}

static int step_good(void)
{
	void *memory = kmalloc(STEP_OCTETS, GFP_KERNEL);
	int err;

	if (!memory)
		return -ENOMEM;
	err = hold(kmalloc(STEP_OCTETS, GFP_KERNEL));
	if (!err)
		steps_taken++;
	kfree(memory);
	return err;
}

/* Counts before it has succeeded. */
static int step_changes(void)
{
	steps_taken++;
	return hold(kmalloc(STEP_OCTETS, GFP_KERNEL));
}

static int step_leaks(void)
{
	void *memory = kmalloc(STEP_OCTETS, GFP_KERNEL);
	int err;

	if (!memory)
		return -ENOMEM;
	err = hold(kmalloc(STEP_OCTETS, GFP_KERNEL));
	if (err)
		return lose(memory);
	kfree(memory);
	steps_taken++;
	return 0;
}

static int step_wrong_error(void)
{
	if (hold(kmalloc(STEP_OCTETS, GFP_KERNEL)))
		return -EIO;
	steps_taken++;
	return 0;
}

/* Can be taken until it has failed. */
static int step_once(void)
{
	static bool failed;
	int err;

	if (failed)
		return -EPROTO;
	err = hold(kmalloc(STEP_OCTETS, GFP_KERNEL));
	if (err)
		failed = true;
	else
		steps_taken++;
	return err;
}

/* Says that it has succeeded. */
static int step_pretends(void)
{
	if (!hold(kmalloc(STEP_OCTETS, GFP_KERNEL)))
		steps_taken++;
	return 0;
}

static const struct {
	const char *name;
	int (*take)(void);
} steps[] = {
	{ "good", step_good },
	{ "changes", step_changes },
	{ "leaks", step_leaks },
	{ "wrong-error", step_wrong_error },
	{ "once", step_once },
	{ "pretends", step_pretends },
};

static int take_step(const char *name, const struct kernel_param *kp)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(steps); i++)
		if (sysfs_streq(name, steps[i].name))
			return steps[i].take();
	return -EINVAL;
}

static const struct kernel_param_ops step_ops = {
	.set = take_step,
};

module_param_cb(step, &step_ops, NULL, 0200);
MODULE_PARM_DESC(step, "name of a step, which is taken");

static int __init alloc_faults_init(void)
{
	return 0;
}

static void __exit alloc_faults_exit(void)
{
	kfree(held);
	free_lost();
}

module_init(alloc_faults_init);
module_exit(alloc_faults_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Steps that do wrong without memory");
