// SPDX-License-Identifier: GPL-2.0
#include "kernel_module.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* depmod(8) lists each module as "PATH/pqike.ko: DEPENDENCIES". */
static bool is_installed(const char *release)
{
	char path[PATH_MAX];
	char *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = strstr(line, "/pqike.ko") &&
			strstr(line, "/pqike.ko") < strchrnul(line, ':');
	free(line);
	fclose(file);
	return found;
}

void kernel_module_explain(char *error, size_t error_size)
{
	struct utsname kernel;

	if (uname(&kernel) || is_installed(kernel.release))
		snprintf(error, error_size,
			 "the kernel module pqike is not loaded: modprobe pqike");
	else
		snprintf(error, error_size,
			 "the kernel module pqike is not loaded, nor installed for this kernel, %s: make install",
			 kernel.release);
}
