// SPDX-License-Identifier: GPL-2.0
#include "supervisor/rights.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const unsigned int kept[] = {
	CAP_NET_ADMIN, CAP_DAC_READ_SEARCH, CAP_SETUID, CAP_SETGID,
	CAP_SETPCAP, CAP_SYS_CHROOT, CAP_KILL,
};

#define KEPT (sizeof(kept) / sizeof(kept[0]))

/* One that was not had, as in a container, is not asked for. */
static void choose(void)
{
	bool had[KEPT];

	for (size_t i = 0; i < KEPT; i++)
		had[i] = capng_have_capability(CAPNG_PERMITTED, kept[i]);
	capng_clear(CAPNG_SELECT_ALL);
	for (size_t i = 0; i < KEPT; i++) {
		if (!had[i])
			continue;
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, kept[i]);
		capng_update(CAPNG_ADD, CAPNG_PERMITTED, kept[i]);
		capng_update(CAPNG_ADD, CAPNG_BOUNDING_SET, kept[i]);
	}
}

bool rights_keep(char *error, size_t error_size)
{
	errno = EPERM; /* libcap-ng may not ask the kernel at all */
	if (!capng_get_caps_process()) {
		choose();
		if (!capng_apply(CAPNG_SELECT_ALL))
			return true;
	}
	snprintf(error, error_size, "cannot give up capabilities: %s",
		 strerror(errno));
	return false;
}
