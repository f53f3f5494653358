/* SPDX-License-Identifier: GPL-2.0 */
/* What pqike bench can measure; argv[0] is the name for messages. */
#ifndef PQIKE_CMD_BENCH_H
#define PQIKE_CMD_BENCH_H

#include <stdbool.h>
#include <stdint.h>

int cmd_bench_kem(int argc, char **argv);
int cmd_bench_handshake(int argc, char **argv);

/**
 * cmd_bench_number() - read the argument of an option
 * @what: it is the number of, for the message
 * @max: it is from 1 to this
 *
 * Return: false after a line on standard error.
 */
bool cmd_bench_number(const char *text, const char *what, uint32_t max,
		      uint32_t *number);

/* Say @what on standard error. Return: EXIT_FAILURE. */
int cmd_bench_fail(const char *what);

/* Take the line of progress back from standard error, where that is a terminal. */
void cmd_bench_clear_progress(void);

/* End what was written to standard output. Return: the exit status. */
int cmd_bench_end_output(void);

#endif
