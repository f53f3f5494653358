// SPDX-License-Identifier: GPL-2.0
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd_status.h"
#include "base/plain_text.h"

/* A line with its priority, "pqike: " and newline. */
#define TEXT_MAX (LOG_LINE_MAX + 32)

/* Lines that a full disk, or a reader that stalls or is gone, has cost. */
static unsigned int lost;

/* Lines that wait, oldest first: @waiting_len octets from @waiting_at on. */
static char waiting[LOG_WAITING_MAX];
static size_t waiting_at, waiting_len;

/* Where standard error goes, without O_NONBLOCK for others that use it. */
static int out = -1;
static struct stat out_status;

/* JOURNAL_STREAM names the device and inode of what systemd has connected. */
static bool is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char actual[64];

	if (!stream || fd_status(STDERR_FILENO, &status) < 0)
		return false;
	snprintf(actual, sizeof(actual), "%ju:%ju", (uintmax_t)status.st_dev,
		 (uintmax_t)status.st_ino);
	return !strcmp(stream, actual);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A file is not waited for; of a pipe or terminal there is a second opening. */
void log_open(void)
{
	struct stat status;

	if (fd_status(STDERR_FILENO, &status) < 0)
		status = (struct stat){ 0 };
	if (out >= 0 && is_same(&status, &out_status))
		return;
	if (out > STDERR_FILENO)
		close(out);
	out_status = status;
	out = -1;
	if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))
		out = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK |
					      O_CLOEXEC | O_NOCTTY);
	if (out < 0)
		out = STDERR_FILENO;
}

/* Return: octets written, 0 when it would wait, -1 on failure. */
static ssize_t write_some(const char *text, size_t len)
{
	ssize_t n;

	log_open();
	do {
		n = S_ISSOCK(out_status.st_mode) ?
			    send(out, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) :
			    write(out, text, len);
	} while (n < 0 && errno == EINTR);
	return n < 0 && errno == EAGAIN ? 0 : n;
}

static void move_waiting(void)
{
	memmove(waiting, waiting + waiting_at, waiting_len);
	waiting_at = 0;
}

/* What is left of a line goes before all others. */
static bool wait_with(const char *text, size_t len)
{
	if (waiting_len + len > sizeof(waiting))
		return false;
	if (waiting_at + waiting_len + len > sizeof(waiting))
		move_waiting();
	memcpy(waiting + waiting_at + waiting_len, text, len);
	waiting_len += len;
	return true;
}

/* In one piece where possible, so that no other writer's text comes between. */
static bool write_line(int priority, const char *line)
{
	char text[TEXT_MAX], prefix[8] = "";
	ssize_t written = 0;
	int len;

	if (is_journal())
		snprintf(prefix, sizeof(prefix), "<%d>", priority);
	len = snprintf(text, sizeof(text), "%spqike: %s\n", prefix, line);
	if (!waiting_len)
		written = write_some(text, (size_t)len);
	if (written < 0)
		return false;
	return written == len ||
	       wait_with(text + written, (size_t)(len - written));
}

static void say_lost(void)
{
	char line[64];

	snprintf(line, sizeof(line), "%u lines of the log could not be written",
		 lost);
	if (write_line(LOG_WARNING, line))
		lost = 0;
}

/* The line that is cut by what fails has been lost, with all behind it. */
static void lose_waiting(void)
{
	for (size_t i = 0; i < waiting_len; i++)
		lost += waiting[waiting_at + i] == '\n';
	waiting_len = 0;
	waiting_at = 0;
}

void log_flush(void)
{
	ssize_t n = 1;

	while (waiting_len && n > 0) {
		/* Whole lines that a pipe takes in one piece, or not at all. */
		size_t len = waiting_len;

		if (len > TEXT_MAX) {
			const char *end = memrchr(waiting + waiting_at, '\n',
						  TEXT_MAX);

			len = (size_t)(end - (waiting + waiting_at)) + 1;
		}
		n = write_some(waiting + waiting_at, len);
		if (n < 0) {
			lose_waiting();
			return;
		}
		waiting_at += (size_t)n;
		waiting_len -= (size_t)n;
	}
	if (!waiting_len)
		waiting_at = 0;
}

static void log_text(int priority, const char *format, va_list args)
{
	char line[LOG_LINE_MAX];

	vsnprintf(line, sizeof(line), format, args);
	plain_text(line);
	log_flush();
	if (lost)
		say_lost();
	if (lost || !write_line(priority, line))
		lost++;
}

void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_text(LOG_INFO, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_text(LOG_WARNING, format, args);
	va_end(args);
}

int log_fd(void)
{
	return waiting_len ? out : -1;
}

void log_finish(int milliseconds)
{
	int64_t end = clock_now() + milliseconds, now;

	while (waiting_len && (now = clock_now()) < end) {
		struct pollfd fd = { .fd = out, .events = POLLOUT };

		if (poll(&fd, 1, (int)(end - now)) > 0)
			log_flush();
	}
}
