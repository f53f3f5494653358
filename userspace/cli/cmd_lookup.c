// SPDX-License-Identifier: GPL-2.0
/* pqike lookup, which no operator runs: resolve a name without a right. */
#include <stdio.h>

#include "base/name_lookup.h"
#include "cli/cmd.h"

int cmd_lookup(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "pqike: a name is looked up by pqike run\n");
		return EXIT_USAGE;
	}
	name_lookup_answer(CHILD_PROCESS_REPORT, argv[1]);
	return EXIT_SUCCESS;
}
