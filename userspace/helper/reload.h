/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Another configuration while the helper runs.  Its supervisor reads the files, so
 * that none of them can keep IKE waiting, and no helper needs to be able to.
 */
#ifndef PQIKE_RELOAD_H
#define PQIKE_RELOAD_H

#include "helper/control.h"
#include "ike/ike_sa.h"

struct reload;

/**
 * reload_new() - be ready to reload
 * @ike: whose events tell clients the outcome
 * @now: the configuration of @ike
 * @control: through which clients are told that the configuration is wrong;
 *	NULL in a test
 *
 * Return: to be freed with reload_free(); NULL without memory.
 */
struct reload *reload_new(struct ike *ike, struct config *now,
			  struct control *control);

/* A reload that goes on ends without a word; nothing has changed then. */
void reload_free(struct reload *reload);

/**
 * reload_request() - have the configuration be read again and take it into use
 * @client: who is told the outcome, 0: nobody
 *
 * See config_apply().  When anything is wrong, nothing changes.  Where a reload
 * goes on, another one begins after it, for all who have asked meanwhile: what
 * they have written by now may not have been read.
 */
void reload_request(struct reload *reload, uint64_t client);

/**
 * reload_loaded() - the configuration was read
 * @next: taken into use, or freed; with the numbers of @now where children are the same
 */
void reload_loaded(struct reload *reload, struct config *next);

/* It was, but is not to be had: @error says why, in one line. */
void reload_lost(struct reload *reload, const char *error);

/* It was not, or is wrong: @error says why, in one line. */
void reload_refused(struct reload *reload, const char *error);

#endif
