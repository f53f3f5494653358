// SPDX-License-Identifier: GPL-2.0
/*
 * Run a command, and say which of the processes that it made are still there when it has
 * ended, or have ended without its having asked how.
 *
 * usage: outlived COMMAND [ARGUMENT]...
 *
 * Prints a line for each, and ends with the last of them.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	pid_t command, pid;

	if (argc < 2)
		errx(EXIT_FAILURE, "usage: outlived COMMAND [ARGUMENT]...");
	/* Whose parent has ended becomes a child of this process. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		err(EXIT_FAILURE, "prctl");
	command = fork();
	if (!command) {
		execvp(argv[1], argv + 1);
		err(EXIT_FAILURE, "%s", argv[1]);
	}
	while ((pid = wait(NULL)) > 0 && pid != command)
		;
	while ((pid = wait(NULL)) > 0)
		printf("process %d has outlived it\n", pid);
	return EXIT_SUCCESS;
}
