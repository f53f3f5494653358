/* SPDX-License-Identifier: GPL-2.0 */
/* A file of ours, for a group that we are not in. */
#ifndef PQIKE_FILE_GROUP_H
#define PQIKE_FILE_GROUP_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * file_group_let_in() - let its owner, a group and others use a file as its mode says
 * @path: of the file, which belongs to this user
 * @mode: its permissions, those of the group for @group
 *
 * The group becomes that of the file, where this process has CAP_SETGID or is in it; else
 * an access control list (acl(5)) names it, which the file system must have.
 *
 * Return: false with errno set.
 */
bool file_group_let_in(const char *path, mode_t mode, gid_t group);

#endif
