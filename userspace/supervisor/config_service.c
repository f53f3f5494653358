// SPDX-License-Identifier: GPL-2.0
#include "supervisor/config_service.h"

#include <stdio.h>

#include "config/config_reqid.h"
#include "kernel/secrets.h"

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

	return load ? config_load_finish(load, CONFIG_LOAD_SECONDS,
					 &service->now, error, error_size) :
		      CONFIG_LOAD_FAILED;
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
	config_service_conclude(service, false);
}

void config_service_end(struct config_service *service)
{
	config_service_cancel(service);
	config_free(service->now);
}

bool config_service_load(struct config_service *service, char *error,
			 size_t error_size)
{
	if (service->load)
		return true;
	config_service_conclude(service, false);
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
	service->next = config_load_take(service->load);
	if (service->next && config_give_reqids(service->next, service->now))
		return true;
	config_service_conclude(service, false);
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

/* The keys of the one that goes are needed no more. */
void config_service_conclude(struct config_service *service, bool taken)
{
	struct config *goes = taken ? service->now : service->next;

	if (!service->next)
		return;
	if (taken)
		service->now = service->next;
	service->next = NULL;
	secrets_drop(goes->keyring);
	config_free(goes);
}
