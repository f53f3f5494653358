/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a secret is still the one that it was, found out without reading it.
 *
 * A file that is written twice within one tick of the clock of its file system, with
 * a reading in between, by the same number of octets and in place, looks unchanged.
 */
#ifndef PQIKE_SECRET_VERSION_H
#define PQIKE_SECRET_VERSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct secret_version {
	dev_t device; /* of a file, as the next three; 0: there is none */
	ino_t inode;
	off_t size;
	struct timespec changed; /* st_ctim, which nobody can set back */
	int32_t key; /* serial number of a logon key, 0: there is none */
};

/* Return: the version of what @file has now. It may block as open() does. */
struct secret_version secret_version_of_file(const char *file);

/* Return: the version of the logon key @description in the user keyring. */
struct secret_version secret_version_of_key(const char *description);

bool secret_version_same(const struct secret_version *a,
			 const struct secret_version *b);

#endif
