/* SPDX-License-Identifier: GPL-2.0 */
/* What can be seen of pre-shared keys without reading one. */
#ifndef PQIKE_SECRETS_SEEN_H
#define PQIKE_SECRETS_SEEN_H

#include "config/config.h"

/* Octets of a line about one, with its terminator. */
#define SECRETS_SEEN_MAX 1024

/**
 * secrets_seen() - look for pre-shared keys that could not be had on this host
 * @secrets: list, may be NULL
 * @note: called with a line "FILE:LINE: KEY: what is wrong" for each
 * @arg: passed to @note
 *
 * Of a file that this user may not reach, and for others than root of the keyring
 * as well, nothing is known and nothing said.
 */
void secrets_seen(const struct secret_config *secrets,
		  void (*note)(const char *line, void *arg), void *arg);

#endif
