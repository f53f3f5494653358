// SPDX-License-Identifier: GPL-2.0
/* The helper's half of the control socket. */
#include "control.h"

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

#define CLIENTS_MAX (CONTROL_POLL_MAX - 1)

struct client {
	int fd; /* -1: a free place */
	uint64_t number;
};

struct control {
	int fd;
	struct sockaddr_un address;
	uint64_t last_number;
	mode_t mode; /* who is served beside root and this user */
	gid_t group;
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
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	bool served;

	if (fd < 0)
		return false;
	served = connect(fd, (const struct sockaddr *)address,
			 sizeof(*address)) == 0;
	close(fd);
	return served;
}

bool control_is_served(const char *path)
{
	struct sockaddr_un address;

	return set_address(&address, path) && is_served(&address);
}

static void make_directory(const char *path)
{
	char copy[sizeof(((struct sockaddr_un *)NULL)->sun_path)];

	/* Whether it worked is seen when the socket is bound. */
	snprintf(copy, sizeof(copy), "%s", path);
	mkdir(dirname(copy), 0755);
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
	int fd;

	if (is_served(address)) {
		snprintf(error, error_size, "%s: another pqike serves this socket",
			 path);
		return -1;
	}
	make_directory(path);
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
	control->fd = open_listener(&control->address, error, error_size);
	if (control->fd < 0) {
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
	unlink(control->address.sun_path);
	close(control->fd);
	free(control);
}

size_t control_poll_fds(struct control *control, struct pollfd *fds)
{
	size_t n = 0;

	fds[n++] = (struct pollfd){ .fd = control->fd, .events = POLLIN };
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

static void accept_client(struct control *control)
{
	static const char refusal[] = "error you may not use this socket";
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (!may_use(control, fd)) {
		send(fd, refusal, strlen(refusal), MSG_NOSIGNAL);
		close(fd);
		return;
	}
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		if (control->clients[i].fd >= 0)
			continue;
		control->clients[i].fd = fd;
		control->clients[i].number = ++control->last_number;
		return;
	}
	close(fd);
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
	for (size_t i = 1; i < n; i++)
		if (fds[i].revents && control->clients[i - 1].fd == fds[i].fd)
			read_client(control, &control->clients[i - 1]);
	if (n && fds[0].revents)
		accept_client(control);
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
