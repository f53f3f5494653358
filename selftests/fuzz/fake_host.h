/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a host is asked for by the helper in a walk that can be repeated: sockets that
 * ask for addresses, and getrandom() of the C library, played (ld --wrap).
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* All addresses are there, no socket is open, and chance is that of @seed. */
void fake_host_begin(uint32_t seed);

/* Of the 256 hosts of 192.0.2.0/24; any other address is always there. */
void fake_host_set_address(uint8_t host, bool is_there);

/* Return: how many sockets are open. */
unsigned int fake_host_sockets(void);

#endif
