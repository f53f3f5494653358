// SPDX-License-Identifier: GPL-2.0
/* The helper's half of the control socket. */
#include "helper/control.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LISTENER, FIRST_CLIENT };

/* Octets of kernel memory; some 550 lines for a client that did not read yet. */
#define UNREAD_MAX (416 * 1024)

struct client {
	int fd; /* -1: a free place */
	uint64_t number;
};

struct control {
	int fd; /* that clients come to */
	uint64_t last_number;
	struct ucred owner; /* who made the socket: not this process */
	mode_t mode; /* who is served beside root and the owner */
	gid_t group;
	struct client clients[CONTROL_CLIENTS_MAX];
	void (*request)(void *arg, uint64_t client, const char *text);
	void *arg;
};

/* Of a socket that listens, the kernel tells whoever had it do so. */
static struct ucred owner_of(int fd)
{
	struct ucred owner = { 0 };
	socklen_t size = sizeof(owner);

	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &owner, &size);
	return owner;
}

struct control *control_new(int fd,
			    void (*request)(void *arg, uint64_t client,
					    const char *text),
			    void *arg)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control)
		return NULL;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		control->clients[i].fd = -1;
	control->fd = fd;
	control->owner = owner_of(fd);
	control->mode = 0600;
	control->group = control->owner.gid;
	control->request = request;
	control->arg = arg;
	return control;
}

static void drop_client(struct client *client)
{
	close(client->fd);
	*client = (struct client){ .fd = -1 };
}

void control_free(struct control *control)
{
	if (!control)
		return;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (control->clients[i].fd >= 0)
			drop_client(&control->clients[i]);
	close(control->fd);
	free(control);
}

size_t control_poll_fds(struct control *control, struct pollfd *fds)
{
	size_t n = 0;

	fds[n++] = (struct pollfd){ .fd = control->fd, .events = POLLIN };
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
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
	if (!peer.uid || peer.uid == control->owner.uid)
		return true;
	if (is_in_group(fd, &peer, control->group))
		return control->mode & S_IWGRP;
	return control->mode & S_IWOTH;
}

void control_permit(struct control *control, const struct control_config *config)
{
	control->mode = config->mode;
	control->group = config->group_said ? config->group :
					      control->owner.gid;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct client *client = &control->clients[i];

		if (client->fd >= 0 && !may_use(control, client->fd))
			drop_client(client);
	}
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
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
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
void control_move(struct control *control, int fd)
{
	while (accept_client(control))
		;
	close(control->fd);
	control->fd = fd;
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
}

static struct client *find_client(struct control *control, uint64_t number)
{
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
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
