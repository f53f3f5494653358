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
#include "base/waiting_for.h"
#include "config/config_read.h"
#include "config/config_transfer.h"
#include "kernel/secrets.h"

#define ERROR_MAX 1024

/* The first octet of what the process reports; an error comes after it. */
enum { WELL = 'w', CONFIG_WRONG = 'c', NO_MEMORY = 'm' };

struct config_load {
	const char *path;
	struct child_process process;
	int memory; /* where it writes the configuration */
	char *waits_for; /* shared with it, PATH_MAX octets */
	int32_t keyring; /* 0: it was taken */
	char report[ERROR_MAX]; /* what it has reported so far */
	size_t len;
	char error[ERROR_MAX + PATH_MAX];
};

static void say(int report, char what, const char *error)
{
	dprintf(report, "%c%s", what, error);
}

/* In the process. */
static void read_all(int report, int memory, void *arg)
{
	const struct config_load *load = arg;
	char error[ERROR_MAX - 2] = "";
	struct config *config;
	FILE *out;

	waiting_for_note_in(load->waits_for, PATH_MAX);
	config = config_read(load->path, error, sizeof(error));
	if (!config || !secrets_fill(config->secrets, load->keyring, error,
				     sizeof(error))) {
		say(report, CONFIG_WRONG, error);
		return;
	}
	out = fdopen(memory, "w");
	if (!out || !config_transfer_write(config, out))
		say(report, NO_MEMORY, "no memory for the configuration");
	else
		say(report, WELL, "");
}

struct config_load *config_load_begin(const char *path, char *error,
				      size_t error_size)
{
	struct config_load *load = calloc(1, sizeof(*load));

	if (!load) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	load->path = path;
	load->memory = memfd_create("configuration", MFD_CLOEXEC);
	load->waits_for = mmap(NULL, PATH_MAX, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (load->memory < 0 || load->waits_for == MAP_FAILED) {
		snprintf(error, error_size, "no memory to read %s: %s", path,
			 strerror(errno));
		config_load_end(load);
		return NULL;
	}
	load->keyring = secrets_keyring_new(error, error_size);
	if (load->keyring > 0 &&
	    child_process_start(&load->process, read_all, load->memory, load,
				error, error_size))
		return load;
	config_load_end(load);
	return NULL;
}

int config_load_fd(const struct config_load *load)
{
	return load->process.report;
}

static enum config_load_state conclude(struct config_load *load)
{
	load->report[load->len] = '\0';
	snprintf(load->error, sizeof(load->error), "%s",
		 load->len ? load->report + 1 : "");
	switch (load->report[0]) {
	case WELL:
		return CONFIG_LOAD_DONE;
	case CONFIG_WRONG:
		return CONFIG_LOAD_WRONG;
	case NO_MEMORY:
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
		n = read(load->process.report, load->report + load->len,
			 sizeof(load->report) - 1 - load->len);
		if (n > 0)
			load->len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 && errno == EAGAIN ? CONFIG_LOAD_GOES_ON : conclude(load);
}

void config_load_time_out(struct config_load *load)
{
	/* The process can write there as long as it lives. */
	child_process_end(&load->process);
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
	child_process_end(&load->process);
	if (load->keyring > 0)
		secrets_drop(load->keyring);
	if (load->waits_for && load->waits_for != MAP_FAILED)
		munmap(load->waits_for, PATH_MAX);
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

enum config_load_state config_load(const char *path, unsigned int seconds,
				   struct config **config, char *error,
				   size_t error_size)
{
	struct config_load *load = config_load_begin(path, error, error_size);
	enum config_load_state state;

	if (!load)
		return CONFIG_LOAD_FAILED;
	state = wait_for(load, clock_now() + seconds * SECOND);
	if (state == CONFIG_LOAD_DONE) {
		*config = config_load_take(load);
		state = *config ? CONFIG_LOAD_DONE : CONFIG_LOAD_FAILED;
	}
	if (state != CONFIG_LOAD_DONE)
		snprintf(error, error_size, "%s", config_load_error(load));
	config_load_end(load);
	return state;
}
