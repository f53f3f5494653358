/* SPDX-License-Identifier: GPL-2.0 */
/* What an operator may ask of the running helper. */
#ifndef PQIKE_COMMAND_H
#define PQIKE_COMMAND_H

#include "ike_sa.h"

/**
 * command() - do what a request of the control socket says
 * @client: who is told the outcome
 * @text: "up NAME" or "down NAME"
 */
void command(struct ike *ike, uint64_t client, const char *text);

#endif
