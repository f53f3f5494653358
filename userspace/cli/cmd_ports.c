// SPDX-License-Identifier: GPL-2.0
/* pqike ports, which no operator runs: have a service manager keep the sockets of IKE. */
#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/cmd.h"
#include "supervisor/ports.h"

int cmd_ports(int argc, char **argv)
{
	char error[256];

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "pqike: ports are opened by a service manager\n");
		return EXIT_USAGE;
	}
	if (ports_give(error, sizeof(error)))
		return EXIT_SUCCESS;
	log_warning("%s", error);
	return EXIT_FAILURE;
}
