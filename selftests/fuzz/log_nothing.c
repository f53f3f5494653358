// SPDX-License-Identifier: GPL-2.0
/* The log of the helper in a fuzz target: lines are made and thrown away. */
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

void log_line(const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	(void)format;
}
