/* SPDX-License-Identifier: GPL-2.0 */
/* What a process does that reads a configuration, and what it reports in the end. */
#ifndef PQIKE_CONFIG_READING_H
#define PQIKE_CONFIG_READING_H

#include <stdint.h>

/* The first octet of what it reports; the keyring or an error comes after it. */
enum { READING_WELL = 'w', READING_WRONG = 'c', READING_FAILED = 'm' };

/* With its first octet and a terminator */
#define READING_REPORT_MAX 1024

/* Octets of the memory in which it says what it waits for */
#define READING_WAITS_MAX PATH_MAX

/**
 * config_reading_report() - say how it went, in one record
 * @report: where to
 * @text: less than READING_REPORT_MAX - 1 octets of it are told
 */
void config_reading_report(int report, char what, const char *text);

/**
 * config_reading_run() - read a configuration, and put its secrets into a keyring
 * @path: as config_read()
 * @report: where to report to
 * @memory: a descriptor of memory that is for the configuration, see config_transfer_take();
 *	    is closed
 * @waits_for: READING_WAITS_MAX octets, of which waiting_for_note_in() makes use
 * @keyring: as secrets_fill()
 *
 * This process holds secrets for a moment: it must end right afterwards.
 */
void config_reading_run(const char *path, int report, int memory,
			char *waits_for, int32_t keyring);

#endif
