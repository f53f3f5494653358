/* SPDX-License-Identifier: GPL-2.0 */
/* Reading the configuration again while the helper runs. */
#ifndef PQIKE_RELOAD_H
#define PQIKE_RELOAD_H

#include "ike_sa.h"

/**
 * reload() - read the configuration again and take it into use
 * @now: the configuration of @ike
 * @path: where to read, as config_read()
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * See config_apply().  Return: false when anything is wrong; nothing has
 * changed then.
 */
bool reload(struct ike *ike, struct config *now, const char *path, char *error,
	    size_t error_size);

#endif
