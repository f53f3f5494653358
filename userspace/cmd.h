/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands of pqike.  Each is given its own arguments, argv[0] being
 * "pqike NAME", and returns the exit status.
 */
#ifndef PQIKE_CMD_H
#define PQIKE_CMD_H

#include <stdlib.h>

/* Beside EXIT_SUCCESS and EXIT_FAILURE: a wrong word or configuration file. */
#define EXIT_USAGE 2

#define CONFIG_PATH "/etc/pqike" /* a directory, see conf_tree_read() */

struct command {
	const char *name;
	const char *arguments;
	const char *purpose;
	int (*run)(int argc, char **argv);
};

/* In the order in which usage lists them; the last has no name. */
extern const struct command commands[];

/* Print how a subcommand is used. Return: EXIT_USAGE. */
int cmd_usage(const char *name);

int cmd_run(int argc, char **argv);
int cmd_up(int argc, char **argv);
int cmd_down(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_psk(int argc, char **argv);
int cmd_bench(int argc, char **argv);

/**
 * cmd_control() - have the running helper do something with a connection
 * @verb: "up" or "down"
 * @argc: arguments of the subcommand
 * @argv: its options and the name of the connection
 *
 * Return: the exit status.
 */
int cmd_control(const char *verb, int argc, char **argv);

#endif
