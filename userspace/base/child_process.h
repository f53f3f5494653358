/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that do for this one what may take long, such as reading a file of
 * a server that does not answer.  They are copies of this one without its
 * descriptors, report through a pipe, and end with it.
 */
#ifndef PQIKE_CHILD_PROCESS_H
#define PQIKE_CHILD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed: none is running. */
struct child_process {
	struct child *child; /* NULL: none is running */
	int report; /* what it writes, non-blocking */
};

/**
 * child_process_start() - begin a process
 * @body: what it does; its @report is a descriptor that the starter reads, and
 *	only @keep is open beside it.  It ends when @body returns.
 * @keep: another descriptor that stays open, at another number, or -1
 * @arg: passed to @body
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Neither a core dump nor a debugger of the same user sees its memory.
 *
 * Return: to be ended with child_process_end() when true.
 */
bool child_process_start(struct child_process *process,
			 void (*body)(int report, int kept, void *arg),
			 int keep, void *arg, char *error, size_t error_size);

/*
 * Return: whether every right is given up, for good, and every key of the session keyring: for
 * a body that needs none.
 */
bool child_process_drop_rights(void);

/**
 * child_process_execute() - be this program anew, in a process with a body
 * @word: its first argument
 * @argument: its second one
 *
 * Its report is descriptor 3 then.  Where it is no user of root's it has no right after that,
 * though it could not give up those that it had.  Returns on failure.
 */
void child_process_execute(const char *word, const char *argument);

#define CHILD_PROCESS_REPORT 3

/* End the process, whatever it does; it is not waited for. */
void child_process_end(struct child_process *process);

/* Take note of those that are gone by now, after SIGCHLD or at any time. */
void child_processes_reap(void);

#endif
