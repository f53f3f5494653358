// SPDX-License-Identifier: GPL-2.0
#include "supervisor/config_load.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/clock.h"
#include "config/config_transfer.h"
#include "helper/activation.h"
#include "kernel/secrets.h"
#include "supervisor/config_reading.h"
#include "supervisor/reader_process.h"

struct config_load {
	const char *path;
	struct child_process process;
	int channel; /* to a reader that is no child of ours, -1: it is one */
	int lifeline; /* of that, see activation.h */
	int memory; /* where it writes the configuration */
	int waits; /* likewise what it waits for */
	char *waits_for; /* of that, READING_WAITS_MAX octets */
	int32_t keyring; /* 0: it was taken */
	char report[READING_REPORT_MAX]; /* what it has reported so far */
	size_t len;
	char error[READING_REPORT_MAX + PATH_MAX];
};

/* In the process. */
static void read_all(int report, int memory, void *arg)
{
	const struct config_load *load = arg;

	config_reading_run(load->path, report, memory, load->waits_for,
			   load->keyring);
}

static bool make_memory(struct config_load *load)
{
	load->memory = memfd_create("configuration", MFD_CLOEXEC);
	load->waits = memfd_create("waits for", MFD_CLOEXEC);
	if (load->memory < 0 || load->waits < 0 ||
	    ftruncate(load->waits, READING_WAITS_MAX))
		return false;
	load->waits_for = mmap(NULL, READING_WAITS_MAX, PROT_READ | PROT_WRITE,
			       MAP_SHARED, load->waits, 0);
	return load->waits_for != MAP_FAILED;
}

static struct config_load *load_new(const char *path, char *error,
				    size_t error_size)
{
	struct config_load *load = calloc(1, sizeof(*load));

	if (!load) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	*load = (struct config_load){
		.path = path, .channel = -1, .lifeline = -1, .memory = -1,
		.waits = -1,
	};
	if (make_memory(load))
		return load;
	snprintf(error, error_size, "no memory to read %s: %s", path,
		 strerror(errno));
	config_load_end(load);
	return NULL;
}

struct config_load *config_load_begin(const char *path, char *error,
				      size_t error_size)
{
	struct config_load *load = load_new(path, error, error_size);

	if (!load)
		return NULL;
	load->keyring = secrets_keyring_new(error, error_size);
	if (load->keyring > 0 &&
	    child_process_start(&load->process, read_all, load->memory, load,
				error, error_size))
		return load;
	config_load_end(load);
	return NULL;
}

struct config_load *config_load_request(const char *reader, char *error,
					size_t error_size)
{
	struct config_load *load = load_new(reader, error, error_size);

	if (!load)
		return NULL;
	load->channel = activation_request(reader, &load->lifeline, error,
					   error_size);
	if (load->channel >= 0 &&
	    reader_process_ask(load->channel, load->memory, load->waits))
		return load;
	if (load->channel >= 0)
		snprintf(error, error_size, "%s: no reader of the configuration",
			 reader);
	config_load_end(load);
	return NULL;
}

int config_load_fd(const struct config_load *load)
{
	return load->channel >= 0 ? load->channel : load->process.report;
}

/* The keyring is a reader's, which ends it when it ends itself. */
static enum config_load_state take_keyring(struct config_load *load)
{
	int32_t keyring = (int32_t)strtol(load->report + 1, NULL, 10);

	if (load->channel < 0)
		return CONFIG_LOAD_DONE;
	if (!secrets_keyring_take(keyring, load->error, sizeof(load->error)))
		return CONFIG_LOAD_FAILED;
	load->keyring = keyring;
	return CONFIG_LOAD_DONE;
}

static enum config_load_state conclude(struct config_load *load)
{
	load->report[load->len] = '\0';
	snprintf(load->error, sizeof(load->error), "%s",
		 load->len ? load->report + 1 : "");
	switch (load->report[0]) {
	case READING_WELL:
		return take_keyring(load);
	case READING_WRONG:
		return CONFIG_LOAD_WRONG;
	case READING_FAILED:
		return CONFIG_LOAD_FAILED;
	default:
		snprintf(load->error, sizeof(load->error),
			 "the process that reads %s failed", load->path);
		return CONFIG_LOAD_FAILED;
	}
}

enum config_load_state config_load_serve(struct config_load *load)
{
	ssize_t n;

	do {
		n = read(config_load_fd(load), load->report + load->len,
			 sizeof(load->report) - 1 - load->len);
		if (n > 0)
			load->len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	/* A reader stays until its keyring was taken. */
	if (load->channel >= 0 && load->len)
		return conclude(load);
	return n < 0 && errno == EAGAIN ? CONFIG_LOAD_GOES_ON : conclude(load);
}

static void end_process(struct config_load *load)
{
	child_process_end(&load->process);
	if (load->lifeline >= 0)
		close(load->lifeline);
	load->lifeline = -1;
}

void config_load_time_out(struct config_load *load)
{
	/* The process can write there as long as it lives. */
	end_process(load);
	load->waits_for[PATH_MAX - 1] = '\0';
	snprintf(load->error, sizeof(load->error), "%s: could not be read in time",
		 *load->waits_for ? load->waits_for : load->path);
}

const char *config_load_error(const struct config_load *load)
{
	return load->error;
}

struct config *config_load_take(struct config_load *load)
{
	struct config *config = config_transfer_take(load->memory);

	if (!config) {
		snprintf(load->error, sizeof(load->error),
			 "no memory for the configuration");
		return NULL;
	}
	config->keyring = load->keyring;
	load->keyring = 0;
	return config;
}

void config_load_end(struct config_load *load)
{
	end_process(load);
	if (load->channel >= 0)
		close(load->channel);
	if (load->keyring > 0)
		secrets_drop(load->keyring);
	if (load->waits_for && load->waits_for != MAP_FAILED)
		munmap(load->waits_for, READING_WAITS_MAX);
	if (load->waits >= 0)
		close(load->waits);
	if (load->memory >= 0)
		close(load->memory);
	free(load);
}

static enum config_load_state wait_for(struct config_load *load,
				       int64_t deadline)
{
	struct pollfd fd = { .fd = config_load_fd(load), .events = POLLIN };
	enum config_load_state state = CONFIG_LOAD_GOES_ON;
	int64_t now;

	while (state == CONFIG_LOAD_GOES_ON && (now = clock_now()) < deadline) {
		poll(&fd, 1, (int)(deadline - now));
		state = config_load_serve(load);
	}
	if (state != CONFIG_LOAD_GOES_ON)
		return state;
	config_load_time_out(load);
	return CONFIG_LOAD_FAILED;
}

enum config_load_state config_load_finish(struct config_load *load,
					  unsigned int seconds,
					  struct config **config, char *error,
					  size_t error_size)
{
	enum config_load_state state = wait_for(load, clock_now() +
						      seconds * SECOND);

	if (state == CONFIG_LOAD_DONE) {
		*config = config_load_take(load);
		state = *config ? CONFIG_LOAD_DONE : CONFIG_LOAD_FAILED;
	}
	if (state != CONFIG_LOAD_DONE)
		snprintf(error, error_size, "%s", config_load_error(load));
	config_load_end(load);
	return state;
}

enum config_load_state config_load(const char *path, unsigned int seconds,
				   struct config **config, char *error,
				   size_t error_size)
{
	struct config_load *load = config_load_begin(path, error, error_size);

	return load ? config_load_finish(load, seconds, config, error,
					 error_size) :
		      CONFIG_LOAD_FAILED;
}
