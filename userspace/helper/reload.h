/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading the configuration again while the helper runs.  The files are read
 * by another process, so that none of them can keep IKE waiting.
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
 * @path: where to read, as config_read(); stays
 * @control: through which clients are told that the configuration is wrong;
 *	NULL in a test
 *
 * Return: to be freed with reload_free(); NULL without memory.
 */
struct reload *reload_new(struct ike *ike, struct config *now, const char *path,
			  struct control *control);

/* A reload that goes on ends without a word; nothing has changed then. */
void reload_free(struct reload *reload);

/**
 * reload_request() - read the configuration again and take it into use
 * @client: who is told the outcome, 0: nobody
 *
 * See config_apply().  When anything is wrong, nothing changes.  Where a reload
 * goes on, another one begins after it, for all who have asked meanwhile: what
 * they have written by now may not have been read.
 */
void reload_request(struct reload *reload, uint64_t client);

/* What to poll for POLLIN before reload_serve(), -1: nothing. */
int reload_fd(const struct reload *reload);

/* Go on with what was read. */
void reload_serve(struct reload *reload);

#endif
