/* SPDX-License-Identifier: GPL-2.0 */
/* Why a connection failed, in words, and what an operator may try. */
#ifndef PQIKE_EXPLAIN_H
#define PQIKE_EXPLAIN_H

#include <stdio.h>

/* The last failure as the helper kept it; "": there was none. */
struct explanation {
	char time[32];
	char peer[64];
	char child[64];
	char text[512];
	char since[32]; /* when it was established after all */
};

/* Return: what to try for a failure, in words. */
const char *explain_remedy(const char *text);

void explain_print(const char *connection, const struct explanation *explanation,
		   FILE *out);

#endif
