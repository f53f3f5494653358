/* SPDX-License-Identifier: GPL-2.0 */
/* From files to a configuration. */
#ifndef PQIKE_CONFIG_READ_H
#define PQIKE_CONFIG_READ_H

#include "config/config.h"

/**
 * config_read() - read and check a configuration
 * @path: a file, or a directory of files, see conf_tree_read()
 * @error: on failure, a line "FILE:LINE: what was wrong, what was expected"
 * @error_size: size of @error in octets
 *
 * Return: the configuration, to be freed with config_free(); NULL on error.
 */
struct config *config_read(const char *path, char *error, size_t error_size);

/**
 * config_read_noting() - read a configuration, and look for what is hardly meant
 * @note: called with a line "FILE:LINE: KEY: what is hardly meant, what was expected"
 *	for each, as long as nothing is wrong
 * @arg: passed to @note
 *
 * Otherwise it is config_read().
 */
struct config *config_read_noting(const char *path,
				  void (*note)(const char *line, void *arg),
				  void *arg, char *error, size_t error_size);

#endif
