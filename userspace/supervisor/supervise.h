/* SPDX-License-Identifier: GPL-2.0 */
/*
 * `pqike run`: the supervisor.  It opens the sockets, of which it reads none, and has a
 * helper serve them; one that ends is followed by another.  Meanwhile ESP in UDP is
 * decapsulated as before, by the sockets that the supervisor holds, and messages of peers
 * and operators wait there.
 */
#ifndef PQIKE_SUPERVISE_H
#define PQIKE_SUPERVISE_H

struct supervise_options {
	const char *config_path; /* where helpers read */
	const char *control_path; /* of the control socket */
};

/**
 * supervise() - have connections served until SIGINT or SIGTERM
 *
 * Prints "pqike: listening on ..." on standard output once the first helper is ready.
 * SIGHUP has the helper reload.
 *
 * Return: 0 after a signal; where the first helper ends before it is ready, what it has
 * said; 1 when there can be none.  A line on standard error has said why.
 */
int supervise(const struct supervise_options *options);

#endif
