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

static int read_outcome(int fd, const struct control_listener *listener,
			char *error, size_t error_size)
{
	char record[CONTROL_RECORD_MAX];
	bool reset = false, wrong = false;
	const char *text;

	while (true) {
		ssize_t len;

		/* A record without a terminator leaves the one that is here. */
		memset(record, 0, sizeof(record));
		len = recv(fd, record, sizeof(record) - 1, 0);
		if (len < 0 && errno == EINTR)
			continue;
		/* A refusal that came before the reset is read after it. */
		if (len < 0 && errno == ECONNRESET && !reset) {
			reset = true;
			continue;
		}
		if (len < 0 && errno == EAGAIN) {
			snprintf(error, error_size,
				 "the helper does not answer");
			return -1;
		}
		if (len <= 0) {
			snprintf(error, error_size, "the helper ended%s",
				 listener->event ?
					 "" : " before the outcome was known");
			return -1;
		}
		/* The helper is not believed: it may be somebody else's. */
		plain_text(record);
		if (after_word(record, "ok"))
			return 0;
		wrong = wrong || after_word(record, "wrong");
		text = after_word(record, "error");
		if (text) {
			snprintf(error, error_size, "%s", text);
			return wrong ? -EINVAL : -1;
		}
		if (!hand_over(record, "progress", listener->progress,
			       listener->arg) &&
		    !hand_over(record, "answer", listener->answer,
			       listener->arg))
			hand_over(record, "event", listener->event,
				  listener->arg);
	}
}

int control_request(const char *path, const char *request,
		    const struct control_listener *listener, char *error,
		    size_t error_size)
{
	int fd = connect_to(path, error, error_size);
	int result;

	if (fd < 0)
		return -1;
	set_patience(fd, listener->seconds);
	/* Who is refused may be told so before the request is sent. */
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0 &&
	    errno != EPIPE) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		result = -1;
	} else {
		result = read_outcome(fd, listener, error, error_size);
	}
	close(fd);
	return result;
}
