/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a pre-shared key and handing it to the kernel.  The process that
 * calls this holds the key for a moment: it must be one that ends right
 * afterwards, never the helper itself.
 */
#ifndef PQIKE_PSK_H
#define PQIKE_PSK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest file, and so the longest key, in octets. */
#define PSK_FILE_MAX 4096

/**
 * psk_add() - read a key to its end and add it to a keyring as a logon key
 * @fd: what to read: text, hexadecimal after "0x" or "0X", or Base64 after "0s" or
 *	"0S"; a newline at the end is not part of it
 * @description: of the logon key
 * @keyring: serial number of the keyring, or KEY_SPEC_...
 * @error: on failure, what was wrong, without any part of the key
 * @error_size: size of @error in octets
 *
 * A regular file that group or others may touch is refused.  No copy of the
 * key is left in this process.
 */
bool psk_add(int fd, const char *description, int32_t keyring, char *error,
	     size_t error_size);

#endif
