/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A supervisor without a kernel, files and processes, and a helper that the test plays: it
 * says and asks what the test has it say and ask.
 */
#ifndef FAKE_HELPER_H
#define FAKE_HELPER_H

#include <stdbool.h>
#include <stddef.h>

#include "fake_config_load.h"
#include "helper/supervision.h"
#include "kernel/policy_ask.h"
#include "supervisor/config_reload.h"
#include "supervisor/helper_keeper.h"

/* Each configuration has a connection of its own, and one of all, of which each says another. */
extern const char *const fake_names[FAKE_CONFIGS];
#define FAKE_NAME_OF_ALL "all"

struct fake_supervisor {
	struct config_reload reload;
	struct helper_keeper keeper;
	struct policy policy;
	struct sockets sockets;
	struct timers timers;
};

extern struct fake_supervisor fake_supervisor;

/* The ends of the helper that there is; -1: there is none */
extern int fake_helper_channel, fake_helper_asks;

/* How many have been started, and how often one was told of each thing */
extern unsigned int fake_helpers;
extern unsigned int fake_helper_heard[SUPERVISION_TYPES];

/* Whom the control socket lets in, as it was said last */
extern unsigned int fake_permitted;

/* The first configuration is in force, and a helper of it ready. */
void fake_supervisor_begin(void);

/* The helper ends, and then the supervisor. */
void fake_supervisor_end(void);

/* Say something to the supervisor, which does what that is; or nothing without a helper. */
void fake_helper_say(uint16_t type);

/* Take what the supervisor has said. */
void fake_helper_hear(void);

/**
 * fake_helper_ask() - ask for something
 * @answer: receives what the supervisor says
 *
 * Return: false where it says nothing, or there is no helper.
 */
bool fake_helper_ask(const struct policy_ask *ask, struct policy_answer *answer);

/* It ends. */
void fake_helper_end(void);

/* Time passes, and what is due then happens. */
void fake_supervisor_wait(int64_t milliseconds);

#endif
