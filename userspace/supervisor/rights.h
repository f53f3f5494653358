/* SPDX-License-Identifier: GPL-2.0 */
/* What the supervisor keeps of root's rights. */
#ifndef PQIKE_RIGHTS_H
#define PQIKE_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * rights_keep() - give up, for good, each capability that a supervisor needs no more
 * @parent: it executes its helper itself
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Called when ports are open.  Of those that it has, the supervisor and its children keep
 * CAP_NET_ADMIN, for policy; CAP_DAC_READ_SEARCH, to read the configuration again; and, as
 * a parent, what it takes to have a helper without any: CAP_SETUID, CAP_SETGID, CAP_SETPCAP,
 * CAP_SYS_CHROOT, and CAP_KILL to end it.
 *
 * Return: false where one of them is missing, but for CAP_DAC_READ_SEARCH.
 */
bool rights_keep(bool parent, char *error, size_t error_size);

#endif
