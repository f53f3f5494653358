// SPDX-License-Identifier: GPL-2.0
#include "reload.h"

#include <stdio.h>

#include "config_apply.h"
#include "config_reqid.h"
#include "secrets.h"
#include "xfrm_interface.h"

bool reload(struct ike *ike, struct config *now, const char *path, char *error,
	    size_t error_size)
{
	struct config *next = config_read(path, error, error_size);

	if (!next)
		return false;
	if (!config_give_reqids(next, now)) {
		snprintf(error, error_size, "out of memory");
		config_free(next);
		return false;
	}
	/* A key that is replaced cannot be had back: all are tried first. */
	if (xfrm_interfaces_number(ike, next, error, error_size) &&
	    secrets_check(next->secrets, error, error_size) &&
	    secrets_load(next->secrets, error, error_size) &&
	    config_apply(ike, now, next, error, error_size))
		return true;
	config_free(next);
	return false;
}
