/* SPDX-License-Identifier: GPL-2.0 */
/* From a swanctl.conf to a configuration of ours. */
#ifndef PQIKE_IMPORT_H
#define PQIKE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * import_file() - write what of a swanctl.conf can be kept
 * @path: the file, with what it includes
 * @out: receives the configuration
 * @note: called with a line for all that is dropped or to be done by hand
 * @arg: passed to @note
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Secrets are not copied: where they are to be put is noted.  Nothing is written
 * unless a connection is kept.
 *
 * Return: false when the file cannot be read, or nothing of it can be kept.
 */
bool import_file(const char *path, FILE *out,
		 void (*note)(const char *line, void *arg), void *arg,
		 char *error, size_t error_size);

#endif
