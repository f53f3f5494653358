// SPDX-License-Identifier: GPL-2.0
/*
 * How long the operations take: every implementation that this CPU has, and
 * OpenSSL's, in turn on one CPU and with fresh inputs for every call.
 *
 * usage: bench [-j] [-n ROUNDS]
 *
 * With -j it prints JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"

#define DEFAULT_ROUNDS	2000
#define MAX_ROUNDS	1000000

void die(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(1);
}

static unsigned int read_rounds(const char *text)
{
	char *end;
	const unsigned long rounds = strtoul(text, &end, 10);

	if (*text == '-' || *end || !rounds || rounds > MAX_ROUNDS)
		die("-n takes a number from 1 to 1000000");
	return rounds;
}

int main(int argc, char **argv)
{
	static struct measurement m = { .rounds = DEFAULT_ROUNDS };
	bool json = false;
	int option;

	while ((option = getopt(argc, argv, "jn:")) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'n':
			m.rounds = read_rounds(optarg);
			break;
		default:
			return 1;
		}
	}
	if (optind < argc)
		die("usage: bench [-j] [-n ROUNDS]");

	measure(&m);
	if (json)
		print_json(&m);
	else
		print_text(&m);
	return 0;
}
