// SPDX-License-Identifier: GPL-2.0
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

/* Lines that a full disk or a reader that is gone has cost. */
static unsigned int lost;

/* JOURNAL_STREAM names the device and inode of what systemd has connected. */
static bool is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char actual[64];

	if (!stream || fstat(STDERR_FILENO, &status) < 0)
		return false;
	snprintf(actual, sizeof(actual), "%ju:%ju", (uintmax_t)status.st_dev,
		 (uintmax_t)status.st_ino);
	return !strcmp(stream, actual);
}

/* In one piece, so that no other writer's text comes in between. */
static bool write_line(int priority, const char *line)
{
	char text[LOG_LINE_MAX + 32];
	char prefix[8] = "";
	ssize_t written;
	int len;

	if (is_journal())
		snprintf(prefix, sizeof(prefix), "<%d>", priority);
	len = snprintf(text, sizeof(text), "%spqike: %s\n", prefix, line);
	do {
		written = write(STDERR_FILENO, text, (size_t)len);
	} while (written < 0 && errno == EINTR);
	return written == len;
}

static void say_lost(void)
{
	char line[64];

	snprintf(line, sizeof(line), "%u lines of the log could not be written",
		 lost);
	if (write_line(LOG_WARNING, line))
		lost = 0;
}

static void log_text(int priority, const char *format, va_list args)
{
	char line[LOG_LINE_MAX];

	vsnprintf(line, sizeof(line), format, args);
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == '\177')
			*c = '?';
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
