// SPDX-License-Identifier: GPL-2.0
/* The client's half of the control socket. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/plain_text.h"
#include "base/unix_connect.h"
#include "helper/control.h"

static int connect_to(const char *path, char *error, size_t error_size)
{
	int fd = unix_connect(path, 0);

	if (fd >= 0)
		return fd;
	if (errno == ENAMETOOLONG)
		snprintf(error, error_size, "%s: too long a path", path);
	else if (errno == ENOENT || errno == ECONNREFUSED)
		snprintf(error, error_size,
			 "%s: no helper serves this socket: systemctl start pqike, or pqike run",
			 path);
	else
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
	return -1;
}

/* EAGAIN: it is, by one that has much to do. */
bool control_is_served(const char *path)
{
	int fd = unix_connect(path, SOCK_NONBLOCK);

	if (fd < 0)
		return errno == EAGAIN;
	close(fd);
	return true;
}

static void set_patience(int fd, unsigned int seconds)
{
	const struct timeval patience = { .tv_sec = seconds };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

/* Return: what stands after @word and a space, NULL where @record is another. */
static const char *after_word(const char *record, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(record, word, len) != 0)
		return NULL;
	if (record[len] == ' ')
		return record + len + 1;
	return record[len] ? NULL : record + len;
}

static bool hand_over(const char *record, const char *word,
		      void (*listen)(const char *line, void *arg), void *arg)
{
	const char *text = after_word(record, word);

	if (text && listen)
		listen(text, arg);
	return text;
}

/* Return: the outcome, or CONTROL_PENDING where @record does not have it. */
static int take_record(struct control_call *call, const char *record,
		       const struct control_listener *listener, char *error,
		       size_t error_size)
{
	const char *text = after_word(record, "error");

	if (after_word(record, "ok"))
		return 0;
	if (text) {
		snprintf(error, error_size, "%s", text);
		return call->wrong ? -EINVAL : -1;
	}
	call->wrong = call->wrong || after_word(record, "wrong");
	if (!hand_over(record, "progress", listener->progress, listener->arg) &&
	    !hand_over(record, "answer", listener->answer, listener->arg))
		hand_over(record, "event", listener->event, listener->arg);
	return CONTROL_PENDING;
}

int control_call_take(struct control_call *call,
		      const struct control_listener *listener, char *error,
		      size_t error_size)
{
	/* A record without a terminator leaves the one that is here. */
	char record[CONTROL_RECORD_MAX] = { 0 };
	ssize_t len = recv(call->fd, record, sizeof(record) - 1, 0);

	if (len < 0 && errno == EINTR)
		return CONTROL_PENDING;
	/* A refusal that came before the reset is read after it. */
	if (len < 0 && errno == ECONNRESET && !call->reset) {
		call->reset = true;
		return CONTROL_PENDING;
	}
	if (len < 0 && errno == EAGAIN) {
		snprintf(error, error_size, "the helper does not answer");
		return -1;
	}
	if (len <= 0) {
		snprintf(error, error_size, "the helper ended%s",
			 listener->event ?
				 "" : " before the outcome was known");
		return -EPIPE;
	}
	/* The helper is not believed: it may be somebody else's. */
	plain_text(record);
	return take_record(call, record, listener, error, error_size);
}

int control_call_begin(struct control_call *call, const char *path,
		       const char *request, char *error, size_t error_size)
{
	*call = (struct control_call){ .fd = connect_to(path, error, error_size) };
	if (call->fd < 0)
		return -EPIPE;
	/* Who is refused may be told so before the request is sent. */
	if (send(call->fd, request, strlen(request), MSG_NOSIGNAL) >= 0 ||
	    errno == EPIPE)
		return 0;
	snprintf(error, error_size, "%s: %s", path, strerror(errno));
	control_call_end(call);
	return -EPIPE;
}

void control_call_end(struct control_call *call)
{
	close(call->fd);
	call->fd = -1;
}

int control_request(const char *path, const char *request,
		    const struct control_listener *listener, char *error,
		    size_t error_size)
{
	struct control_call call;
	int result = control_call_begin(&call, path, request, error, error_size);

	if (result)
		return -1;
	set_patience(call.fd, listener->seconds);
	do {
		result = control_call_take(&call, listener, error, error_size);
	} while (result == CONTROL_PENDING);
	control_call_end(&call);
	return result == -EPIPE ? -1 : result;
}
