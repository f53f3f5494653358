/* SPDX-License-Identifier: GPL-2.0 */
/* The UDP sockets of IKE: whose they are when the supervisor starts, and who opens them. */
#ifndef PQIKE_PORTS_H
#define PQIKE_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/socket.h"

/* The word that has this program do no more than ports_give() */
#define PORTS_COMMAND "ports"

/**
 * ports_have() - take those that the supervisor before has had, or open them
 * @sockets: receives them, to be closed with sockets_close() in any case
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Datagrams may wait in the former.  A service manager keeps either.
 */
bool ports_have(struct sockets *sockets, char *error, size_t error_size);

/**
 * ports_give() - open them for the supervisor that a service manager starts next
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * So that one needs no right to.  Where they are taken nothing is done: the manager has
 * kept them, or the supervisor will say that it has none.
 */
bool ports_give(char *error, size_t error_size);

#endif
