/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trying the pre-shared keys of a configuration, by a process of its own: none of
 * them is kept, and a file that keeps its reader waiting does so for a while only.
 */
#ifndef PQIKE_SECRETS_PROBE_H
#define PQIKE_SECRETS_PROBE_H

#include "config/config.h"

/* As long as pqike run waits. */
#define SECRETS_PROBE_SECONDS 30

/* Octets of what is wrong with one, with its terminator. */
#define SECRETS_PROBE_ERROR_MAX 1024

/**
 * secrets_probe() - see which pre-shared keys secrets_fill() would refuse
 * @secrets: list, may be NULL
 * @seconds: for all of them together
 * @fault: called with "FILE:LINE: KEY: what is wrong" for each
 * @arg: passed to @fault
 * @error: where not all could be tried: what is wrong, in one line
 * @error_size: size of @error in octets
 *
 * Return: whether all were tried.
 */
bool secrets_probe(const struct secret_config *secrets, unsigned int seconds,
		   void (*fault)(const char *line, void *arg), void *arg,
		   char *error, size_t error_size);

#endif
