// SPDX-License-Identifier: GPL-2.0
/* What the processors do to the same memory at the same time. */
#include <linux/compiler.h>
#include <linux/cpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "faults.h"

#define ROUNDS	20000

static int run_on_each_cpu(work_func_t function)
{
	struct work_struct *works;
	int cpu;

	works = kcalloc(nr_cpu_ids, sizeof(*works), GFP_KERNEL);
	if (!works)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		INIT_WORK(&works[cpu], function);
		schedule_work_on(cpu, &works[cpu]);
	}
	for_each_online_cpu(cpu)
		flush_work(&works[cpu]);
	cpus_read_unlock();
	kfree(works);
	return 0;
}

/* Of which the compiler does not know that nobody reads it */
static int *counter(void)
{
	static int counted;
	int *counter = &counted;

	OPTIMIZER_HIDE_VAR(counter);
	return counter;
}

static void count(struct work_struct *work)
{
	for (int i = 0; i < ROUNDS; i++)
		(*counter())++;
}

int planted_unlocked_count(void)
{
	return run_on_each_cpu(count);
}

static void count_locked(struct work_struct *work)
{
	static DEFINE_SPINLOCK(lock);

	for (int i = 0; i < ROUNDS; i++) {
		spin_lock(&lock);
		(*counter())++;
		spin_unlock(&lock);
	}
}

/* This is no fault. */
int planted_locked_count(void)
{
	return run_on_each_cpu(count_locked);
}
