/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket of a running helper: a SOCK_SEQPACKET Unix socket that
 * root alone can open, unless the configuration says else.  The supervisor has it made
 * and holds it, so that who asks while there is no helper is answered by the next one.
 *
 * A client sends one record, such as "up NAME"; see command().  Records with
 * one line each come back: "progress TEXT", "answer TEXT" or "event TEXT" any
 * number of times, then "ok" or "error TEXT" once the outcome is known.
 */
#ifndef PQIKE_CONTROL_H
#define PQIKE_CONTROL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/config.h"

#define CONTROL_PATH "/run/pqike/control"
#define CONTROL_RECORD_MAX 4096

/* What is done with the lines that come before the outcome; any may be NULL. */
struct control_listener {
	void (*progress)(const char *line, void *arg);
	void (*answer)(const char *line, void *arg);
	void (*event)(const char *line, void *arg);
	void *arg;
	unsigned int seconds; /* to wait for each line; 0: without an end */
};

/**
 * control_request() - ask the running helper and wait for the outcome
 * @path: of its control socket
 * @request: see command()
 * @listener: called with each line that comes before the outcome; plain_text() of it
 * @error: on failure, what went wrong in one line
 * @error_size: size of @error in octets
 *
 * Return: 0 when the helper said ok; -EINVAL when a word of the request or of
 * its configuration is wrong, -1 otherwise.
 */
int control_request(const char *path, const char *request,
		    const struct control_listener *listener, char *error,
		    size_t error_size);

/* A request whose outcome is waited for beside others. */
struct control_call {
	int fd; /* to be polled for POLLIN; -1: none */
	bool reset;
	bool wrong;
};

#define CONTROL_PENDING 1 /* the outcome is not known yet */

/**
 * control_call_begin() - ask the running helper, without waiting for the outcome
 * @call: to be ended with control_call_end() unless this fails
 * @path: of its control socket
 * @request: see command()
 * @error: on failure, what went wrong in one line
 * @error_size: size of @error in octets
 *
 * Return: 0, or -EPIPE when there is no helper to ask.
 */
int control_call_begin(struct control_call *call, const char *path,
		       const char *request, char *error, size_t error_size);

/**
 * control_call_take() - take one record of what a helper answers, once there is one
 * @listener: as in control_request(); it is given plain_text()
 *
 * Return: as control_request(); CONTROL_PENDING; or -EPIPE when the helper ended.
 */
int control_call_take(struct control_call *call,
		      const struct control_listener *listener, char *error,
		      size_t error_size);

void control_call_end(struct control_call *call);

/* Return: whether a pqike that would serve us has its control socket there. */
bool control_is_served(const char *path);

struct control;

/**
 * control_new() - serve the control socket
 * @fd: it listens there, never blocks, and is closed by control_free()
 * @request: called with each request and the number of the client that made
 *	it, never 0; the outcome is told with control_ok() or control_fail()
 * @arg: passed to @request
 *
 * Return: to be freed with control_free(); NULL without memory.
 */
struct control *control_new(int fd,
			    void (*request)(void *arg, uint64_t client,
					    const char *text),
			    void *arg);

/**
 * control_permit() - say who else is served
 * @config: its group is that of whoever made the socket where none is said
 *
 * The file of the socket has let them in; whoever connects is looked at, too: root,
 * the user who made it, and those whom its mode lets write are served.  Others that have
 * connected before are dropped.
 */
void control_permit(struct control *control,
		    const struct control_config *config);

/**
 * control_move() - serve another socket from now on
 * @fd: as control_new(); the other one was deleted or replaced
 *
 * Whoever has connected before stays.
 */
void control_move(struct control *control, int fd);

void control_free(struct control *control);

/*
 * Clients that are served at once, and the most entries control_poll_fds() fills:
 * `pqike bench handshake` may take 64.
 */
#define CONTROL_CLIENTS_MAX 80
#define CONTROL_POLL_MAX (1 + CONTROL_CLIENTS_MAX)

/**
 * control_poll_fds() - what to poll for
 * @fds: room for CONTROL_POLL_MAX entries
 *
 * Return: how many were filled; to be given to control_serve() after poll().
 */
size_t control_poll_fds(struct control *control, struct pollfd *fds);
void control_serve(struct control *control, const struct pollfd *fds, size_t n);

/**
 * control_send() - one line that is not the outcome
 * @word: "progress", "answer" or "event"; or "wrong" before control_fail(): what
 *	was asked for cannot be, a word of it or the configuration is wrong
 *
 * Return: false when the client has gone.
 */
bool control_send(struct control *control, uint64_t client, const char *word,
		  const char *text);

/* To a client that has gone these do nothing. */
void control_progress(struct control *control, uint64_t client, const char *text);
void control_ok(struct control *control, uint64_t client);
void control_fail(struct control *control, uint64_t client, const char *text);

#endif
