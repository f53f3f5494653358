// SPDX-License-Identifier: GPL-2.0
#include "cli/secrets_seen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/secrets.h"

/* Return: what is wrong with the file, NULL where nothing is seen to be. */
static const char *see_file(const char *file)
{
	struct stat st;

	if (stat(file, &st))
		return errno == EACCES ? NULL : strerror(errno);
	if (S_ISDIR(st.st_mode))
		return strerror(EISDIR);
	if (S_ISREG(st.st_mode) && st.st_mode & 077)
		return "group or others may touch it: expected mode 0600";
	if (S_ISREG(st.st_mode) && !st.st_size)
		return "it is empty";
	return NULL;
}

static bool see_secret(const struct secret_config *secret, char *line,
		       size_t size)
{
	const char *wrong;

	if (!secret->file)
		return geteuid() || secrets_find(secret, 0, line, size);
	wrong = see_file(secret->file);
	if (wrong)
		snprintf(line, size, "%s: %s: %s", secret->place, secret->file,
			 wrong);
	return !wrong;
}

void secrets_seen(const struct secret_config *secrets,
		  void (*note)(const char *line, void *arg), void *arg)
{
	char line[SECRETS_SEEN_MAX];

	for (; secrets; secrets = secrets->next)
		if (!see_secret(secrets, line, sizeof(line)))
			note(line, arg);
}
