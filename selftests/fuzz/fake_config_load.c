// SPDX-License-Identifier: GPL-2.0
#include "fake_config_load.h"

#include "base/clock.h"
#include "config/config_transfer.h"
#include "draw.h"
#include "fake_secrets.h"
#include "kernel/secrets.h"

/* Never polled */
#define LOAD_FD 4712

struct config_load {
	int32_t keyring; /* 0: it was taken */
};

unsigned int fake_config_state;
size_t fake_config_which, fake_config_taken;
unsigned int fake_config_loads;
int64_t fake_config_begun;
int64_t fake_config_pause;

static struct {
	char *data;
	size_t size;
} written[FAKE_CONFIGS];

void fake_config_set(size_t which, const struct config *config)
{
	FILE *out = open_memstream(&written[which].data, &written[which].size);

	require(out && config_transfer_write(config, out) && !fclose(out));
}

static struct config *copy(size_t which, int32_t keyring)
{
	struct config *config = config_transfer_read(written[which].data,
						     written[which].size);

	require(config);
	config->keyring = keyring;
	return config;
}

struct config *fake_config_new(size_t which)
{
	return copy(which, fake_keyring_new());
}

struct config_load *config_load_begin(const char *path, char *error,
				      size_t error_size)
{
	struct config_load *load = calloc(1, sizeof(*load));

	(void)path;
	(void)error;
	(void)error_size;
	require(load);
	load->keyring = fake_keyring_new();
	fake_config_loads++;
	if (fake_config_begun && clock_now() - fake_config_begun < fake_config_pause)
		fake_config_pause = clock_now() - fake_config_begun;
	fake_config_begun = clock_now();
	return load;
}

struct config_load *config_load_request(const char *reader, char *error,
					size_t error_size)
{
	return config_load_begin(reader, error, error_size);
}

enum config_load_state config_load_finish(struct config_load *load,
					  unsigned int seconds,
					  struct config **config, char *error,
					  size_t error_size)
{
	(void)load;
	(void)seconds;
	(void)config;
	(void)error;
	(void)error_size;
	abort();
}

int config_load_fd(const struct config_load *load)
{
	(void)load;
	return LOAD_FD;
}

enum config_load_state config_load_serve(struct config_load *load)
{
	(void)load;
	return fake_config_state == FAKE_LOAD_NO_MEMORY ?
		       CONFIG_LOAD_DONE :
		       (enum config_load_state)fake_config_state;
}

void config_load_time_out(struct config_load *load)
{
	(void)load;
}

const char *config_load_error(const struct config_load *load)
{
	(void)load;
	return "it could not be read";
}

struct config *config_load_take(struct config_load *load)
{
	struct config *config;

	if (fake_config_state == FAKE_LOAD_NO_MEMORY)
		return NULL;
	config = copy(fake_config_which, load->keyring);
	fake_config_taken = fake_config_which;
	load->keyring = 0;
	return config;
}

void config_load_end(struct config_load *load)
{
	if (load->keyring)
		secrets_drop(load->keyring);
	fake_config_loads--;
	free(load);
}
