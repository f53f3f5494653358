// SPDX-License-Identifier: GPL-2.0
#include "config/secret_name.h"

#include <stdio.h>
#include <string.h>

bool secret_description(const char *name,
			char description[PSK_DESCRIPTION_SIZE])
{
	size_t len = strlen(name);

	if (!len || len > SECRET_NAME_MAX)
		return false;
	snprintf(description, PSK_DESCRIPTION_SIZE, "%s%s",
		 SECRET_DESCRIPTION_PREFIX, name);
	return true;
}
