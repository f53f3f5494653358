/* SPDX-License-Identifier: GPL-2.0 */
/*
 * That there is a helper: it is given what it needs, watched, and followed by another one
 * when it ends.
 */
#ifndef PQIKE_HELPER_KEEPER_H
#define PQIKE_HELPER_KEEPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/timer.h"
#include "kernel/socket.h"
#include "supervisor/config_reload.h"
#include "supervisor/control_socket.h"
#include "supervisor/helper_process.h"
#include "supervisor/policy.h"

struct helper_keeper {
	const char *activation; /* as helper_process_start() */

	/* What each helper gets */
	const struct sockets *sockets;
	struct control_socket *control;
	struct policy *policy;
	struct config_reload *reload;
	uid_t user;
	gid_t group;
	int root; /* -1: none */

	struct timers *timers;
	struct helper_process process; /* the one that there is */
	int asks; /* our end of its policy_asks_through(), -1: there is none */
	bool ready; /* this one */
	bool was_ready; /* any of them */
	bool reload_due; /* is to be asked for when it is ready */
	bool stopping;
	bool leaving; /* likewise, with tunnels left to whoever follows */
	bool done; /* there will be no other: the supervisor is to end, too */
	int result; /* of the supervisor, then */
	struct timer restart;
	struct timer watch;
	struct timer stop;
	int64_t restart_delay;
	int64_t ready_since;
	unsigned int silent; /* ticks of the watch without a sign of life */
};

/* Take members into use, of which those that each helper gets, and @timers, may be set later. */
void helper_keeper_init(struct helper_keeper *keeper);

/* Start the first one. */
void helper_keeper_start(struct helper_keeper *keeper);

/* For poll(): what the helper says; -1: there is none. */
int helper_keeper_fd(const struct helper_keeper *keeper);

/* For poll(): what it asks for, likewise. */
int helper_keeper_asks_fd(const struct helper_keeper *keeper);

/* Do what it says, or asks for, without waiting. */
void helper_keeper_serve(struct helper_keeper *keeper);
void helper_keeper_serve_asks(struct helper_keeper *keeper);

/* A child process of ours has ended: it may have been the helper. */
void helper_keeper_child_ended(struct helper_keeper *keeper);

/* The control socket is another one. */
void helper_keeper_control_moved(struct helper_keeper *keeper);

/* Have it reload. */
void helper_keeper_reload(struct helper_keeper *keeper);

/* Have it tell the peers, and end. */
void helper_keeper_stop(struct helper_keeper *keeper);

/*
 * Have it end in the same way as by a fault: what it has is left to the next, which can have
 * it when this one has ended.
 */
void helper_keeper_leave(struct helper_keeper *keeper);

#endif
