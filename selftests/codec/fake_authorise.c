// SPDX-License-Identifier: GPL-2.0
#include "fake_authorise.h"

#include <stdlib.h>

#include "base/name_lookup.h"

int fake_authorised = -1;
int fake_revoked = -1;
unsigned int fake_lookups;

struct kernel *kernel_open(char *error, size_t error_size)
{
	(void)error;
	(void)error_size;
	abort();
}

bool kernel_reopen(struct kernel *kernel, char *error, size_t error_size)
{
	(void)kernel;
	(void)error;
	(void)error_size;
	return true;
}

void kernel_close(struct kernel *kernel)
{
	(void)kernel;
}

int kernel_authorise(struct kernel *kernel, int fd)
{
	(void)kernel;
	fake_authorised = fd;
	return 0;
}

int kernel_revoke(struct kernel *kernel, int fd)
{
	(void)kernel;
	fake_revoked = fd;
	return 0;
}

bool name_lookup_begin(struct name_lookup *lookup, const char *name, char *error,
		       size_t error_size)
{
	(void)name;
	(void)error;
	(void)error_size;
	*lookup = (struct name_lookup){ .report = FAKE_REPORT };
	fake_lookups++;
	return true;
}

int name_lookup_fd(const struct name_lookup *lookup)
{
	return lookup->report;
}

void name_lookup_end(struct name_lookup *lookup)
{
	(void)lookup;
	fake_lookups--;
}
