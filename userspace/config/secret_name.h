/* SPDX-License-Identifier: GPL-2.0 */
/* What the logon key of a section of secrets { } is called in the keyring. */
#ifndef PQIKE_SECRET_NAME_H
#define PQIKE_SECRET_NAME_H

#include <stdbool.h>

#define PSK_DESCRIPTION_SIZE 256 /* with its terminator */

#define SECRET_DESCRIPTION_PREFIX "pqike:"
#define SECRET_NAME_MAX \
	(PSK_DESCRIPTION_SIZE - sizeof(SECRET_DESCRIPTION_PREFIX))

/**
 * secret_description() - of the logon key of a section of secrets { }
 * @name: of the section
 * @description: receives pqike:NAME
 *
 * Return: false when @name is empty or longer than SECRET_NAME_MAX.
 */
bool secret_description(const char *name,
			char description[PSK_DESCRIPTION_SIZE]);

#endif
