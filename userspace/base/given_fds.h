/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors that a service manager has given to this process, see sd_listen_fds(3). */
#ifndef PQIKE_GIVEN_FDS_H
#define PQIKE_GIVEN_FDS_H

#include <stddef.h>

/* The first one; the others follow. */
#define GIVEN_FDS_FIRST 3

/* Return: how many there are; 0 where they are not for us. */
size_t given_fds_count(void);

/* Have none, and nobody who is executed by this process. */
void given_fds_forget(void);

#endif
