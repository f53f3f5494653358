/* SPDX-License-Identifier: GPL-2.0 */
/* What a process gives up before it resolves a name, and so reads what the network sends. */
#ifndef PQIKE_LOOKUP_SANDBOX_H
#define PQIKE_LOOKUP_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

/* Whose process it is to be; user 0: it stays that of whoever starts it. */
struct lookup_account {
	uid_t user;
	gid_t group;
};

/**
 * lookup_sandbox_leave() - be of that account, without groups
 *
 * Takes CAP_SETUID and CAP_SETGID, unless its user is 0.
 */
bool lookup_sandbox_leave(const struct lookup_account *account);

/**
 * lookup_sandbox_enter() - give up what resolving a name does not need
 *
 * After child_process_drop_rights().  The C library may read files, ask name servers over UDP
 * and TCP, and the kernel for addresses of this host.  Every other system call fails with
 * EPERM: of them those that write or change a file, reach another process, by a signal, a
 * Unix socket or otherwise, make or execute one, or use a keyring.  So /etc/hosts and DNS are
 * asked, and no service of this host.  Standard input, output and error are nothing.
 */
bool lookup_sandbox_enter(void);

#endif
