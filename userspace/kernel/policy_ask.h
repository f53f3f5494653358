/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the helper asks of its supervisor, which alone has the right: a closed list of
 * what the operator's configuration allows, over a pair of SOCK_SEQPACKET sockets.
 * Each ask has one answer, for which whoever asks waits.
 *
 * An ask repeats nothing of the configuration: it names connections and children.
 */
#ifndef PQIKE_POLICY_ASK_H
#define PQIKE_POLICY_ASK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

#define POLICY_ASK_VERSION 1

/* With its terminator */
#define POLICY_ERROR_SIZE 256

enum policy_ask_type {
	POLICY_AUTHORISE = 1, /* the helper's socket, again: the module was gone */
	POLICY_CONNECTION_SET,
	POLICY_CONNECTION_DEL,
	POLICY_TRAP_SET,
	POLICY_TRAP_DEL,
	POLICY_LINK_MAKE,
	POLICY_LINK_RENUMBER,
	POLICY_LINK_REMOVE,
	POLICY_NAME, /* a process is to resolve it; what it reports to comes with the answer */
	POLICY_ASKS
};

/* All octets that a type does not use are zero. */
struct policy_ask {
	uint16_t version;
	uint16_t type;
	uint8_t next; /* CONNECTION_SET: 1: as of the configuration that was loaded last */
	uint8_t transport; /* TRAP_SET: 0 or 1 */
	uint8_t family; /* TRAP_SET: AF_INET or AF_INET6, of both addresses */
	uint8_t reserved;
	uint32_t reqid; /* TRAP_DEL */
	uint32_t if_id; /* LINK_MAKE, LINK_RENUMBER: not 0 */
	int32_t index; /* LINK_RENUMBER, LINK_REMOVE: above 0 */
	uint8_t local[16]; /* TRAP_SET; 4 octets where the family is AF_INET */
	uint8_t remote[16]; /* likewise */
	char connection[CONNECTION_NAME_MAX + 1]; /* CONNECTION_..., TRAP_SET */
	char child[CONNECTION_NAME_MAX + 1]; /* TRAP_SET */
	char interface[IFNAMSIZ]; /* LINK_MAKE */
	char name[DNS_NAME_SIZE]; /* NAME */
};

struct policy_answer {
	uint16_t version;
	uint16_t reserved;
	int32_t result; /* 0 or a negative errno */
	uint32_t value; /* TRAP_SET: the reqid of its selectors; else 0 */
	char error[POLICY_ERROR_SIZE]; /* why, one line; "" where the result is 0 */
};

/**
 * policy_ask_check() - see whether what a helper has sent is an ask
 * @data: @len octets
 * @ask: receives it, with texts that are terminated
 *
 * Return: false for another version, a type that there is not, and members that are
 * out of range or not of this type.
 */
bool policy_ask_check(const void *data, size_t len, struct policy_ask *ask);

/* As policy_ask_check(), of what a supervisor has sent. */
bool policy_answer_check(const void *data, size_t len,
			 struct policy_answer *answer);

/**
 * policy_answer_send() - answer an ask, without waiting
 * @fd: our end
 * @answer: the answer
 * @given: a descriptor that goes with it, -1: none
 */
void policy_answer_send(int fd, const struct policy_answer *answer, int given);

/* From now on this process asks through @fd; -1: it acts itself. */
void policy_asks_through(int fd);

/* Return: whether this process asks. */
bool policy_is_asked(void);

/**
 * policy_ask() - ask, and wait
 * @ask: with all but its version
 * @value: receives that of the answer; may be NULL
 * @error: receives why, one line, where it is refused
 * @error_size: size of @error in octets
 *
 * Return: 0 or a negative errno; -EPIPE where the supervisor is gone.
 */
int policy_ask(const struct policy_ask *ask, uint32_t *value, char *error,
	       size_t error_size);

/**
 * policy_ask_name() - have a name resolved, as name_lookups_begin_by() wants it
 *
 * Return: a descriptor, or -1 with @error set.
 */
int policy_ask_name(const char *name, char *error, size_t error_size);

#endif
