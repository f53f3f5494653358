/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands of pqike.  Each is given its own arguments, argv[0] being
 * "pqike NAME", and returns the exit status.
 */
#ifndef PQIKE_CMD_H
#define PQIKE_CMD_H

#include <stdbool.h>
#include <stdlib.h>

#include "config/config.h"
#include "helper/control.h"

/* Beside EXIT_SUCCESS and EXIT_FAILURE: a wrong word or configuration file. */
#define EXIT_USAGE 2

#define CONFIG_PATH "/etc/pqike" /* a directory, see conf_tree_read() */

struct command {
	const char *name;
	const char *arguments;
	const char *purpose;
	const char *options; /* lines that explain them and the words; "": none */
	int (*run)(int argc, char **argv);
};

/* "0.1" */
extern const char cmd_version[];

/* In the order in which usage lists them; the last has no name. */
extern const struct command commands[];

/* Print how a subcommand is used. Return: EXIT_USAGE. */
int cmd_usage(const char *name);

int cmd_run(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_up(int argc, char **argv);
int cmd_down(int argc, char **argv);
int cmd_rekey(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_metrics(int argc, char **argv);
int cmd_psk(int argc, char **argv);
int cmd_bench(int argc, char **argv);

/* Not among the commands: parts of what supervise() does, in processes of their own. */
int cmd_helper(int argc, char **argv);
int cmd_reader(int argc, char **argv);
int cmd_ports(int argc, char **argv);
int cmd_lookup(int argc, char **argv);

/**
 * cmd_control() - have the running helper do something with a connection
 * @verb: "up" or "down"
 * @argc: arguments of the subcommand
 * @argv: its options and the name of the connection
 *
 * Return: the exit status.
 */
int cmd_control(const char *verb, int argc, char **argv);

/* Room for CONNECTION.CHILD and a terminator. */
#define CMD_SUBJECT_SIZE (2 * CONNECTION_NAME_MAX + 2)

/**
 * cmd_subject() - CONNECTION or CONNECTION.CHILD of an argument
 * @name: CONNECTION or CONNECTION.CHILD
 * @child: NULL, or the child where @name does not have it
 * @subject: receives it
 * @size: of @subject, CMD_SUBJECT_SIZE
 *
 * Return: false after a line on standard error.
 */
bool cmd_subject(const char *name, const char *child, char *subject,
		 size_t size);

/**
 * cmd_ask() - have the running helper do something
 * @control: path of its socket
 *
 * Return: the exit status, not 0 after a line on standard error.
 */
int cmd_ask(const char *control, const char *request,
	    const struct control_listener *listener);

#endif
