/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The keyring of the helper.  The kernel module looks a connection's logon
 * key up in the keyrings of the process that sets the connection.
 */
#ifndef PQIKE_SECRETS_H
#define PQIKE_SECRETS_H

#include "config.h"

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

/**
 * secrets_join_keyring() - give this process a session keyring of its own
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * The user keyring, where `pqike psk` puts keys, is linked into it.
 */
bool secrets_join_keyring(char *error, size_t error_size);

/**
 * secrets_load() - see that every pre-shared key is in the session keyring
 * @secrets: list, may be NULL
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * A file is read by a child process that ends afterwards, so the memory of
 * the caller never holds a key.  Waits for it.
 */
bool secrets_load(const struct secret_config *secrets, char *error,
		  size_t error_size);

/* As secrets_load(), but nothing is left in any keyring. */
bool secrets_check(const struct secret_config *secrets, char *error,
		   size_t error_size);

#endif
