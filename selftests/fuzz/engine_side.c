// SPDX-License-Identifier: GPL-2.0
#include "engine_side.h"

#include "config/config_reqid.h"
#include "config/connection.h"
#include "draw.h"
#include "engine_config.h"
#include "ike/ike_sa_end.h"
#include "tunnel/attempt.h"
#include "tunnel/config_apply.h"
#include "tunnel/connection_set.h"
#include "tunnel/restart.h"
#include "tunnel/start_action.h"
#include "tunnel/trap.h"
#include "tunnel/xfrm_interface.h"

#define ERROR_MAX 512

static void tell_progress(void *arg, uint64_t client, const char *line)
{
	control_progress(((struct engine_side *)arg)->control, client, line);
}

static void tell_ok(void *arg, uint64_t client)
{
	control_ok(((struct engine_side *)arg)->control, client);
}

static void tell_fail(void *arg, uint64_t client, const char *line)
{
	control_fail(((struct engine_side *)arg)->control, client, line);
}

static void tell_event(void *arg, const struct ike_event *event)
{
	monitor_event(((struct engine_side *)arg)->command.monitor, event);
}

static bool set_connections(struct engine_side *self)
{
	const struct connection_config *connection = self->config->connections;
	bool ok = true;

	for (; connection; connection = connection->next)
		ok = !connection_set(self->ike->kernel, connection, false) && ok;
	return ok;
}

static void start_connections(struct engine_side *self)
{
	const struct connection_config *connection = self->config->connections;

	for (; connection; connection = connection->next)
		start_actions_add(self->ike, connection);
	start_actions_run(self->ike, traps_remove_leftovers);
}

static void open_all(struct engine_side *self)
{
	char error[ERROR_MAX];

	self->control = fake_control_new();
	self->command = (struct command_context){
		.control = self->control,
		.monitor = monitor_new(self->control),
		.reload = reload_new(self->ike, self->config,
				     self->control),
	};
	require(self->control && self->command.monitor && self->command.reload);
	self->ike->events = (struct ike_events){
		.progress = tell_progress, .ok = tell_ok, .fail = tell_fail,
		.event = tell_event, .arg = self,
	};
	self->ike->xfrm = fake_xfrm_events_new();
	self->ike->interfaces = xfrm_interfaces_open(error, sizeof(error));
	self->links = fake_links();
	require(self->ike->interfaces);
	/* A helper that died has left it. */
	fake_link_add(self->links, "left0", XFRM_LINK_KIND, 99, true);
}

void engine_side_begin(struct engine_side *self, struct pair *pair, bool first,
		       const struct setup *setup)
{
	char error[ERROR_MAX];

	*self = (struct engine_side){
		.side = first ? &pair->a : &pair->b, .setup = *setup,
		.first = first,
	};
	self->ike = &self->side->ike;
	self->config = engine_config_read(setup, first);
	require(config_give_reqids(self->config, NULL));
	connections_index(self->config);
	self->ike->config = self->config;
	open_all(self);
	xfrm_interfaces_remove_leftovers(self->ike);
	require(!fake_link_find(self->links, "left0"));
	require(xfrm_interfaces_number(self->ike, self->config, error,
				       sizeof(error)) &&
		xfrm_interfaces_make(self->ike, self->config, error,
				     sizeof(error)));
	require(set_connections(self));
	start_connections(self);
}

void engine_side_end(struct engine_side *self)
{
	struct ike *ike = self->ike;

	start_actions_stop(ike);
	while (ike->ike_sas)
		ike_sa_free(ike, ike->ike_sas);
	ike_sas_release(ike);
	attempts_free(ike);
	traps_free(ike);
	require(!fake_kernel_live(ike->kernel) && !ike->kernel->traps);
	config_release(ike, self->config);
	require(!self->config->retired);
	reload_free(self->command.reload);
	monitor_free(self->command.monitor);
	free(self->control);
	xfrm_interfaces_end(ike);
	xfrm_interfaces_close(ike->interfaces);
	free(ike->xfrm);
	config_free(self->config);
}

uint64_t engine_side_ask(struct engine_side *self, const char *text)
{
	uint64_t client = fake_control_ask(self->control);

	if (client)
		command(self->ike, &self->command, client, text);
	return client;
}

void engine_side_reload(struct engine_side *self, const struct setup *setup)
{
	self->setup = *setup;
	command(self->ike, &self->command, 0, "reload");
}

/* One that was asked for meanwhile is begun by the end of the one before. */
void engine_side_reload_serve(struct engine_side *self, bool refused)
{
	struct reload *reload = self->command.reload;
	struct config *next;

	if (refused) {
		reload_refused(reload, "refused by the test");
		return;
	}
	next = engine_config_read(&self->setup, self->first);
	require(config_give_reqids(next, self->config));
	reload_loaded(reload, next);
}

void engine_side_module_goes(struct engine_side *self)
{
	self->ike->kernel->gone = true;
	self->module_event = true;
}

void engine_side_module_went(struct engine_side *self)
{
	if (!self->module_event)
		return;
	self->module_event = false;
	restart_module_went(self->ike);
}

void engine_side_module_came(struct engine_side *self)
{
	if (!self->ike->kernel->gone)
		return;
	engine_side_module_went(self);
	fake_kernel_restart(self->ike->kernel);
	if (set_connections(self))
		restart_module_came(self->ike);
}

static void resolve(struct ike *ike)
{
	struct pollfd fds[RESOLVER_AT_ONCE];

	for (size_t i = 0; i < RESOLVER_AT_ONCE; i++)
		fds[i] = (struct pollfd){ .revents = POLLIN };
	resolver_serve(&ike->resolver, ike, fds);
}

void engine_side_round(struct engine_side *self)
{
	resolve(self->ike);
	ike_sas_release(self->ike);
	config_release(self->ike, self->config);
}
