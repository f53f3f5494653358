/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of text for a terminal. */
#ifndef PQIKE_SHOW_PRINT_H
#define PQIKE_SHOW_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#define COLUMNS 80
#define LABEL_WIDTH 14

#define BOLD "\x1b[1m"
#define GREEN "\x1b[32m"
#define YELLOW "\x1b[33m"
#define RESET "\x1b[0m"

struct show;

struct printer {
	FILE *out;
	bool colour;
	const struct show *show;
};

/* "quota: used and allowed", in one of the colours above. */
void show_heading(const struct printer *p, int indent, const char *colour,
		  const char *label, const char *value);

/* One labelled line; what does not fit into the columns is cut with "...". */
__attribute__((format(printf, 4, 5)))
void show_line(const struct printer *p, int indent, const char *label,
	       const char *format, ...);

#endif
