// SPDX-License-Identifier: GPL-2.0
#include "config_text.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/config_read.h"
#include "draw.h"

struct config *config_of_text(const char *text)
{
	int fd = memfd_create("config", MFD_CLOEXEC);
	struct config *config;
	char error[512];
	char path[64];

	require(fd >= 0 && write(fd, text, strlen(text)) > 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	config = config_read(path, error, sizeof(error));
	require(config);
	close(fd);
	return config;
}
