// SPDX-License-Identifier: GPL-2.0
#include "cli/show_print.h"

#include <stdarg.h>
#include <string.h>

#include "wire/identity.h"

static const char *escape(const struct printer *p, const char *sequence)
{
	return p->colour ? sequence : "";
}

void show_heading(const struct printer *p, int indent, const char *colour,
		  const char *label, const char *value)
{
	fprintf(p->out, "%*s%s%s%s%s: %s%s%s\n", indent, "",
		escape(p, colour), escape(p, BOLD), label, escape(p, RESET),
		escape(p, colour), value, escape(p, RESET));
}

void show_line(const struct printer *p, int indent, const char *label,
	       const char *format, ...)
{
	size_t room = (size_t)(COLUMNS - indent - LABEL_WIDTH);
	char value[IDENTITY_TEXT_SIZE];
	int pad = LABEL_WIDTH - 1 - (int)strlen(label);
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	if (strlen(value) > room)
		memcpy(value + room - 3, "...", 4);
	fprintf(p->out, "%*s%s%s%s:%*s%s\n", indent, "", escape(p, BOLD), label,
		escape(p, RESET), pad, "", value);
}
