/* SPDX-License-Identifier: GPL-2.0 */
/* Where, and as whom, a helper runs. */
#ifndef PQIKE_HELPER_PLACE_H
#define PQIKE_HELPER_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The first that there is */
#define HELPER_ACCOUNT "pqike"
#define HELPER_ACCOUNT_ELSE "nobody"

/**
 * helper_account() - the account of the helper
 * @path: "/etc/passwd": no other process is asked
 * @user: receives its user
 * @group: receives its group
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: false where there is none of HELPER_ACCOUNT and HELPER_ACCOUNT_ELSE, or it is of
 * user or group 0.
 */
bool helper_account(const char *path, uid_t *user, gid_t *group, char *error,
		    size_t error_size);

/**
 * helper_root_open() - the empty directory that is to be the helper's root
 * @beside: path of what stands in the same directory
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Makes it, with the name "empty", where it is missing.
 *
 * Return: a descriptor; -1 on failure, also where it is not empty, or somebody else may
 * write there.
 */
int helper_root_open(const char *beside, char *error, size_t error_size);

/* Remove it. */
void helper_root_remove(const char *beside);

#endif
