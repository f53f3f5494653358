// SPDX-License-Identifier: GPL-2.0
#include "supervisor/rights.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	unsigned int capability;
	bool needed;
} kept[] = {
	{ CAP_NET_ADMIN, true },
	{ CAP_DAC_READ_SEARCH, false }, /* or files are such that root may read them */
	{ CAP_SETUID, true },
	{ CAP_SETGID, true },
	{ CAP_SETPCAP, true },
	{ CAP_SYS_CHROOT, true },
	{ CAP_KILL, true }, /* else a helper that hangs could not be ended */
};

#define KEPT (sizeof(kept) / sizeof(kept[0]))

/* Return: the name of one that is needed and was not had; NULL: there is none. */
static const char *choose(void)
{
	bool had[KEPT];

	for (size_t i = 0; i < KEPT; i++) {
		had[i] = capng_have_capability(CAPNG_PERMITTED,
					       kept[i].capability);
		if (kept[i].needed && !had[i])
			return capng_capability_to_name(kept[i].capability);
	}
	capng_clear(CAPNG_SELECT_ALL);
	for (size_t i = 0; i < KEPT; i++) {
		if (!had[i])
			continue;
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, kept[i].capability);
		capng_update(CAPNG_ADD, CAPNG_PERMITTED, kept[i].capability);
		capng_update(CAPNG_ADD, CAPNG_BOUNDING_SET, kept[i].capability);
	}
	return NULL;
}

bool rights_keep(char *error, size_t error_size)
{
	const char *missing = NULL;

	errno = EPERM; /* libcap-ng may not ask the kernel at all */
	if (!capng_get_caps_process()) {
		missing = choose();
		if (!missing && !capng_apply(CAPNG_SELECT_ALL))
			return true;
	}
	if (missing)
		snprintf(error, error_size, "there is no capability %s, which a helper takes",
			 missing);
	else
		snprintf(error, error_size, "cannot give up capabilities: %s",
			 strerror(errno));
	return false;
}
