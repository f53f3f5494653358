/* SPDX-License-Identifier: GPL-2.0 */
/* To measure on one CPU. */
#ifndef ONE_CPU_H
#define ONE_CPU_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Return: false where the process cannot stay on the CPU that it runs on. */
static bool stay_on_one_cpu(void)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	if (cpu < 0)
		return false;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

/* Of CLOCK_MONOTONIC */
static uint64_t nanoseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#endif
