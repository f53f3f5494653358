// SPDX-License-Identifier: GPL-2.0
/* pqike: the table of subcommands and what dispatches them. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "nearest.h"

const struct command commands[] = {
	{ "run", "[--config PATH] [--control PATH]",
	  "serve the connections of a configuration, in the foreground",
	  cmd_run },
	{ "reload", "[--control PATH]",
	  "have the running helper read its configuration again", cmd_reload },
	{ "up", "[-v] [--control PATH] [--child CHILD] NAME",
	  "bring up a connection of the running helper", cmd_up },
	{ "down", "[-v] [--control PATH] [--child CHILD] NAME",
	  "take down a connection of the running helper", cmd_down },
	{ "rekey", "[--ike | --child] [--control PATH] NAME",
	  "make new keys for a connection", cmd_rekey },
	{ "show", "[-s] [-j] [--control PATH] [NAME]",
	  "show the connections and SAs that the kernel holds", cmd_show },
	{ "monitor", "[-j] [--control PATH]",
	  "follow the events of the running helper", cmd_monitor },
	{ "explain", "[--control PATH] NAME",
	  "say why a connection failed last, and what to try", cmd_explain },
	{ "check", "[--config PATH] [--control PATH]",
	  "see whether this machine is ready", cmd_check },
	{ "config", "check [PATH] | import FILE | template PEER",
	  "check, convert or begin a configuration", cmd_config },
	{ "psk", "NAME [FILE]",
	  "put a pre-shared key into the keyring", cmd_psk },
	{ "bench", "kem [-j | --json] [-n ROUNDS] [PARAMETER-SET]",
	  "time ML-KEM in the kernel", cmd_bench },
	{ NULL, NULL, NULL, NULL },
};

static void usage(FILE *out)
{
	fprintf(out, "Usage: pqike COMMAND [ARGUMENTS]\n\nCommands:\n");
	for (const struct command *command = commands; command->name; command++)
		fprintf(out, "  %-7s %s\n          %s\n", command->name,
			command->arguments, command->purpose);
	fputs("\n  --help, --version\n\nSee pqike(8) and pqike.conf(5).\n",
	      out);
}

int cmd_usage(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			fprintf(stderr, "Usage: pqike %s %s\n", name,
				command->arguments);
	return EXIT_USAGE;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h");
}

static int help(const struct command *command)
{
	printf("Usage: pqike %s %s\n\n%s; see pqike(8).\n", command->name,
	       command->arguments, command->purpose);
	return EXIT_SUCCESS;
}

static int dispatch(const struct command *command, int argc, char **argv)
{
	char name[32];

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help(argv[i]))
			return help(command);

	/* what getopt_long() calls the program in its messages */
	snprintf(name, sizeof(name), "pqike %s", command->name);
	argv[0] = name;
	return command->run(argc, argv);
}

static int unknown_command(const char *word)
{
	struct nearest nearest = { 0 };

	for (const struct command *command = commands; command->name; command++)
		nearest_try(&nearest, word, command->name);
	fprintf(stderr, "pqike: unknown command %s", word);
	if (nearest.word) {
		fprintf(stderr, ": expected perhaps %s\n", nearest.word);
		return EXIT_USAGE;
	}
	fputc('\n', stderr);
	usage(stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (is_help(argv[1])) {
		usage(stdout);
		return EXIT_SUCCESS;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("pqike " PQIKE_VERSION);
		return EXIT_SUCCESS;
	}
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, argv[1]))
			return dispatch(command, argc - 1, argv + 1);
	return unknown_command(argv[1]);
}
