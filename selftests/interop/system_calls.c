// SPDX-License-Identifier: GPL-2.0
/*
 * What a system call costs here, and how many of them a process makes.
 *
 * usage: system_calls cost
 *	  system_calls count PID...
 *
 * The first prints the nanoseconds of one that does nothing. The second follows all
 * threads of these processes until SIGTERM, lets them go on, and prints how many system
 * calls they made in between. That slows them down: nothing is to be timed meanwhile.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS		100000

static volatile sig_atomic_t ended;

static void end(int number)
{
	if (number == SIGTERM)
		ended = 1;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void print_cost(void)
{
	const uint64_t begun = now();

	for (int i = 0; i < ROUNDS; i++)
		syscall(SYS_getppid);
	printf("%" PRIu64 "\n", (now() - begun) / ROUNDS);
}

static void seize(const char *pid)
{
	char path[64];
	const struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%.20s/task", pid);
	tasks = opendir(path);
	if (!tasks)
		err(EXIT_FAILURE, "%s", path);
	while ((entry = readdir(tasks))) {
		const pid_t task = atoi(entry->d_name);

		if (task <= 0)
			continue;
		if (ptrace(PTRACE_SEIZE, task, NULL, (void *)PTRACE_O_TRACESYSGOOD) ||
		    ptrace(PTRACE_INTERRUPT, task, NULL, NULL))
			err(EXIT_FAILURE, "task %d", task);
	}
	closedir(tasks);
}

/* A stop at the entry to a system call and one at its end are one call. */
static uint64_t count(void)
{
	uint64_t stops = 0;
	int status;

	while (!ended) {
		const pid_t task = waitpid(-1, &status, __WALL);
		int deliver = 0;

		if (task < 0 && errno == EINTR)
			continue;
		if (task < 0)
			err(EXIT_FAILURE, "waitpid");
		if (!WIFSTOPPED(status))
			continue;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			stops++;
		else if (!(status >> 16))
			deliver = WSTOPSIG(status);
		if (ptrace(PTRACE_SYSCALL, task, NULL, (void *)(uintptr_t)deliver) &&
		    errno != ESRCH)
			err(EXIT_FAILURE, "task %d", task);
	}
	return stops / 2;
}

int main(int argc, char **argv)
{
	static const struct itimerval often = { { 0, 100000 }, { 0, 100000 } };
	const struct sigaction action = { .sa_handler = end };

	if (argc == 2 && !strcmp(argv[1], "cost")) {
		print_cost();
		return EXIT_SUCCESS;
	}
	if (argc < 3 || strcmp(argv[1], "count") != 0)
		errx(2, "usage: system_calls cost | count PID...");
	sigaction(SIGTERM, &action, NULL);
	/* One that comes just before waitpid() is seen soon. */
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 2; i < argc; i++)
		seize(argv[i]);
	printf("begun\n");
	fflush(stdout);
	/* With the end of this process they go on without it. */
	printf("%" PRIu64 "\n", count());
	return EXIT_SUCCESS;
}
