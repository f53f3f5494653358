// SPDX-License-Identifier: GPL-2.0
#include "supervisor/config_service.h"

#include <stdio.h>

#include "config/config_reqid.h"

static struct config_load *begin(const struct config_service *service,
				 char *error, size_t error_size)
{
	return service->reader ?
		       config_load_request(service->reader, error, error_size) :
		       config_load_begin(service->path, error, error_size);
}

enum config_load_state config_service_begin(struct config_service *service,
					    char *error, size_t error_size)
{
	struct config_load *load = begin(service, error, error_size);
	enum config_load_state state;
	struct config *config;

	if (!load)
		return CONFIG_LOAD_FAILED;
	state = config_load_finish(load, CONFIG_LOAD_SECONDS, &config, error,
				   error_size);
	if (state != CONFIG_LOAD_DONE ||
	    config_pair_begin(&service->configs, config))
		return state;
	snprintf(error, error_size, "no memory for the configuration");
	return CONFIG_LOAD_FAILED;
}

static void stop_loading(struct config_service *service)
{
	if (service->load)
		config_load_end(service->load);
	service->load = NULL;
}

void config_service_cancel(struct config_service *service)
{
	stop_loading(service);
	config_pair_conclude(&service->configs);
}

void config_service_end(struct config_service *service)
{
	stop_loading(service);
	config_pair_end(&service->configs);
}

bool config_service_load(struct config_service *service, char *error,
			 size_t error_size)
{
	service->load = begin(service, error, error_size);
	return service->load;
}

int config_service_fd(const struct config_service *service)
{
	return service->load ? config_load_fd(service->load) : -1;
}

/* What it has counts as read only when all of it is there. */
static bool take(struct config_service *service)
{
	struct config_pair *configs = &service->configs;
	struct config *next = config_load_take(service->load);

	if (!next || !config_pair_give(configs, next))
		return false;
	if (config_give_reqids(configs->next, configs->now))
		return true;
	config_pair_conclude(configs);
	return false;
}

enum config_load_state config_service_serve(struct config_service *service,
					    bool patience, char *error,
					    size_t error_size)
{
	enum config_load_state state = CONFIG_LOAD_FAILED;

	if (patience)
		state = config_load_serve(service->load);
	else
		config_load_time_out(service->load);
	if (state == CONFIG_LOAD_GOES_ON)
		return state;
	if (state != CONFIG_LOAD_DONE) {
		snprintf(error, error_size, "%s",
			 config_load_error(service->load));
	} else if (!take(service)) {
		snprintf(error, error_size, "no memory for the configuration");
		state = CONFIG_LOAD_FAILED;
	}
	stop_loading(service);
	return state;
}
