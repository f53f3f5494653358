/* SPDX-License-Identifier: GPL-2.0 */
/* Word of the kernel that files of a directory have come or gone. */
#ifndef PQIKE_DIRECTORY_WATCH_H
#define PQIKE_DIRECTORY_WATCH_H

#include <stdbool.h>

struct directory_watch {
	int fd; /* for poll(); -1: the kernel gives none */
	int descriptor; /* of the directory, -1: none is watched */
};

/* directory_watch_close() is due in any case. */
void directory_watch_open(struct directory_watch *watch);
void directory_watch_close(struct directory_watch *watch);

/**
 * directory_watch_set() - watch the directory that is there now, and no other
 *
 * Return: false where it cannot be watched.
 */
bool directory_watch_set(struct directory_watch *watch, const char *directory);

/* Take all that has come: the directory is what it is. */
void directory_watch_drain(const struct directory_watch *watch);

#endif
