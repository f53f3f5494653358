/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The keyring of the helper.  The kernel module looks a connection's logon
 * key up in the keyrings of the process that sets the connection.
 */
#ifndef PQIKE_SECRETS_H
#define PQIKE_SECRETS_H

#include "config/config.h"

/**
 * secrets_join_keyring() - give this process a session keyring of its own
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 */
bool secrets_join_keyring(char *error, size_t error_size);

/**
 * secrets_keyring_new() - make a keyring for the keys of a configuration
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * The user keyring, where `pqike psk` puts keys, is linked into it: a key of a
 * file goes before one of that.  It is in the session keyring, for processes that
 * this one starts; those of a keyring that is in use go before it.
 *
 * Return: its serial number, to be given to secrets_use() or secrets_drop();
 * negative on failure.
 */
int32_t secrets_keyring_new(char *error, size_t error_size);

/**
 * secrets_keyring_give() - make a keyring for a process of another user
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * It is that of our group; all that it has of the user keyring is what secrets_fill() finds
 * there.  It ends with this process where it is not taken.
 *
 * Return: its serial number; negative on failure.
 */
int32_t secrets_keyring_give(char *error, size_t error_size);

/**
 * secrets_keyring_take() - have a keyring of secrets_keyring_give() in the session keyring
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * It is to be given to secrets_use() or secrets_drop(), then.
 */
bool secrets_keyring_take(int32_t keyring, char *error, size_t error_size);

/* Have the kernel find the keys of @keyring for this process; 0: none. */
bool secrets_use(int32_t keyring);

/* Have others go before the keys of @keyring again. */
bool secrets_put_by(int32_t keyring);

/* The keyring and its keys are needed no more; 0: none. */
void secrets_drop(int32_t keyring);

/**
 * secrets_find() - see whether `pqike psk` has put a key without a file into the keyring
 * @keyring: receives it, too; 0: none
 * @error: where it has not: "FILE:LINE: KEY: what was wrong"
 * @error_size: size of @error in octets
 */
bool secrets_find(const struct secret_config *secret, int32_t keyring,
		  char *error, size_t error_size);

/**
 * secrets_fill() - put every pre-shared key of a configuration into its keyring
 * @secrets: list, may be NULL
 * @keyring: of secrets_keyring_new(), in this process or the one that began it
 * @error: on failure, a line "FILE:LINE: KEY: what was wrong"
 * @error_size: size of @error in octets
 *
 * This process holds each key for a moment: it must be one that ends right
 * afterwards, never the helper itself.
 */
bool secrets_fill(const struct secret_config *secrets, int32_t keyring,
		  char *error, size_t error_size);

/**
 * secrets_try() - see whether secrets_fill() would take a pre-shared key
 * @error: where it would not, as that says it: "FILE:LINE: KEY: ..."
 * @error_size: size of @error in octets
 *
 * This process holds the key for a moment, as with secrets_fill().
 */
bool secrets_try(const struct secret_config *secret, char *error,
		 size_t error_size);

#endif
