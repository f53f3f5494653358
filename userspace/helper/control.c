// SPDX-License-Identifier: GPL-2.0
/* The helper's half of the control socket. */
#include "helper/control.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/directory_watch.h"
#include "base/log.h"

enum { LISTENER, WATCH, FIRST_CLIENT };

#define CLIENTS_MAX (CONTROL_POLL_MAX - FIRST_CLIENT)

#define ERROR_MAX 256

/* Octets of kernel memory; some 550 lines for a client that did not read yet. */
#define UNREAD_MAX (416 * 1024)

struct client {
	int fd; /* -1: a free place */
	uint64_t number;
};

struct control {
	int fd; /* -1: it is lost */
	struct sockaddr_un address;
	dev_t device; /* of the socket's file */
	ino_t inode;
	struct directory_watch watch; /* of its directory */
	bool lost; /* it was said that it could not be made again */
	uint64_t last_number;
	mode_t mode; /* who is served beside root and this user */
	gid_t group;
	bool group_said;
	struct client clients[CLIENTS_MAX];
	void (*request)(void *arg, uint64_t client, const char *text);
	void *arg;
};

static bool set_address(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path))
		return false;
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return true;
}

static bool is_served(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	bool served;

	if (fd < 0)
		return false;
	/* EAGAIN: it is, by one that has much to do. */
	served = connect(fd, (const struct sockaddr *)address,
			 sizeof(*address)) == 0 || errno == EAGAIN;
	close(fd);
	return served;
}

bool control_is_served(const char *path)
{
	struct sockaddr_un address;

	return set_address(&address, path) && is_served(&address);
}

#define PATH_SIZE sizeof(((struct sockaddr_un *)NULL)->sun_path)

static const char *directory_of(const char *path, char copy[PATH_SIZE])
{
	snprintf(copy, PATH_SIZE, "%s", path);
	return dirname(copy);
}

static int bind_and_listen(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0177);
	int result = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	umask(mask);
	return result < 0 ? result : listen(fd, CLIENTS_MAX);
}

static int open_listener(const struct sockaddr_un *address, char *error,
			 size_t error_size)
{
	const char *path = address->sun_path;
	char copy[PATH_SIZE];
	int fd;

	if (is_served(address)) {
		snprintf(error, error_size, "%s: another pqike serves this socket",
			 path);
		return -1;
	}
	/* Whether it worked is seen when the socket is bound. */
	mkdir(directory_of(path, copy), 0755);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind_and_listen(fd, address) < 0) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* Return: whether the socket's file is the one that was made here. */
static bool is_in_place(const struct control *control)
{
	struct stat status;

	return !lstat(control->address.sun_path, &status) &&
	       status.st_dev == control->device &&
	       status.st_ino == control->inode;
}

/* While the socket is open its file's inode is nobody else's. */
static bool open_here(struct control *control, char *error, size_t error_size)
{
	const char *path = control->address.sun_path;
	struct stat status;
	char copy[PATH_SIZE];

	control->fd = open_listener(&control->address, error, error_size);
	if (control->fd < 0)
		return false;
	directory_watch_set(&control->watch, directory_of(path, copy));
	if (lstat(path, &status)) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		close(control->fd);
		control->fd = -1;
		return false;
	}
	control->device = status.st_dev;
	control->inode = status.st_ino;
	return true;
}

struct control *control_listen(const char *path,
			       void (*request)(void *arg, uint64_t client,
					       const char *text),
			       void *arg, char *error, size_t error_size)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		control->clients[i].fd = -1;
	control->mode = 0600;
	control->group = getegid();
	control->request = request;
	control->arg = arg;
	if (!set_address(&control->address, path)) {
		snprintf(error, error_size, "%s: too long a path", path);
		free(control);
		return NULL;
	}
	directory_watch_open(&control->watch);
	if (!open_here(control, error, error_size)) {
		directory_watch_close(&control->watch);
		free(control);
		return NULL;
	}
	return control;
}

bool control_permit(struct control *control, mode_t mode, const gid_t *group,
		    char *error, size_t error_size)
{
	const char *path = control->address.sun_path;

	if ((group && chown(path, (uid_t)-1, *group)) || chmod(path, mode)) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return false;
	}
	control->mode = mode;
	control->group_said = group;
	if (group)
		control->group = *group;
	return true;
}

static void drop_client(struct client *client)
{
	close(client->fd);
	*client = (struct client){ .fd = -1 };
}

void control_close(struct control *control)
{
	if (!control)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (control->clients[i].fd >= 0)
			drop_client(&control->clients[i]);
	if (control->fd >= 0 && is_in_place(control))
		unlink(control->address.sun_path);
	if (control->fd >= 0)
		close(control->fd);
	directory_watch_close(&control->watch);
	free(control);
}

