/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One of two helpers as it runs: with all that run() gives it, but for sockets and
 * processes, which are played.
 */
#ifndef ENGINE_SIDE_H
#define ENGINE_SIDE_H

#include "fake_control.h"
#include "fake_xfrm_events.h"
#include "fake_xfrm_link.h"
#include "helper/command.h"
#include "pair.h"
#include "setup.h"

struct engine_side {
	struct side *side; /* of the pair */
	struct ike *ike; /* of @side */
	bool first; /* of the pair */
	struct setup setup; /* what its file says */
	struct config *config; /* in use */
	struct command_context command;
	struct control *control;
	struct xfrm_links *links;
	bool module_event; /* that the module has gone, which it has not read yet */
};

/* Begin with what @setup says. */
void engine_side_begin(struct engine_side *self, struct pair *pair, bool is_a,
		       const struct setup *setup);

/* As run() ends. */
void engine_side_end(struct engine_side *self);

/* A client asks.  Return: its number. */
uint64_t engine_side_ask(struct engine_side *self, const char *text);

/* Its file is another one, and SIGHUP says so. */
void engine_side_reload(struct engine_side *self, const struct setup *setup);

/* What the supervisor says: the file was read, or @refused. */
void engine_side_reload_serve(struct engine_side *self, bool refused);

/* The module goes; all that it is asked for fails from now on. */
void engine_side_module_goes(struct engine_side *self);

/* That is read, where it has not been. */
void engine_side_module_went(struct engine_side *self);

/* It is there again. */
void engine_side_module_came(struct engine_side *self);

/* What is done each time that the loop of run() goes round. */
void engine_side_round(struct engine_side *self);

#endif
