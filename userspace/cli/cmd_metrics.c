// SPDX-License-Identifier: GPL-2.0
/* pqike metrics */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/metrics.h"
#include "cli/show_collect.h"

static const struct option long_options[] = {
	{ "prometheus", no_argument, NULL, 'p' },
	{ "output", required_argument, NULL, 'o' },
	{ "control", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

/* Whoever scrapes is not root. */
#define FILE_MODE 0644

static int fail(const char *path, const char *what)
{
	fprintf(stderr, "pqike: %s: %s\n", path, what);
	return EXIT_FAILURE;
}

/* Return: the exit status. */
static int print(const struct show *show, enum metrics_format format, FILE *out,
		 const char *path)
{
	if (!metrics_print(show, cmd_version, format, out))
		return fail(path, "out of memory");
	if (fflush(out) || ferror(out))
		return fail(path, strerror(errno));
	return EXIT_SUCCESS;
}

/* The descriptor is closed. */
static int print_to_fd(const struct show *show, enum metrics_format format, int fd,
		       const char *path)
{
	FILE *out = fdopen(fd, "w");
	int status;

	if (!out) {
		status = fail(path, strerror(errno));
		close(fd);
		return status;
	}
	status = print(show, format, out, path);
	if (!status && fchmod(fd, FILE_MODE))
		status = fail(path, strerror(errno));
	if (fclose(out) && !status)
		status = fail(path, strerror(errno));
	return status;
}

/* Into a file beside it, which then takes its place: who reads sees all or nothing. */
static int print_to_file(const struct show *show, enum metrics_format format,
			 const char *path)
{
	char *temporary = NULL;
	int fd, status;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return fail(path, "out of memory");
	fd = mkstemp(temporary);
	status = fd < 0 ? fail(temporary, strerror(errno)) :
			  print_to_fd(show, format, fd, temporary);
	if (!status && rename(temporary, path))
		status = fail(path, strerror(errno));
	if (status && fd >= 0)
		unlink(temporary);
	free(temporary);
	return status;
}

int cmd_metrics(int argc, char **argv)
{
	enum metrics_format format = METRICS_OPEN;
	struct show show = { .statistics = true };
	const char *control = CONTROL_PATH, *path = NULL;
	int option, status;

	while ((option = getopt_long(argc, argv, "po:", long_options,
				     NULL)) != -1) {
		if (option == 'p')
			format = METRICS_TEXT;
		else if (option == 'o')
			path = optarg;
		else if (option == 'c')
			control = optarg;
		else
			return cmd_usage("metrics");
	}
	if (optind != argc)
		return cmd_usage("metrics");
	status = show_collect(&show, NULL, control);
	if (!status)
		status = path ? print_to_file(&show, format, path) :
				print(&show, format, stdout, "standard output");
	show_free(&show);
	return status;
}
