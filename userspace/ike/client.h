/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients of the control socket that wait for an outcome.  One may wait for
 * several IKE SAs and tasks: it hears ok when the last has ended well, or of
 * the first that failed.
 */
#ifndef PQIKE_CLIENT_H
#define PQIKE_CLIENT_H

#include "ike/ike_sa.h"

/* Return: whether anything is under way for @client. */
bool client_waits(const struct ike *ike, uint64_t client);

/* What *@client has waited for went well; it is set to 0. */
void client_succeed(struct ike *ike, uint64_t *client);

/* Nothing more is told to @client; 0 is nobody. */
void client_fail(struct ike *ike, uint64_t client, const char *line);

#endif