size_t control_poll_fds(struct control *control, struct pollfd *fds)
{
	size_t n = 0;

	fds[n++] = (struct pollfd){ .fd = control->fd, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = control->watch.fd, .events = POLLIN };
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		fds[n++] = (struct pollfd){
			.fd = control->clients[i].fd, .events = POLLIN,
		};
	return n;
}

static bool is_in_group(int fd, const struct ucred *peer, gid_t group)
{
	gid_t groups[NGROUPS_MAX];
	socklen_t size = sizeof(groups);

	if (peer->gid == group)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size))
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* The socket's mode was another one for a moment, when it was made. */
static bool may_use(const struct control *control, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return false;
	if (!peer.uid || peer.uid == geteuid())
		return true;
	if (is_in_group(fd, &peer, control->group))
		return control->mode & S_IWGRP;
	return control->mode & S_IWOTH;
}

/* Return: whether there was one. */
static bool accept_client(struct control *control)
{
	static const char refusal[] = "error you may not use this socket";
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int size = UNREAD_MAX / 2; /* the kernel doubles it */

	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (!may_use(control, fd)) {
		send(fd, refusal, strlen(refusal), MSG_NOSIGNAL);
		close(fd);
		return true;
	}
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		if (control->clients[i].fd >= 0)
			continue;
		control->clients[i].fd = fd;
		control->clients[i].number = ++control->last_number;
		return true;
	}
	close(fd);
	return true;
}

/* Whoever has found the old socket in time is not turned away. */
static void leave_socket(struct control *control)
{
	if (control->fd < 0)
		return;
	while (accept_client(control))
		;
	close(control->fd);
	control->fd = -1;
}

bool control_restore(struct control *control)
{
	const gid_t *group = control->group_said ? &control->group : NULL;
	char error[ERROR_MAX];

	if (control->fd >= 0 && is_in_place(control))
		return true;
	if (!control->lost)
		log_warning("the control socket %s was deleted or replaced",
			    control->address.sun_path);
	leave_socket(control);
	if (!open_here(control, error, sizeof(error)) ||
	    !control_permit(control, control->mode, group, error,
			    sizeof(error))) {
		if (!control->lost)
			log_warning("the control socket is not there: %s",
				    error);
		control->lost = true;
		return false;
	}
	control->lost = false;
	log_line("the control socket %s is there again",
		 control->address.sun_path);
	return true;
}

bool control_is_lost(const struct control *control)
{
	return control->lost;
}

static void read_client(struct control *control, struct client *client)
{
	char text[CONTROL_RECORD_MAX];
	ssize_t len = recv(client->fd, text, sizeof(text) - 1, 0);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		drop_client(client);
		return;
	}
	text[len] = '\0';
	control->request(control->arg, client->number, text);
}

void control_serve(struct control *control, const struct pollfd *fds, size_t n)
{
	for (size_t i = FIRST_CLIENT; i < n; i++) {
		struct client *client = &control->clients[i - FIRST_CLIENT];

		if (fds[i].revents && client->fd == fds[i].fd)
			read_client(control, client);
	}
	if (fds[LISTENER].revents)
		accept_client(control);
	if (fds[WATCH].revents) {
		directory_watch_drain(&control->watch);
		control_restore(control);
	}
}

static struct client *find_client(struct control *control, uint64_t number)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (control->clients[i].fd >= 0 &&
		    control->clients[i].number == number)
			return &control->clients[i];
	return NULL;
}

/* A client that does not read is one that has gone. */
static bool reply(struct control *control, uint64_t number, const char *word,
		  const char *text)
{
	struct client *client = find_client(control, number);
	char record[CONTROL_RECORD_MAX];

	if (!client)
		return false;
	snprintf(record, sizeof(record), "%s%s%s", word, text ? " " : "",
		 text ? text : "");
	if (send(client->fd, record, strlen(record), MSG_NOSIGNAL) >= 0)
		return true;
	drop_client(client);
	return false;
}

static void finish(struct control *control, uint64_t number)
{
	struct client *client = find_client(control, number);

	if (client)
		drop_client(client);
}

bool control_send(struct control *control, uint64_t client, const char *word,
		  const char *text)
{
	return reply(control, client, word, text);
}

void control_progress(struct control *control, uint64_t client, const char *text)
{
	reply(control, client, "progress", text);
}

void control_ok(struct control *control, uint64_t client)
{
	reply(control, client, "ok", NULL);
	finish(control, client);
}

void control_fail(struct control *control, uint64_t client, const char *text)
{
	reply(control, client, "error", text);
	finish(control, client);
}
