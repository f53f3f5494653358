// SPDX-License-Identifier: GPL-2.0
#include "base/wrap.h"

#include <string.h>

#define COLUMNS 80

void wrap_print(FILE *out, const char *label, int width, const char *text)
{
	int column = fprintf(out, "%-*s", width, label);

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (column > width && column + 1 + len > COLUMNS)
			column = fprintf(out, "\n%*s", width, "") - 1;
		else if (column > width)
			column += fprintf(out, " ");
		column += fprintf(out, "%.*s", len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}
