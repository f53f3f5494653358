// SPDX-License-Identifier: GPL-2.0
/* pqike: the table of subcommands and what dispatches them. */
#include <stdio.h>
#include <string.h>

#include "base/name_lookup.h"
#include "base/nearest.h"
#include "cli/cmd.h"
#include "supervisor/helper_process.h"
#include "supervisor/ports.h"
#include "supervisor/reader_process.h"

#define CONTROL_OPTION \
	"  --control PATH    socket of the helper, by default " CONTROL_PATH "\n"
#define CONFIG_OPTION \
	"  -c, --config PATH a file or a directory, by default " CONFIG_PATH "\n"
#define JSON_OPTION \
	"  -j, --json        print JSON\n"
#define NAME_OF_ANY \
	"  NAME              CONNECTION or CONNECTION.CHILD\n"

const char cmd_version[] = PQIKE_VERSION;

const struct command commands[] = {
	{ "run", "[--config PATH] [--control PATH] [--helper PATH] [--reader PATH]",
	  "serve the connections of a configuration, in the foreground",
	  CONFIG_OPTION CONTROL_OPTION
	  "  --helper PATH     socket by which a service manager starts the helper\n"
	  "  --reader PATH     likewise, who reads the configuration\n",
	  cmd_run },
	{ "reload", "[--control PATH]",
	  "have the running helper read its configuration again",
	  CONTROL_OPTION, cmd_reload },
	{ "up", "[-v] [--control PATH] [--child CHILD] NAME",
	  "bring up a connection of the running helper",
	  "  -v, --verbose     say what happens meanwhile\n" CONTROL_OPTION
	  "  --child CHILD     this child only\n" NAME_OF_ANY, cmd_up },
	{ "down", "[-v] [--control PATH] [--child CHILD] NAME",
	  "take down a connection of the running helper",
	  "  -v, --verbose     say what happens meanwhile\n" CONTROL_OPTION
	  "  --child CHILD     this child only\n" NAME_OF_ANY, cmd_down },
	{ "rekey", "[--ike | --child] [--control PATH] NAME",
	  "make new keys for a connection",
	  "  --ike             for the IKE SA only\n"
	  "  --child           for the children, or one of them, only\n"
	  CONTROL_OPTION NAME_OF_ANY, cmd_rekey },
	{ "show", "[-s] [-j] [--control PATH] [NAME]",
	  "show the connections and SAs that the kernel holds",
	  "  -s, --statistics  what was dropped, and what the helper has refused\n"
	  JSON_OPTION CONTROL_OPTION
	  "  NAME              of one connection, or of one for many peers\n",
	  cmd_show },
	{ "metrics", "[-p] [-o FILE] [--control PATH]",
	  "print what was counted, as OpenMetrics",
	  "  -p, --prometheus  in Prometheus' text format, which node_exporter reads\n"
	  "  -o, --output FILE into a file, which is replaced at once\n"
	  CONTROL_OPTION, cmd_metrics },
	{ "monitor", "[-j] [--control PATH]",
	  "follow the events of the running helper",
	  JSON_OPTION CONTROL_OPTION, cmd_monitor },
	{ "explain", "[--control PATH] NAME",
	  "say why a connection failed last, and what to try",
	  CONTROL_OPTION "  NAME              of the connection\n",
	  cmd_explain },
	{ "check", "[--config PATH] [--control PATH]",
	  "see whether this machine is ready",
	  CONFIG_OPTION CONTROL_OPTION, cmd_check },
	{ "config", "check [PATH] | import FILE | template PEER",
	  "check, convert or begin a configuration",
	  "  check [PATH]      whether it is good, by default " CONFIG_PATH "\n"
	  "  import FILE       print what of a swanctl.conf can be kept\n"
	  "  template PEER     print one to fill in, for cloudflare, cisco, fortinet,\n"
	  "                    strongswan, libreswan or aws\n", cmd_config },
	{ "psk", "NAME [FILE]",
	  "put a pre-shared key into the keyring",
	  "  NAME              of its section of secrets, ike... or ppk...\n"
	  "  FILE              where it is read from, by default standard input\n",
	  cmd_psk },
	{ "bench",
	  "kem [-j] [-n ROUNDS] [PARAMETER-SET] | handshake [-j] [-n COUNT] [-t SECONDS] [-w NUMBER] [--control PATH] NAME...",
	  "time ML-KEM in the kernel, or handshakes with a peer",
	  JSON_OPTION
	  "  -n, --rounds ROUNDS\n"
	  "                    how often, by default 1000\n"
	  "  PARAMETER-SET     mlkem512, mlkem768 or mlkem1024, by default all\n"
	  "  -n, --count COUNT of handshakes, by default 1000, with -t as many as come\n"
	  "  -t, --time SECONDS\n"
	  "                    begin none after so long\n"
	  "  -w, --in-flight NUMBER\n"
	  "                    of handshakes at a time, by default 1\n"
	  CONTROL_OPTION
	  "  NAME              of connections that are down, or a pattern as 'site-*'\n",
	  cmd_bench },
	{ NULL, NULL, NULL, NULL, NULL },
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

/* Return: NULL where there is none of that name. */
static const struct command *find_command(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

static int help(const struct command *command)
{
	printf("Usage: pqike %s %s\n\n%s; see pqike(8).\n\n%s", command->name,
	       command->arguments, command->purpose, command->options);
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
	/* cppcheck-suppress autoVariables; nobody reads argv after this function */
	argv[0] = name;
	return command->run(argc, argv);
}

/* Words of other programs that operators know. */
static const char *foreign_command(const char *word)
{
	static const struct {
		const char *word;
		const char *command;
	} words[] = {
		{ "status", "show" }, { "statusall", "show" },
		{ "list", "show" }, { "list-sas", "show" },
		{ "--list-sas", "show" }, { "list-conns", "show" },
		{ "--list-conns", "show" }, { "start", "run" },
		{ "initiate", "up" }, { "--initiate", "up" },
		{ "terminate", "down" }, { "--terminate", "down" },
		{ "load-all", "reload" }, { "--load-all", "reload" },
		{ "log", "monitor" }, { "--log", "monitor" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].word, word))
			return words[i].command;
	return NULL;
}

static int unknown_command(const char *word)
{
	const char *known = foreign_command(word);
	struct nearest nearest = { .word = known };

	for (const struct command *command = commands; command->name && !known;
	     command++)
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

/* Which no operator runs, and whose arguments are nobody's affair */
static const struct part {
	const char *name;
	int (*run)(int argc, char **argv);
} parts[] = {
	{ HELPER_COMMAND, cmd_helper },
	{ READER_COMMAND, cmd_reader },
	{ PORTS_COMMAND, cmd_ports },
	{ NAME_LOOKUP_COMMAND, cmd_lookup },
};

/* Return: NULL where there is none of that name. */
static const struct part *find_part(const char *name)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i].name, name))
			return &parts[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct command *command;
	const struct part *part;

	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (is_help(argv[1]) || !strcmp(argv[1], "help")) {
		command = argc > 2 ? find_command(argv[2]) : NULL;
		if (command)
			return help(command);
		usage(stdout);
		return EXIT_SUCCESS;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("pqike " PQIKE_VERSION);
		return EXIT_SUCCESS;
	}
	part = find_part(argv[1]);
	if (part)
		return part->run(argc - 1, argv + 1);
	command = find_command(argv[1]);
	return command ? dispatch(command, argc - 1, argv + 1) :
			 unknown_command(argv[1]);
}
