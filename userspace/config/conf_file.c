// SPDX-License-Identifier: GPL-2.0
#include "config/conf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/waiting_for.h"

#define FILE_SIZE_MAX ((size_t)64 * 1024 * 1024)
#define FIRST_ROOM ((size_t)64 * 1024)

/* A file that was read. */
struct conf_file {
	struct conf_file *next;
	char *path;
	dev_t device;
	ino_t inode;
};

struct conf_files {
	struct conf_file *list;
	void *by_inode; /* a tree of tsearch(3) */
};

static int compare(const void *a, const void *b)
{
	const struct conf_file *first = a, *second = b;

	if (first->device != second->device)
		return first->device < second->device ? -1 : 1;
	if (first->inode != second->inode)
		return first->inode < second->inode ? -1 : 1;
	return 0;
}

static void keep(void *file)
{
	(void)file;
}

struct conf_files *conf_files_new(void)
{
	return calloc(1, sizeof(struct conf_files));
}

void conf_files_free(struct conf_files *files)
{
	struct conf_file *file, *next;

	if (!files)
		return;
	tdestroy(files->by_inode, keep);
	for (file = files->list; file; file = next) {
		next = file->next;
		free(file->path);
		free(file);
	}
	free(files);
}

bool conf_files_none(const struct conf_files *files)
{
	return !files->list;
}

bool conf_files_has(const struct conf_files *files, const char *path)
{
	struct conf_file key;
	struct stat st;

	waiting_for(path);
	if (stat(path, &st))
		return false;
	key.device = st.st_dev;
	key.inode = st.st_ino;
	return tfind(&key, &files->by_inode, compare);
}

/* Return: NULL without memory. */
static struct conf_file *note(struct conf_files *files, const char *path)
{
	struct conf_file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->path = strdup(path);
	if (!file->path) {
		free(file);
		return NULL;
	}
	file->next = files->list;
	files->list = file;
	return file;
}

/* Room for at most FILE_SIZE_MAX octets and one more, of which @size are there. */
static bool grow(char **text, size_t *size)
{
	size_t room = *size ? 2 * *size : FIRST_ROOM;
	char *larger;

	if (room > FILE_SIZE_MAX)
		room = FILE_SIZE_MAX + 1;
	larger = realloc(*text, room);
	if (!larger)
		return false;
	*text = larger;
	*size = room;
	return true;
}

static const char *read_descriptor(int fd, char **text)
{
	size_t len = 0, size = 0;

	for (;;) {
		ssize_t n;

		if (len > FILE_SIZE_MAX)
			return "expected a file of at most 64 MiB";
		if (len == size && !grow(text, &size))
			return "out of memory";
		n = read(fd, *text + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return strerror(errno);
		if (!n)
			break;
		len += (size_t)n;
	}
	(*text)[len] = '\0';
	return strlen(*text) == len ? NULL :
	       "expected text, not a NUL octet";
}

/* Return: NULL, or what went wrong. */
static const char *read_file(struct conf_files *files, struct conf_file *file,
			     char **text)
{
	const char *what = NULL;
	struct stat st;
	int fd;

	waiting_for(file->path);
	fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return strerror(errno);
	if (!fstat(fd, &st)) {
		file->device = st.st_dev;
		file->inode = st.st_ino;
		if (!tsearch(file, &files->by_inode, compare))
			what = "out of memory";
	}
	if (!what)
		what = read_descriptor(fd, text);
	close(fd);
	return what;
}

char *conf_files_read(struct conf_files *files, const char *path,
		      const char **kept, char *error, size_t error_size)
{
	struct conf_file *file = note(files, path);
	const char *what = "out of memory";
	char *text = NULL;

	if (file)
		what = read_file(files, file, &text);
	if (!what) {
		*kept = file->path;
		return text;
	}
	snprintf(error, error_size, "%s: %s", path, what);
	free(text);
	return NULL;
}
