// SPDX-License-Identifier: GPL-2.0
#include "kernel/xfrm_errors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "NAME BLANKS NUMBER". */
static bool parse(const char *line, struct xfrm_error *error)
{
	size_t len = strcspn(line, " \t");

	if (!len || len >= sizeof(error->name))
		return false;
	memcpy(error->name, line, len);
	error->name[len] = '\0';
	error->packets = strtoull(line + len, NULL, 10);
	return true;
}

bool xfrm_errors_read(const char *path, struct xfrm_errors *errors)
{
	FILE *file = fopen(path, "re");
	char line[128];

	errors->n = 0;
	if (!file)
		return false;
	while (errors->n < XFRM_ERRORS_MAX && fgets(line, sizeof(line), file))
		errors->n += parse(line, &errors->list[errors->n]);
	fclose(file);
	return true;
}
