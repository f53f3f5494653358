/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A service manager's process that reads the configuration, and root's files of secrets, for
 * a supervisor that may not: activation.h says how it begins.
 *
 *	reader                          supervisor
 *	                         <--    where to write the configuration, and what it waits for
 *	report, with a keyring   -->
 *	                         <--    its end: the keyring was taken
 *
 * What is read is said by whoever has it started, never by the supervisor.
 */
#ifndef PQIKE_READER_PROCESS_H
#define PQIKE_READER_PROCESS_H

#include <stdbool.h>

/* The word that tells this program to be a reader */
#define READER_COMMAND "reader"

/**
 * reader_process_serve() - be a reader, after activation_is()
 * @path: as config_read()
 *
 * Return: status of exit(3): the kernel ends it before that when all goes well.
 */
int reader_process_serve(const char *path);

/**
 * reader_process_ask() - have a reader read
 * @channel: of activation_request()
 * @memory: as config_reading_run()
 * @waits: memory of READING_WAITS_MAX octets
 */
bool reader_process_ask(int channel, int memory, int waits);

#endif
