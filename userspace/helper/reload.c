// SPDX-License-Identifier: GPL-2.0
#include "helper/reload.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "config/config_reqid.h"
#include "helper/config_load.h"
#include "helper/supervised.h"
#include "kernel/secrets.h"
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
	const char *path;
	struct control *control;
	struct config_load *load; /* NULL: none goes on */
	struct timer timer; /* the end of its patience */
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

	timer_stop(&reload->ike->timers, &reload->timer);
	if (reload->load)
		config_load_end(reload->load);
	reload->load = NULL;
	reload->asked = (struct askers){ 0 };
	supervised_ready();
	if (error)
		tell_failure(reload, &asked, error);
	else
		tell_success(reload, &asked);
	if (reload->asked_since.any)
		begin(reload);
}

static void time_out(struct ike *ike, struct timer *timer)
{
	struct reload *reload = timer_owner(timer, struct reload, timer);
	char error[LOG_LINE_MAX];

	(void)ike;
	config_load_time_out(reload->load);
	snprintf(error, sizeof(error), "%s", config_load_error(reload->load));
	end(reload, error);
}

static void begin(struct reload *reload)
{
	char error[LOG_LINE_MAX];

	reload->asked = reload->asked_since;
	reload->asked_since = (struct askers){ 0 };
	supervised_reloading();
	reload->load = config_load_begin(reload->path, error, sizeof(error));
	if (reload->load)
		timer_set(&reload->ike->timers, &reload->timer,
			  clock_now() + CONFIG_LOAD_SECONDS * SECOND);
	else
		end(reload, error);
}

static bool apply(struct reload *reload, struct config *next, char *error,
		  size_t error_size)
{
	if (!config_give_reqids(next, reload->now)) {
		snprintf(error, error_size, "out of memory");
		return false;
	}
	return xfrm_interfaces_number(reload->ike, next, error, error_size) &&
	       config_apply(reload->ike, reload->now, next, error, error_size);
}

static void take(struct reload *reload)
{
	struct config *next = config_load_take(reload->load);
	char error[LOG_LINE_MAX];

	if (!next) {
		snprintf(error, sizeof(error), "%s",
			 config_load_error(reload->load));
		end(reload, error);
	} else if (apply(reload, next, error, sizeof(error))) {
		end(reload, NULL);
	} else {
		secrets_drop(next->keyring);
		config_free(next);
		end(reload, error);
	}
}

struct reload *reload_new(struct ike *ike, struct config *now, const char *path,
			  struct control *control)
{
	struct reload *reload = calloc(1, sizeof(*reload));

	if (!reload)
		return NULL;
	reload->ike = ike;
	reload->now = now;
	reload->path = path;
	reload->control = control;
	reload->timer.expired = time_out;
	return reload;
}

void reload_free(struct reload *reload)
{
	if (!reload)
		return;
	timer_stop(&reload->ike->timers, &reload->timer);
	if (reload->load)
		config_load_end(reload->load);
	free(reload);
}

void reload_request(struct reload *reload, uint64_t client)
{
	const struct ike_events *events = &reload->ike->events;

	if (!note(&reload->asked_since, client))
		events->fail(events->arg, client,
			     "too many wait for the next reload");
	else if (!reload->load)
		begin(reload);
}

int reload_fd(const struct reload *reload)
{
	return reload->load ? config_load_fd(reload->load) : -1;
}

void reload_serve(struct reload *reload)
{
	char error[LOG_LINE_MAX];

	switch (config_load_serve(reload->load)) {
	case CONFIG_LOAD_GOES_ON:
		return;
	case CONFIG_LOAD_DONE:
		take(reload);
		return;
	default:
		snprintf(error, sizeof(error), "%s",
			 config_load_error(reload->load));
		end(reload, error);
	}
}
