/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a configuration with its pre-shared keys by a process of its own: a
 * file that keeps its reader waiting, such as a FIFO or one of a server that
 * does not answer, keeps nobody else waiting, and no memory but that of this
 * process ever holds a key.
 */
#ifndef PQIKE_CONFIG_LOAD_H
#define PQIKE_CONFIG_LOAD_H

#include "config/config.h"

/* Seconds that all files together may take. */
#define CONFIG_LOAD_SECONDS 30

struct config_load;

enum config_load_state {
	CONFIG_LOAD_GOES_ON,
	CONFIG_LOAD_DONE,
	CONFIG_LOAD_WRONG, /* the configuration is not valid, or a pre-shared key is not */
	CONFIG_LOAD_FAILED, /* it was not read in time, or there is no memory */
};

/**
 * config_load_begin() - begin to read a configuration
 * @path: where, as config_read(); stays until the end
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: to be ended with config_load_end(); NULL on failure.
 */
struct config_load *config_load_begin(const char *path, char *error,
				      size_t error_size);

/**
 * config_load_request() - have a service manager's process begin to read a configuration
 * @reader: path of the socket by which it starts it; stays until the end
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: as config_load_begin().
 */
struct config_load *config_load_request(const char *reader, char *error,
					size_t error_size);

/* What to poll for POLLIN before config_load_serve(). */
int config_load_fd(const struct config_load *load);

/* Take what the process has to say; does not wait. */
enum config_load_state config_load_serve(struct config_load *load);

/* It has lasted too long: config_load_error() says what it waits for. */
void config_load_time_out(struct config_load *load);

/* Return: what is wrong, in one line, after it has failed. */
const char *config_load_error(const struct config_load *load);

/**
 * config_load_take() - take what was read, after it is done
 *
 * Return: the configuration, to be freed with config_free(), whose keyring is
 * to be given to secrets_use() or secrets_drop(); NULL on failure, see
 * config_load_error().
 */
struct config *config_load_take(struct config_load *load);

/* End it, whether it is done or not. */
void config_load_end(struct config_load *load);

/**
 * config_load_finish() - wait for what is being read, and end it
 *
 * As config_load(), of which it is the other half.
 */
enum config_load_state config_load_finish(struct config_load *load,
					  unsigned int seconds,
					  struct config **config, char *error,
					  size_t error_size);

/**
 * config_load() - read a configuration, and wait for it
 * @path: where, as config_read()
 * @seconds: to wait at most
 * @config: receives the configuration, to be freed with config_free(); its
 *	keyring is to be given to secrets_use() or secrets_drop()
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: CONFIG_LOAD_DONE, CONFIG_LOAD_WRONG or CONFIG_LOAD_FAILED.
 */
enum config_load_state config_load(const char *path, unsigned int seconds,
				   struct config **config, char *error,
				   size_t error_size);

#endif
