// SPDX-License-Identifier: GPL-2.0
#include "supervisor/helper_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct account {
	bool found;
	uid_t user;
	gid_t group;
};

static void look_at(const struct passwd *entry, const char *name,
		    struct account *account)
{
	if (account->found || strcmp(entry->pw_name, name) != 0)
		return;
	*account = (struct account){
		.found = true, .user = entry->pw_uid, .group = entry->pw_gid,
	};
}

bool helper_account(const char *path, uid_t *user, gid_t *group, char *error,
		    size_t error_size)
{
	struct account own = { 0 }, other = { 0 };
	FILE *file = fopen(path, "re");
	const struct passwd *entry;

	if (!file) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return false;
	}
	while ((entry = fgetpwent(file))) {
		look_at(entry, HELPER_ACCOUNT, &own);
		look_at(entry, HELPER_ACCOUNT_ELSE, &other);
	}
	fclose(file);
	if (!own.found)
		own = other;
	*user = own.user;
	*group = own.group;
	if (own.user && own.group)
		return true;
	snprintf(error, error_size,
		 own.found ? "%s: the account of the helper is root's" :
		 "%s: no account " HELPER_ACCOUNT " nor " HELPER_ACCOUNT_ELSE " for the helper",
		 path);
	return false;
}

static void set_path(char path[PATH_MAX], const char *beside)
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", beside);
	snprintf(path, PATH_MAX, "%.*s/empty", PATH_MAX - 7, dirname(copy));
}

static bool is_empty(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *directory = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	bool empty = directory;

	while (empty && (entry = readdir(directory)))
		empty = !strcmp(entry->d_name, ".") ||
			!strcmp(entry->d_name, "..");
	if (directory)
		closedir(directory);
	else if (copy >= 0)
		close(copy);
	return empty;
}

/* Return: why it will not do; NULL: it does. */
static const char *find_fault(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return strerror(errno);
	if (status.st_uid != geteuid() || status.st_mode & (S_IWGRP | S_IWOTH))
		return "somebody else may write there";
	return is_empty(fd) ? NULL : "it is not empty";
}

int helper_root_open(const char *beside, char *error, size_t error_size)
{
	const char *fault;
	char path[PATH_MAX];
	int fd;

	set_path(path, beside);
	/* Whether it is there is seen when it is opened. */
	mkdir(path, 0555);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	fault = fd < 0 ? strerror(errno) : find_fault(fd);
	if (!fault)
		return fd;
	snprintf(error, error_size, "%s, the root of the helper: %s", path,
		 fault);
	if (fd >= 0)
		close(fd);
	return -1;
}

void helper_root_remove(const char *beside)
{
	char path[PATH_MAX];

	set_path(path, beside);
	rmdir(path);
}
