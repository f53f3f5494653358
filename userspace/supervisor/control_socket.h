/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket at its path: made, given to a group, and made again where it was
 * deleted or replaced.  Who serves it is the helper.
 */
#ifndef PQIKE_CONTROL_SOCKET_H
#define PQIKE_CONTROL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

struct control_socket;

/**
 * control_socket_open() - make the control socket
 * @path: where; its directory is made where it is missing
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * A socket left at @path by a pqike that is no more is replaced; one that
 * answers is not.  Its owner alone may use it.
 *
 * Return: to be closed with control_socket_close(); NULL on failure.
 */
struct control_socket *control_socket_open(const char *path, char *error,
					   size_t error_size);

/* Close it, and remove it from its path where it is still there. */
void control_socket_close(struct control_socket *socket);

/* Return: the descriptor that listens; another one after control_socket_restore(). */
int control_socket_fd(const struct control_socket *socket);

/**
 * control_socket_permit() - say who else may use it
 * @config: its group is that of this process where none is said
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 */
bool control_socket_permit(struct control_socket *socket,
			   const struct control_config *config, char *error,
			   size_t error_size);

/* For poll(): word that its directory has changed; -1: none comes. */
int control_socket_watch(const struct control_socket *socket);

/**
 * control_socket_restore() - make the socket again where it is not at its path
 *
 * To be called when control_socket_watch() says so.  What happens is logged.
 *
 * Return: false where it could not be made: to be called again later.
 */
bool control_socket_restore(struct control_socket *socket);

#endif
