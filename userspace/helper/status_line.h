/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the running helper tells of an IKE SA beside what the kernel knows: the
 * request "sa NUMBER" of the control socket, whose answers are lines
 *
 *	ike LOCAL REMOTE NAT AGE REKEY END [DNS-NAME]
 *	child SPI NAME METHODS
 *
 * and of the children of a connection, the request "children CONNECTION" with lines
 *
 *	configured NAME STATE
 *
 * with times in seconds, "-" where there is none; NAT is "none", "here",
 * "there" or "both", METHODS are numbers with "+" between them.
 */
#ifndef PQIKE_STATUS_LINE_H
#define PQIKE_STATUS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "kernel/kernel.h"
#include "wire/path.h"

#define STATUS_METHODS_MAX (1 + ADDITIONAL_KE_MAX)
#define STATUS_LINE_SIZE 512

/* What is due; in seconds, negative: nothing. */
struct status_times {
	int64_t age;
	int64_t rekey; /* from now */
	int64_t end; /* from now */
};

struct status_ike_sa {
	char local[ENDPOINT_TEXT_SIZE]; /* "": the helper does not know it */
	char remote[ENDPOINT_TEXT_SIZE];
	bool nat_here;
	bool nat_there;
	struct status_times times;
	char remote_name[DNS_NAME_SIZE]; /* that stands for @remote, "": none */
};

struct status_child_sa {
	uint32_t spi_in;
	char name[CONNECTION_NAME_MAX + 1];
	size_t n_methods; /* 0: it was made without key exchanges of its own */
	uint16_t methods[STATUS_METHODS_MAX];
};

enum status_state {
	STATUS_DOWN,
	STATUS_TRAP, /* a packet will set it up */
	STATUS_CONNECTING, /* it is being made, or will be tried again */
	STATUS_UP,
	STATUS_STATES
};

/* A child of the configuration. */
struct status_configured {
	char name[CONNECTION_NAME_MAX + 1];
	enum status_state state;
};

/* Return: "down", "trap", "connecting" or "up". */
const char *status_state_name(enum status_state state);

/* Write a line, without the terminator of one. */
void status_ike_sa_print(const struct status_ike_sa *told, char *line, size_t size);
void status_child_sa_print(const struct status_child_sa *told, char *line,
			   size_t size);
void status_configured_print(const struct status_configured *told, char *line,
			     size_t size);

/* Return: whether @line is one of that kind. */
bool status_ike_sa_read(struct status_ike_sa *told, const char *line);
bool status_child_sa_read(struct status_child_sa *told, const char *line);
bool status_configured_read(struct status_configured *told, const char *line);

#endif
