// SPDX-License-Identifier: GPL-2.0
#include "supervisor/reader_process.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pass_fds.h"
#include "helper/activation.h"
#include "kernel/secrets.h"
#include "supervisor/config_reading.h"

enum { MEMORY, WAITS, FDS };

/* Of the one record that asks */
#define READ 'r'

bool reader_process_ask(int channel, int memory, int waits)
{
	const int fds[FDS] = { [MEMORY] = memory, [WAITS] = waits };
	const char word = READ;

	return pass_fds_send(channel, &word, sizeof(word), fds, FDS,
			     MSG_DONTWAIT);
}

/* Return: whether one that is well formed has come. */
static bool take_request(int channel, int fds[FDS])
{
	char word = 0;
	bool whole;
	size_t n;

	return pass_fds_receive(channel, &word, sizeof(word), fds, FDS, &n, 0,
				&whole) == sizeof(word) &&
	       whole && word == READ && n == FDS;
}

static void serve(const char *path, int channel, int memory, int waits)
{
	char *waits_for = mmap(NULL, READING_WAITS_MAX, PROT_READ | PROT_WRITE,
			       MAP_SHARED, waits, 0);
	char error[256] = "no memory for what is read";
	int32_t keyring = 0;

	if (waits_for != MAP_FAILED)
		keyring = secrets_keyring_give(error, sizeof(error));
	if (keyring > 0)
		config_reading_run(path, channel, memory, waits_for, keyring);
	else
		config_reading_report(channel, READING_FAILED, error);
}

int reader_process_serve(const char *path)
{
	int fds[FDS], channel, program;

	if (prctl(PR_SET_DUMPABLE, 0) ||
	    !activation_accept(&channel, &program) ||
	    !take_request(channel, fds))
		return EXIT_FAILURE;
	if (activation_is_of(program))
		serve(path, channel, fds[MEMORY], fds[WAITS]);
	else
		config_reading_report(channel, READING_FAILED,
				      "another pqike was installed than the one that runs, which is to be restarted");
	/* The keyring ends with this process, and this process by its lifeline. */
	for (;;)
		pause();
}
