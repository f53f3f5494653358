/* SPDX-License-Identifier: GPL-2.0 */
/*
 * `pqike run`: the supervisor.  It reads the configuration, opens the sockets, of which it
 * reads none, and has a helper serve them; one that ends is followed by another.  Meanwhile ESP in UDP is
 * decapsulated as before, by the sockets that the supervisor holds, and messages of peers
 * and operators wait there.
 */
#ifndef PQIKE_SUPERVISE_H
#define PQIKE_SUPERVISE_H

struct supervise_options {
	const char *config_path; /* as config_read() */
	const char *control_path; /* of the control socket */
	const char *reader_path; /* as config_load_request(), NULL: a child reads */
	const char *activation_path; /* as helper_process_start() */
	int config_wrong; /* what to return where the configuration is wrong */
};

/**
 * supervise() - have connections served until SIGINT or SIGTERM
 *
 * Prints "pqike: listening on ..." on standard output once the first helper is ready.
 * SIGHUP has the helper reload.
 *
 * Return: 0 after a signal; options->config_wrong; 1 when there can be no helper, or the
 * first one ends before it is ready.  A line on standard error has said why.
 */
int supervise(const struct supervise_options *options);

#endif
