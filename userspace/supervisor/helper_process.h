/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process of the helper: this program, executed anew, so that its memory holds nothing
 * that the supervisor's has held.  It is a child of ours, or a service manager's.
 */
#ifndef PQIKE_HELPER_PROCESS_H
#define PQIKE_HELPER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "helper/supervision.h"

/* The word that tells this program to be a helper, see helper/supervision.h. */
#define HELPER_COMMAND "helper"

struct helper_process {
	pid_t pid; /* 0: there is none, or it is no child of ours */
	int channel; /* our end of the pair, which never blocks; -1: there is none */
	int lifeline; /* of one that is no child, see activation.h; -1: there is none */
};

/* How one has ended */
struct helper_end {
	bool by_fault; /* it has not said why */
	bool unknown; /* whether it has */
	int status; /* of exit(3), 0 by a signal */
	char text[64]; /* for a line that begins with "the helper" */
};

/**
 * helper_process_start() - execute a helper
 * @process: receives it; helper_process_ended() says when it has ended
 * @activation: path of a service manager's socket, which starts it; NULL: a child of ours
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Of our descriptors a child has standard output and error, and SUPERVISION_FD; its standard
 * input is /dev/null.  The kernel ends it with us.
 */
bool helper_process_start(struct helper_process *process,
			  const char *activation, char *error,
			  size_t error_size);

/* Whether there is one. */
bool helper_process_is(const struct helper_process *process);

/**
 * helper_process_send() - tell it something
 *
 * As supervision_send().
 */
bool helper_process_send(const struct helper_process *process,
			 const struct supervision_record *record, const int *fds,
			 size_t n);

/**
 * helper_process_ended() - see whether it has ended; does not wait
 * @how: receives how
 *
 * A child is known to have after SIGCHLD, another one when it has closed its end: what it had
 * its manager gives to no other before it is gone.  There is none then.
 */
bool helper_process_ended(struct helper_process *process,
			  struct helper_end *how);

/*
 * End it, whatever it does, where there is one; it is not waited for.  Of one that is no child
 * helper_process_ended() says at once that it has.
 */
void helper_process_kill(struct helper_process *process);

#endif
