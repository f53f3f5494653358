// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_module.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/*
 * depmod(8) lists each module as "PATH/pqike.ko: DEPENDENCIES", the kernel's
 * own build those that are in it as "PATH/pqike.ko".
 */
static bool is_listed(const char *release, const char *list, const char *name)
{
	char path[PATH_MAX], entry[64];
	char *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/lib/modules/%s/%s", release, list);
	snprintf(entry, sizeof(entry), "/%s.ko", name);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = strstr(line, entry) &&
			strstr(line, entry) < strchrnul(line, ':');
	free(line);
	fclose(file);
	return found;
}

bool kernel_module_is_there(const char *name)
{
	struct utsname kernel;
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return !access(path, F_OK) || uname(&kernel) ||
	       is_listed(kernel.release, "modules.dep", name) ||
	       is_listed(kernel.release, "modules.builtin", name);
}

void kernel_module_explain(char *error, size_t error_size)
{
	struct utsname kernel;

	if (uname(&kernel) || is_listed(kernel.release, "modules.dep", "pqike"))
		snprintf(error, error_size,
			 "the kernel module pqike is not loaded: modprobe pqike");
	else
		snprintf(error, error_size,
			 "the kernel module pqike is not loaded, nor installed for this kernel, %s: make install",
			 kernel.release);
}
