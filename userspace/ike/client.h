/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients of the control socket that wait for an outcome.  One may wait for
 * several IKE SAs and tasks: it hears ok when the last has ended well, or of
 * the first that failed.
 */
#ifndef PQIKE_CLIENT_H
#define PQIKE_CLIENT_H

#include "ike/ike_sa.h"

/*
 * A command of @client, which may be 0, is carried out in between: what ends well at
 * once is not all that it waits for.
 */
void client_begin(struct ike *ike, uint64_t client);
void client_begun(struct ike *ike);

/* Return: whether anything is under way, or yet to be begun, for @client, not 0. */
bool client_waits(const struct ike *ike, uint64_t client);

/* What *@client has waited for went well; it is set to 0. */
void client_succeed(struct ike *ike, uint64_t *client);

/* Nothing more is told to @client; 0 is nobody. */
void client_fail(struct ike *ike, uint64_t client, const char *line);

#endif
