// SPDX-License-Identifier: GPL-2.0
#include "fake_config_load.h"

#include <stdio.h>
#include <stdlib.h>

enum config_load_state fake_config_load_state = CONFIG_LOAD_DONE;
struct config *(*fake_config_load_read)(const char *path);

struct config_load {
	struct config *config; /* NULL: it was taken */
};

struct config_load *config_load_begin(const char *path, char *error,
				      size_t error_size)
{
	struct config_load *load = malloc(sizeof(*load));

	if (load)
		load->config = fake_config_load_read(path);
	else
		snprintf(error, error_size, "out of memory");
	return load;
}

int config_load_fd(const struct config_load *load)
{
	(void)load;
	return 0;
}

enum config_load_state config_load_serve(struct config_load *load)
{
	(void)load;
	return fake_config_load_state;
}

void config_load_time_out(struct config_load *load)
{
	(void)load;
}

const char *config_load_error(const struct config_load *load)
{
	(void)load;
	return "refused by the test";
}

struct config *config_load_take(struct config_load *load)
{
	struct config *config = load->config;

	load->config = NULL;
	return config;
}

void config_load_end(struct config_load *load)
{
	if (load->config)
		config_free(load->config);
	free(load);
}
