// SPDX-License-Identifier: GPL-2.0
/* pqike config: what can be done with a configuration without a helper. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/secrets_seen.h"
#include "config/config_read.h"
#include "config/import.h"
#include "config/template.h"

static int fail(const char *what)
{
	fprintf(stderr, "pqike: %s\n", what);
	return EXIT_FAILURE;
}

static void note(const char *line, void *arg)
{
	(void)arg;
	fprintf(stderr, "pqike: %s\n", line);
}

static void warn(const char *line, void *arg)
{
	(void)arg;
	fprintf(stderr, "pqike: warning: %s\n", line);
}

static int check(const char *path)
{
	char error[2048];
	struct config *config = config_read_noting(path, warn, NULL, error,
						   sizeof(error));

	if (!config) {
		fail(error);
		return EXIT_USAGE;
	}
	if (!config->connections)
		fprintf(stderr, "pqike: warning: %s: it has no connection: a "
			"reload with it ends all tunnels\n", path);
	secrets_seen(config->secrets, warn, NULL);
	config_free(config);
	return EXIT_SUCCESS;
}

static int print_template(const char *peer)
{
	const struct template *template = template_find(peer);

	if (template) {
		fputs(template->text, stdout);
		return fflush(stdout) ? fail("cannot write to standard output") :
					EXIT_SUCCESS;
	}
	fprintf(stderr, "pqike: no template for %s: expected one of", peer);
	for (template = templates; template->peer; template++)
		fprintf(stderr, " %s", template->peer);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

static int import(const char *path)
{
	char error[2048];

	if (!import_file(path, stdout, note, NULL, error, sizeof(error)))
		return fail(error);
	if (fflush(stdout) || ferror(stdout))
		return fail("cannot write to standard output");
	return EXIT_SUCCESS;
}

int cmd_config(int argc, char **argv)
{
	static const struct option long_options[] = { { NULL, 0, NULL, 0 } };
	const char *what, *argument;

	if (getopt_long(argc, argv, "", long_options, NULL) != -1 ||
	    argc - optind < 1 || argc - optind > 2)
		return cmd_usage("config");
	what = argv[optind];
	argument = argc - optind == 2 ? argv[optind + 1] : NULL;
	if (!strcmp(what, "check"))
		return check(argument ? argument : CONFIG_PATH);
	if (!strcmp(what, "import") && argument)
		return import(argument);
	if (!strcmp(what, "template") && argument)
		return print_template(argument);
	return cmd_usage("config");
}
