// SPDX-License-Identifier: GPL-2.0
#include "recorded_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define LINES_MAX 64

static char lines[LINES_MAX][LOG_LINE_MAX]; /* the last ones */
static unsigned int logged;

static void record(const char *format, va_list args)
{
	vsnprintf(lines[logged++ % LINES_MAX], LOG_LINE_MAX, format, args);
}

void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(format, args);
	va_end(args);
}

void recorded_log_clear(void)
{
	memset(lines, 0, sizeof(lines));
}

bool recorded_log_has(const char *text)
{
	for (size_t i = 0; i < LINES_MAX; i++)
		if (strstr(lines[i], text))
			return true;
	for (size_t i = 0; i < LINES_MAX; i++)
		if (lines[i][0])
			fprintf(stderr, "log: %s\n", lines[i]);
	return false;
}
