/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that a service manager starts for a supervisor: whoever connects to a socket of
 * the manager is the supervisor, and says in one record what it is.  A helper becomes of that
 * what the supervisor would have executed itself, see supervision.h.
 *
 *	helper, of the installed program	supervisor, of the running one
 *						connect(2)
 *						activation: program, lifeline
 *	execveat(2) of that program
 *						BEGIN
 *
 * So both are of one build, whatever was installed since the supervisor was started; of
 * another build can be but this record.  The lifeline is a pipe, of which the supervisor has
 * the other end: when that is closed the kernel kills the helper, also one that hangs.
 */
#ifndef PQIKE_ACTIVATION_H
#define PQIKE_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

/* In this order */
enum {
	ACTIVATION_FD_PROGRAM,
	ACTIVATION_FD_LIFELINE, /* its end to read from */
	ACTIVATION_FDS
};

/* The one octet of the record */
#define ACTIVATION_VERSION 1

/* Return: whether a service manager has started this process for a supervisor. */
bool activation_is(void);

/**
 * activation_accept() - wait for a supervisor
 * @channel: receives our end of the channel to it
 * @program: receives the program that it runs
 *
 * This process ends with its lifeline from then on.
 *
 * Return: false on failure, when a line on standard error has said why.
 */
bool activation_accept(int *channel, int *program);

/* Return: whether this process runs @program, of activation_accept(), too. */
bool activation_is_of(int program);

/**
 * activation_become() - wait for a supervisor, and become its helper
 * @word: the only argument of the program that it gives
 *
 * Returns only on failure, when a line on standard error has said why.
 */
void activation_become(const char *word);

/**
 * activation_request() - ask a service manager for a process
 * @path: of its socket
 * @lifeline: receives our end
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: our end of the channel to it, which never blocks; -1 on failure.
 */
int activation_request(const char *path, int *lifeline, char *error,
		       size_t error_size);

#endif
