/* SPDX-License-Identifier: GPL-2.0 */
/* What an operator may ask of the running helper. */
#ifndef PQIKE_COMMAND_H
#define PQIKE_COMMAND_H

#include "helper/monitor.h"
#include "helper/reload.h"
#include "ike/ike_sa.h"

/* What commands need beside the IKE SAs; all may be NULL in a test. */
struct command_context {
	struct reload *reload;
	struct control *control;
	struct monitor *monitor;
};

/**
 * command() - do what a request of the control socket says
 * @client: who is told the outcome
 * @text: a word, and after a blank the CONNECTION or CONNECTION.CHILD that it
 *	is about:
 *
 *	up NAME, down NAME
 *	rekey-ike CONNECTION	the IKE SA
 *	rekey-child NAME	the children, or the one that is named
 *	explain CONNECTION	answers of the last failure: its time, peer,
 *				child and text, and since when it is mended
 *	statistics		answers of messages that were refused: the name
 *				of a cause and a number, see message_counters.h
 *	children CONNECTION	answers about each that is configured, see status_line.h
 *	sa NUMBER		answers about the IKE SA of the kernel's number,
 *				see status_line.h
 *	reload
 *	monitor, monitor-json	events until the client goes
 */
void command(struct ike *ike, const struct command_context *context,
	     uint64_t client, const char *text);

#endif
