// SPDX-License-Identifier: GPL-2.0
/*
 * pqike psk NAME [FILE]: a key goes from a file or a pipe into the user
 * keyring, where a helper of the same user finds it when it begins or reloads.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <keyutils.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "config/conf_tree.h"
#include "config/secret_name.h"
#include "kernel/psk.h"

static const struct option long_options[] = {
	{ NULL, 0, NULL, 0 },
};

/*
 * In the place of one of that name, not as another payload of it: the serial number
 * tells a helper that reloads that the secret is another one.
 */
static bool publish(const char *description, char *error, size_t error_size)
{
	long key = keyctl_search(KEY_SPEC_PROCESS_KEYRING, "logon", description, 0);

	if (key > 0 && keyctl_link((key_serial_t)key, KEY_SPEC_USER_KEYRING) >= 0)
		return true;
	snprintf(error, error_size, "cannot put the logon key %s into the user keyring: %s",
		 description, strerror(errno));
	return false;
}

static int add(int fd, const char *source, const char *description)
{
	char error[256];

	if (prctl(PR_SET_DUMPABLE, 0)) {
		fprintf(stderr, "pqike: cannot forbid core dumps: %s\n",
			strerror(errno));
		return EXIT_FAILURE;
	}
	if (psk_add(fd, description, KEY_SPEC_PROCESS_KEYRING, error,
		    sizeof(error)) &&
	    publish(description, error, sizeof(error)))
		return EXIT_SUCCESS;
	fprintf(stderr, "pqike: %s: %s\n", source, error);
	return EXIT_FAILURE;
}

static int add_file(const char *file, const char *description)
{
	int fd, status;

	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		fprintf(stderr, "pqike: %s: %s\n", file, strerror(errno));
		return EXIT_FAILURE;
	}
	status = add(fd, file, description);
	close(fd);
	return status;
}

/* Return: whether pqike.conf(5) can have a section secrets.NAME; "": see below. */
static bool is_name_of_secret(const char *name)
{
	if (!*name)
		return true;
	return (!strncmp(name, "ike", strlen("ike")) ||
		!strncmp(name, "ppk", strlen("ppk"))) &&
	       conf_name_is_valid(name);
}

int cmd_psk(int argc, char **argv)
{
	char description[PSK_DESCRIPTION_SIZE];

	if (getopt_long(argc, argv, "", long_options, NULL) != -1 ||
	    argc - optind < 1 || argc - optind > 2)
		return cmd_usage("psk");
	if (!is_name_of_secret(argv[optind])) {
		fprintf(stderr, "pqike: %s: expected the name of a section of "
			"secrets, which begins with ike or ppk, without blanks "
			"or any of . , : { } = \" #\n", argv[optind]);
		return EXIT_USAGE;
	}
	if (!secret_description(argv[optind], description)) {
		fprintf(stderr, "pqike: expected the name of a secret, 1 to "
			"%zu octets\n", SECRET_NAME_MAX);
		return EXIT_USAGE;
	}
	if (argc - optind == 2)
		return add_file(argv[optind + 1], description);
	if (isatty(STDIN_FILENO)) {
		fprintf(stderr, "pqike: standard input is a terminal, which "
			"would show the key: give a FILE or a pipe\n");
		return EXIT_USAGE;
	}
	return add(STDIN_FILENO, "standard input", description);
}
