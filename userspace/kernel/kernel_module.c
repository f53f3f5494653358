// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_module.h"

#include <errno.h>
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

/* Of a service whose sandbox hides it, nobody knows what the list has. */
static bool may_be_installed(const char *release)
{
	char list[PATH_MAX];

	snprintf(list, sizeof(list), "/lib/modules/%s/modules.dep", release);
	return is_listed(release, "modules.dep", "pqike") ||
	       (access(list, R_OK) && errno == EACCES);
}

/* holds() - whether the first line of the file @path has @text */
static bool holds(const char *path, const char *text)
{
	char line[128];
	FILE *file;
	bool found;

	file = fopen(path, "re");
	if (!file)
		return false;
	found = fgets(line, sizeof(line), file) && strstr(line, text);
	fclose(file);
	return found;
}

/* Under lockdown, which Secure Boot brings, or where the kernel was told so. */
static bool signature_is_demanded(void)
{
	const char *lockdown = "/sys/kernel/security/lockdown";

	return holds(lockdown, "[integrity]") ||
	       holds(lockdown, "[confidentiality]") ||
	       holds("/sys/module/module/parameters/sig_enforce", "Y");
}

void kernel_module_explain(char *error, size_t error_size)
{
	struct utsname kernel;

	if (!uname(&kernel) && !may_be_installed(kernel.release))
		snprintf(error, error_size,
			 "the kernel module pqike is not loaded, nor installed for this kernel: install linux-headers-%s and pqike-dkms, or make install",
			 kernel.release);
	else if (signature_is_demanded())
		snprintf(error, error_size,
			 "the kernel module pqike is not loaded: modprobe pqike, which this kernel refuses without a signature that it knows (Secure Boot): mokutil --import /var/lib/dkms/mok.pub, and reboot");
	else
		snprintf(error, error_size,
			 "the kernel module pqike is not loaded: modprobe pqike");
}
