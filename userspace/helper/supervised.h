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
 * supervised_begin() - see whether a supervisor has started this process
 *
 * Return: false where descriptor SUPERVISION_FD is not one end of its pair.
 */
bool supervised_begin(void);

/* For poll(): what the supervisor says; -1: there is none. */
int supervised_fd(void);

/**
 * supervised_sockets() - have the supervisor hand over the sockets, and wait
 * @config: who may use the control socket
 * @fds: receives the UDP sockets, as sockets_adopt() takes them, and the control socket
 *
 * Return: how many there are, 0 where the supervisor has none: it has said why.
 */
size_t supervised_sockets(const struct control_config *config,
			  int fds[SUPERVISION_FDS_MAX]);

/* Connections are served from now on; also after supervised_reloading(). */
void supervised_ready(void);

/* The configuration is being read again. */
void supervised_reloading(void);

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
	void *arg;
};

/**
 * supervised_serve() - do what the supervisor says
 *
 * Where it is gone this process ends at once, as the kernel would have it.
 */
void supervised_serve(const struct supervised_orders *orders);

#endif
