// SPDX-License-Identifier: GPL-2.0
#include "base/dns_name.h"

#include <string.h>

#define LABEL_MAX 63
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

static bool label_is_valid(const char *label, size_t len)
{
	return len && len <= LABEL_MAX && label[0] != '-' &&
	       label[len - 1] != '-' &&
	       strspn(label, LETTERS DIGITS "-") >= len;
}

bool dns_name_is_valid(const char *text)
{
	const char *label = text;

	if (strlen(text) >= DNS_NAME_SIZE)
		return false;
	for (;;) {
		size_t len = strcspn(label, ".");

		if (!label_is_valid(label, len))
			return false;
		if (!label[len] || !label[len + 1])
			return strspn(label, DIGITS) < len;
		label += len + 1;
	}
}
