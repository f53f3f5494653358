/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of control.h that answer clients, played without a socket.  A
 * client that is told of a failure after all was said to be well ends the test.
 */
#ifndef FAKE_CONTROL_H
#define FAKE_CONTROL_H

#include "helper/control.h"

#define FAKE_CLIENTS_MAX 256

struct control *fake_control_new(void);

/* Return: the number of a client that asks for something; 0: there is no room. */
uint64_t fake_control_ask(struct control *control);

/* Return: any client that has asked, by a number of any size; 0: none has. */
uint64_t fake_control_any(const struct control *control, size_t which);

/* It goes before it is told the outcome, or has no outcome to wait for. */
void fake_control_leave(struct control *control, uint64_t client);

/* Return: how many wait for an outcome. */
size_t fake_control_waiting(const struct control *control);

#endif
