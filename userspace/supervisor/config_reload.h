/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reload: the configuration is read again and given to the helper, which takes it or keeps
 * the one before.
 */
#ifndef PQIKE_CONFIG_RELOAD_H
#define PQIKE_CONFIG_RELOAD_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/timer.h"
#include "supervisor/config_service.h"
#include "supervisor/control_socket.h"
#include "supervisor/helper_process.h"
#include "supervisor/policy.h"

struct config_reload {
	struct config_service service;
	struct policy *policy;
	struct control_socket *control; /* may be set later */
	struct helper_process *helper;
	struct timers *timers;
	struct timer patience; /* with what is read */
	struct timer answer; /* of the helper, to what it was given */
	struct timer pause; /* after which one begins that was asked for */
	int64_t pause_ends; /* clock_now() from which on another one may begin */
};

/* From the beginning of one to that of the next: each has a process read all files. */
#define CONFIG_RELOAD_PAUSE SECOND

/* So long a helper has to take what it was given, or keep what was before. */
#define CONFIG_RELOAD_ANSWER (60 * SECOND)

/* Take members into use, of which all but the timers are set. */
void config_reload_init(struct config_reload *reload);

/*
 * The helper, which is ready, asks for it: what it was given before and has not taken it does
 * not take.  Where one is being read that goes on, no longer than it would; where the last one
 * has only just begun it begins after CONFIG_RELOAD_PAUSE.
 */
void config_reload_begin(struct config_reload *reload);

/* Go on with what is read; to be called when config_service_fd() says so. */
void config_reload_serve(struct config_reload *reload);

/* The helper has an answer: whether it has taken what it was given. */
void config_reload_conclude(struct config_reload *reload, bool taken);

/* The helper is gone: what was given to it, and not taken, is not in force. */
void config_reload_cancel(struct config_reload *reload);

#endif
