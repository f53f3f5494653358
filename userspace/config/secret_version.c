// SPDX-License-Identifier: GPL-2.0
#include "config/secret_version.h"

#include <keyutils.h>
#include <sys/stat.h>

#include "base/waiting_for.h"

struct secret_version secret_version_of_file(const char *file)
{
	struct secret_version version = { 0 };
	struct stat st;

	waiting_for(file);
	if (stat(file, &st))
		return version;
	version.device = st.st_dev;
	version.inode = st.st_ino;
	version.size = st.st_size;
	version.changed = st.st_ctim;
	return version;
}

struct secret_version secret_version_of_key(const char *description)
{
	long key = keyctl_search(KEY_SPEC_USER_KEYRING, "logon", description, 0);

	return (struct secret_version){ .key = key > 0 ? (int32_t)key : 0 };
}

bool secret_version_same(const struct secret_version *a,
			 const struct secret_version *b)
{
	return a->device == b->device && a->inode == b->inode &&
	       a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec &&
	       a->changed.tv_nsec == b->changed.tv_nsec && a->key == b->key;
}
