// SPDX-License-Identifier: GPL-2.0
#include "supervisor/rights.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	unsigned int capability;
	bool needed;
	bool of_parent; /* kept by it only */
} kept[] = {
	{ CAP_NET_ADMIN, true, false },
	/* Or files are such that root may read them. */
	{ CAP_DAC_READ_SEARCH, false, false },
	{ CAP_SETUID, true, true },
	{ CAP_SETGID, true, true },
	{ CAP_SETPCAP, true, true },
	{ CAP_SYS_CHROOT, true, true },
	{ CAP_KILL, true, true }, /* else a helper that hangs could not be ended */
};

#define KEPT (sizeof(kept) / sizeof(kept[0]))

/* Return: the name of one that is needed and was not had; NULL: there is none. */
static const char *choose(bool parent)
{
	bool had[KEPT] = { false };

	for (size_t i = 0; i < KEPT; i++) {
		if (kept[i].of_parent && !parent)
			continue;
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

static bool is_kept(unsigned int capability, bool parent)
{
	for (size_t i = 0; i < KEPT; i++)
		if (kept[i].capability == capability)
			return parent || !kept[i].of_parent;
	return false;
}

/* A service may have been given no more, and may not call capset(2) then. */
static bool has_others(bool parent)
{
	for (unsigned int i = 0; i <= CAP_LAST_CAP; i++)
		if (capng_have_capability(CAPNG_PERMITTED, i) &&
		    !is_kept(i, parent))
			return true;
	return false;
}

bool rights_keep(bool parent, char *error, size_t error_size)
{
	const char *missing = NULL;
	bool others;

	errno = EPERM; /* libcap-ng may not ask the kernel at all */
	if (!capng_get_caps_process()) {
		others = parent || has_others(parent);
		missing = choose(parent);
		if (!missing &&
		    (!others || !capng_apply(parent ? CAPNG_SELECT_ALL :
						      CAPNG_SELECT_CAPS)))
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
