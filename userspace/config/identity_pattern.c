// SPDX-License-Identifier: GPL-2.0
#include "config/identity_pattern.h"

#include <string.h>
#include <strings.h>

bool identity_pattern_parse(const char *text, struct identity_pattern *pattern)
{
	bool any = !strcmp(text, "%any") || !strcmp(text, "*");

	/* A second wildcard, or one elsewhere, is no pattern. */
	if (!any && (text[0] != '*' || strchr(text + 1, '*')))
		return false;
	*pattern = (struct identity_pattern){ .end = "" };
	if (any)
		return true;
	pattern->type = strchr(text, '@') ? ID_RFC822_ADDR : ID_FQDN;
	pattern->end = text + 1;
	return true;
}

bool identity_pattern_fits(const struct identity_pattern *pattern,
			   const struct identity *id)
{
	size_t len = strlen(pattern->end);

	if (!pattern->type)
		return true;
	return id->type == pattern->type && id->len > len &&
	       !strncasecmp((const char *)id->data + id->len - len,
			    pattern->end, len);
}
