// SPDX-License-Identifier: GPL-2.0
#include "helper/reload.h"

#include <stdio.h>
#include <stdlib.h>

#include "helper/supervised.h"
#include "tunnel/config_apply.h"
#include "tunnel/xfrm_interface.h"

/* Those who have asked for one reload. */
struct askers {
	uint64_t clients[CONTROL_CLIENTS_MAX]; /* who has left counts, too */
	size_t n;
	bool any; /* a signal has asked, too */
};

struct reload {
	struct ike *ike;
	struct config *now;
	struct control *control;
	bool waits; /* for what the supervisor reads */
	struct askers asked; /* for the one that goes on */
	struct askers asked_since; /* for another one */
};

/* Return: false when @client is one too many. */
static bool note(struct askers *askers, uint64_t client)
{
	if (client && askers->n == CONTROL_CLIENTS_MAX)
		return false;
	askers->any = true;
	if (client)
		askers->clients[askers->n++] = client;
	return true;
}

static void tell_failure(const struct reload *reload,
			 const struct askers *askers, const char *error)
{
	const struct ike_events *events = &reload->ike->events;

	log_line("the configuration stays as it was: %s", error);
	for (size_t i = 0; i < askers->n; i++) {
		if (reload->control)
			control_send(reload->control, askers->clients[i],
				     "wrong", NULL);
		events->fail(events->arg, askers->clients[i], error);
	}
}

static void tell_success(const struct reload *reload,
			 const struct askers *askers)
{
	const struct ike_events *events = &reload->ike->events;

	log_line("the configuration is reloaded");
	for (size_t i = 0; i < askers->n; i++)
		events->ok(events->arg, askers->clients[i]);
}

static void begin(struct reload *reload);

/* @error: NULL where all is well */
static void end(struct reload *reload, const char *error)
{
	struct askers asked = reload->asked;

	reload->waits = false;
	reload->asked = (struct askers){ 0 };
	if (error)
		tell_failure(reload, &asked, error);
	else
		tell_success(reload, &asked);
	if (reload->asked_since.any)
		begin(reload);
}

static void begin(struct reload *reload)
{
	reload->asked = reload->asked_since;
	reload->asked_since = (struct askers){ 0 };
	reload->waits = supervised_load();
	if (!reload->waits)
		end(reload, "the supervisor does not read it");
}

static bool apply(struct reload *reload, struct config *next, char *error,
		  size_t error_size)
{
	return xfrm_interfaces_number(reload->ike, next, error, error_size) &&
	       config_apply(reload->ike, reload->now, next, error, error_size);
}

struct reload *reload_new(struct ike *ike, struct config *now,
			  struct control *control)
{
	struct reload *reload = calloc(1, sizeof(*reload));

	if (!reload)
		return NULL;
	reload->ike = ike;
	reload->now = now;
	reload->control = control;
	return reload;
}

void reload_free(struct reload *reload)
{
	free(reload);
}

void reload_request(struct reload *reload, uint64_t client)
{
	const struct ike_events *events = &reload->ike->events;

	if (!note(&reload->asked_since, client))
		events->fail(events->arg, client,
			     "too many wait for the next reload");
	else if (!reload->waits)
		begin(reload);
}

void reload_loaded(struct reload *reload, struct config *next)
{
	char error[LOG_LINE_MAX];
	bool ok;

	if (!reload->waits) {
		config_free(next);
		supervised_taken(false);
		return;
	}
	ok = apply(reload, next, error, sizeof(error));
	if (!ok)
		config_free(next);
	supervised_taken(ok);
	end(reload, ok ? NULL : error);
	/* Whoever has asked was let in by the one before, and has been told. */
	if (ok && reload->control)
		control_permit(reload->control, &reload->now->control);
}

void reload_lost(struct reload *reload, const char *error)
{
	supervised_taken(false);
	reload_refused(reload, error);
}

void reload_refused(struct reload *reload, const char *error)
{
	if (reload->waits)
		end(reload, error);
}
