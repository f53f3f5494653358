// SPDX-License-Identifier: GPL-2.0
/* pqike up NAME */
#include "cmd.h"

int cmd_up(int argc, char **argv)
{
	return cmd_control("up", argc, argv);
}
