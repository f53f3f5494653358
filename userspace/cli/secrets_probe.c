// SPDX-License-Identifier: GPL-2.0
#include "cli/secrets_probe.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/clock.h"
#include "base/waiting_for.h"
#include "kernel/secrets.h"

/* A line from the process that says that all were tried. */
#define ALL_TRIED "."

struct probe {
	const struct secret_config *secrets;
	char *waits_for; /* shared with the process, PATH_MAX octets */
	char line[SECRETS_PROBE_ERROR_MAX]; /* what it has said of one so far */
	size_t len;
	bool all_tried;
	void (*fault)(const char *line, void *arg);
	void *arg;
};

/* In the process. */
static void try_all(int report, int kept, void *arg)
{
	const struct probe *probe = arg;
	char error[SECRETS_PROBE_ERROR_MAX];
	const struct secret_config *secret;

	(void)kept;
	waiting_for_note_in(probe->waits_for, PATH_MAX);
	for (secret = probe->secrets; secret; secret = secret->next)
		if (!secrets_try(secret, error, sizeof(error)))
			dprintf(report, "%s\n", error);
	dprintf(report, ALL_TRIED "\n");
}

static void take_octet(struct probe *probe, char octet)
{
	if (octet != '\n') {
		if (probe->len < sizeof(probe->line) - 1)
			probe->line[probe->len++] = octet;
		return;
	}
	probe->line[probe->len] = '\0';
	probe->len = 0;
	if (!strcmp(probe->line, ALL_TRIED))
		probe->all_tried = true;
	else
		probe->fault(probe->line, probe->arg);
}

/* Return: false at the end of what the process says. */
static bool take(struct probe *probe, int report)
{
	char octets[4096];
	ssize_t n = read(report, octets, sizeof(octets));

	for (ssize_t i = 0; i < n; i++)
		take_octet(probe, octets[i]);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Return: false where it lasted too long. */
static bool listen_until(struct probe *probe, int report, int64_t deadline)
{
	struct pollfd fd = { .fd = report, .events = POLLIN };
	int64_t now;

	while ((now = clock_now()) < deadline) {
		poll(&fd, 1, (int)(deadline - now));
		if (fd.revents && !take(probe, report))
			return true;
	}
	return false;
}

bool secrets_probe(const struct secret_config *secrets, unsigned int seconds,
		   void (*fault)(const char *line, void *arg), void *arg,
		   char *error, size_t error_size)
{
	struct probe probe = { .secrets = secrets, .fault = fault, .arg = arg };
	struct child_process process;
	bool in_time;

	probe.waits_for = mmap(NULL, PATH_MAX, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (probe.waits_for == MAP_FAILED) {
		snprintf(error, error_size, "no memory: %s", strerror(errno));
		return false;
	}
	if (!child_process_start(&process, try_all, -1, &probe, error,
				 error_size)) {
		munmap(probe.waits_for, PATH_MAX);
		return false;
	}
	in_time = listen_until(&probe, process.report,
			       clock_now() + seconds * SECOND);
	/* The process can write there as long as it lives. */
	child_process_end(&process);
	probe.waits_for[PATH_MAX - 1] = '\0';
	if (!in_time)
		snprintf(error, error_size, "%s: could not be read in time, and what follows it was not tried",
			 probe.waits_for);
	else if (!probe.all_tried)
		snprintf(error, error_size, "the process that reads them failed");
	munmap(probe.waits_for, PATH_MAX);
	return probe.all_tried;
}
