/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration that is in force, and another one that is read and given to the helper,
 * which takes it or keeps the one before.
 */
#ifndef PQIKE_CONFIG_SERVICE_H
#define PQIKE_CONFIG_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "supervisor/config_load.h"
#include "supervisor/config_pair.h"

struct config_service {
	const char *path; /* where it is read, as config_read() */
	const char *reader; /* of config_load_request(), which knows the path; NULL: none */
	struct config_pair configs;
	struct config_load *load; /* NULL: none is being read */
};

/**
 * config_service_begin() - read the configuration, and wait for it
 * @service: its members path and reader are set, which stay, and all others zero
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: CONFIG_LOAD_DONE, to be ended with config_service_end(); CONFIG_LOAD_WRONG or
 * CONFIG_LOAD_FAILED.
 */
enum config_load_state config_service_begin(struct config_service *service,
					    char *error,
					    size_t error_size);

void config_service_end(struct config_service *service);

/* Neither is one read any more, nor is one given to the helper: it is gone. */
void config_service_cancel(struct config_service *service);

/**
 * config_service_load() - begin to read another one, while none is being read
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 */
bool config_service_load(struct config_service *service, char *error,
			 size_t error_size);

/* For poll(), before config_service_serve(); -1: none is being read. */
int config_service_fd(const struct config_service *service);

/**
 * config_service_serve() - go on with what is read; does not wait
 * @patience: false: it has lasted too long
 * @error: where it could not be read or is wrong, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: CONFIG_LOAD_GOES_ON; CONFIG_LOAD_DONE when configs.next is there, with the
 * numbers of what is in force where children are the same; else it has failed.
 */
enum config_load_state config_service_serve(struct config_service *service,
					    bool patience, char *error,
					    size_t error_size);

#endif
