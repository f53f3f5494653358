/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration that is in force, and the one that was given to the helper, which has not
 * taken it yet.  Both end here, with what finds something in them: nobody else keeps a pointer
 * to one of them, or to anything of one.
 */
#ifndef PQIKE_CONFIG_PAIR_H
#define PQIKE_CONFIG_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "config/config_index.h"

/* Zeroed: there is none. */
struct config_pair {
	struct config *now; /* in force */
	struct config *next; /* given to the helper, or was in force before; NULL: none */
	struct config_index by_name; /* of now */
	struct config_index next_by_name;
	int32_t keyring; /* that the kernel looks keys up in, 0: none of theirs */
};

/**
 * config_pair_begin() - have a first configuration in force
 * @now: is ours from now on, with its keyring, also on failure
 *
 * Return: false without memory: there is none.
 */
bool config_pair_begin(struct config_pair *pair, struct config *now);

/* Both end. */
void config_pair_end(struct config_pair *pair);

/**
 * config_pair_give() - have another one beside that in force
 * @next: is ours from now on, with its keyring, also on failure
 *
 * One that was given before ends.
 *
 * Return: false without memory: there is none.
 */
bool config_pair_give(struct config_pair *pair, struct config *next);

/**
 * config_pair_take() - have the one that was given in force
 *
 * The one before is beside it from now on, until config_pair_conclude().  Where none was
 * given, nothing happens.  No failure is possible.
 */
void config_pair_take(struct config_pair *pair);

/* The one that is not in force ends, where there is one. */
void config_pair_conclude(struct config_pair *pair);

/**
 * config_pair_use_keys() - have the kernel find the keys of one, not those of another
 * @next: of the one that was given, else of that in force
 */
bool config_pair_use_keys(struct config_pair *pair, bool next);

#endif
