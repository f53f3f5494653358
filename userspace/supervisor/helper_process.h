/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process of the helper: this program, executed anew, so that its memory holds nothing
 * that the supervisor's has held.
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
	pid_t pid; /* 0: there is none */
	int channel; /* our end of the pair, which never blocks; -1: there is none */
};

/* How one has ended */
struct helper_end {
	bool by_fault; /* it has not said why */
	int status; /* of exit(3), 0 by a signal */
	char text[64]; /* for a line that begins with "the helper" */
};

/**
 * helper_process_start() - execute a helper
 * @process: receives it; helper_process_ended() says when it has ended
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Of our descriptors it has standard output and error, and SUPERVISION_FD; its standard
 * input is /dev/null.  The kernel ends it with us.
 */
bool helper_process_start(struct helper_process *process, char *error,
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
 * There is none then.
 */
bool helper_process_ended(struct helper_process *process,
			  struct helper_end *how);

/* End it, whatever it does, where there is one; it is not waited for. */
void helper_process_kill(const struct helper_process *process);

#endif
