/* SPDX-License-Identifier: GPL-2.0 */
/* The files that a configuration consists of. */
#ifndef PQIKE_CONF_FILE_H
#define PQIKE_CONF_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct conf_files;

/* Return: no files yet, to be freed with conf_files_free(); NULL without memory. */
struct conf_files *conf_files_new(void);

void conf_files_free(struct conf_files *files);

/* Return: whether no file was read. */
bool conf_files_none(const struct conf_files *files);

/* Return: whether the file at @path was read, by this or another path. */
bool conf_files_has(const struct conf_files *files, const char *path);

/**
 * conf_files_read() - read a file
 * @path: of the file, at most 64 MiB of text
 * @kept: receives @path as it is kept until conf_files_free()
 * @error: on failure, a line "FILE: what was wrong"
 * @error_size: size of @error in octets
 *
 * Return: its text with a terminator, to be freed; NULL on failure.
 */
char *conf_files_read(struct conf_files *files, const char *path,
		      const char **kept, char *error, size_t error_size);

#endif
