// SPDX-License-Identifier: GPL-2.0
/* pqike down NAME */
#include "cmd.h"

int cmd_down(int argc, char **argv)
{
	return cmd_control("down", argc, argv);
}
