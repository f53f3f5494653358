/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The helper's half of supervision.h.  In a process without a supervisor, such
 * as a test, nobody is told anything.
 */
#ifndef PQIKE_SUPERVISED_H
#define PQIKE_SUPERVISED_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "helper/supervision.h"

/**
 * supervised_begin() - take what the supervisor gives, and wait for it
 * @begin: receives BEGIN
 * @fds: receives its descriptors
 *
 * Return: how many there are, 0 where no supervisor has started this process.
 */
size_t supervised_begin(struct supervision_record *begin,
			int fds[SUPERVISION_FDS_MAX]);

/* For poll(): what the supervisor says; -1: there is none. */
int supervised_fd(void);

/* Connections are served from now on. */
void supervised_ready(void);

/* Have the configuration be read again.  Return: false where that cannot be. */
bool supervised_load(void);

/* Whether the configuration that was read is in use, or the one before. */
void supervised_taken(bool taken);

/* Return: when supervised_alive() is to be called at last, 0: never. */
int64_t supervised_due(void);

/**
 * supervised_alive() - a round of the event loop has come to its end
 * @now: clock_now()
 *
 * A supervisor that asks for it is told from supervised_ready() on.  Only the
 * loop itself may call this, at the end of a round, so that one which hangs is
 * ended and started again.
 */
void supervised_alive(int64_t now);

/* What the supervisor may say. */
struct supervised_orders {
	void (*stop)(void *arg);
	void (*reload)(void *arg);
	void (*control)(void *arg, int fd); /* the control socket is @fd now */
	/* To supervised_load(), of which @fd is closed after it: */
	void (*loaded)(void *arg, int fd);
	void (*refused)(void *arg, const char *text);
	void *arg;
};

/**
 * supervised_serve() - do what the supervisor says
 *
 * Where it is gone this process ends at once, as the kernel would have it.
 */
void supervised_serve(const struct supervised_orders *orders);

#endif
