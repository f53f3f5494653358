// SPDX-License-Identifier: GPL-2.0
#include "supervisor/config_reading.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/waiting_for.h"
#include "config/config_read.h"
#include "config/config_transfer.h"
#include "kernel/secrets.h"

void config_reading_report(int report, char what, const char *text)
{
	char record[READING_REPORT_MAX];
	int len = snprintf(record, sizeof(record), "%c%s", what, text);

	if (len >= (int)sizeof(record))
		len = sizeof(record) - 1;
	/* Whoever is gone needs no report. */
	if (write(report, record, (size_t)len) < 0)
		return;
}

static void report_well(int report, int32_t keyring)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRId32, keyring);
	config_reading_report(report, READING_WELL, text);
}

void config_reading_run(const char *path, int report, int memory,
			char *waits_for, int32_t keyring)
{
	char error[READING_REPORT_MAX - 2] = "";
	struct config *config;
	bool written;
	FILE *out;

	waiting_for_note_in(waits_for, READING_WAITS_MAX);
	config = config_read(path, error, sizeof(error));
	if (!config || !secrets_fill(config->secrets, keyring, error,
				     sizeof(error))) {
		config_reading_report(report, READING_WRONG, error);
		return;
	}
	out = fdopen(memory, "w");
	written = out && config_transfer_write(config, out);
	if (out && fclose(out))
		written = false;
	if (written)
		report_well(report, keyring);
	else
		config_reading_report(report, READING_FAILED,
				      "no memory for the configuration");
}
