/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The addresses of one name, asked for by a process of its own: a name server
 * that does not answer keeps nobody else waiting, and what reads its answers has
 * no rights.
 */
#ifndef PQIKE_NAME_LOOKUP_H
#define PQIKE_NAME_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/child_process.h"
#include "base/dns_name.h"
#include "base/lookup_sandbox.h"

#define NAME_ERROR_SIZE 128

/* What a resolver says of a name. */
struct name_answer {
	size_t n; /* 0: see @error */
	struct sockaddr_storage list[NAME_ADDRESSES_MAX]; /* in its order, port 0 */
	char error[NAME_ERROR_SIZE]; /* the resolver's own words, NUL-terminated */
};

/* Zeroed: none goes on. */
struct name_lookup {
	struct child_process process; /* none, where name_lookups_begin_by() says so */
	int report; /* what it writes, non-blocking */
	size_t len; /* octets of @answer that were read */
	struct name_answer answer;
};

/**
 * name_lookups_begin_by() - have another process begin them from now on
 * @begin: returns what its process reports to, non-blocking, or -1 with an error
 */
void name_lookups_begin_by(int (*begin)(const char *name, char *error,
					size_t error_size));

/* Have processes that are begun here be of an account from now on. */
void name_lookups_as(const struct lookup_account *account);

/**
 * name_lookup_begin() - begin to ask, as getaddrinfo(3) does
 * @name: stays there until the end
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: to be ended with name_lookup_end() when true.
 */
bool name_lookup_begin(struct name_lookup *lookup, const char *name, char *error,
		       size_t error_size);

/* The word that has this program resolve a name, see child_process_execute() */
#define NAME_LOOKUP_COMMAND "lookup"

/* In a process of its own: drop every right, enter the sandbox, ask, and report. */
void name_lookup_answer(int report, const char *name);

/* What to poll for POLLIN before name_lookup_serve(). */
int name_lookup_fd(const struct name_lookup *lookup);

/**
 * name_lookup_serve() - take what there is of the answer; does not wait
 *
 * Return: whether @lookup->answer is complete.  Only addresses of hosts are among
 * it, no link-local ones.
 */
bool name_lookup_serve(struct name_lookup *lookup);

/* End it, whether it is done or not. */
void name_lookup_end(struct name_lookup *lookup);

/* As name_lookup_begin(), and wait for the answer: for whoever has nothing else to do. */
void name_lookup_wait(const char *name, struct name_answer *answer);

#endif
