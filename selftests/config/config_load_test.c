// SPDX-License-Identifier: GPL-2.0
/*
 * The process that reads a configuration: what it hands over is what
 * config_read() has read, and a FIFO without a writer keeps it waiting, but
 * nobody else.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <keyutils.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config_diff.h"
#include "config/config_read.h"
#include "config/config_transfer.h"
#include "supervisor/config_load.h"
#include "kernel/secrets.h"
#include "kselftest.h"

#define ERROR_SIZE 1024

static char directory[] = "/tmp/pqike-load-XXXXXX";

static void path_of(const char *name, char path[64])
{
	snprintf(path, 64, "%s/%s", directory, name);
}

static struct config *transfer(const struct config *config)
{
	struct config *copy;
	char *data = NULL;
	size_t size;
	FILE *out = open_memstream(&data, &size);

	if (!config_transfer_write(config, out))
		ksft_exit_fail_msg("cannot write\n");
	fclose(out);
	copy = config_transfer_read(data, size);
	for (size_t i = 0; i < size; i++) {
		struct config *part = i % 97 ? NULL :
				      config_transfer_read(data, i);

		if (part)
			ksft_exit_fail_msg("%zu of %zu octets are taken\n", i,
					   size);
	}
	free(data);
	return copy;
}

static bool same_secrets(const struct secret_config *a,
			 const struct secret_config *b)
{
	while (a && b && !strcmp(a->description, b->description) &&
	       !a->file == !b->file && (!a->file || !strcmp(a->file, b->file))) {
		a = a->next;
		b = b->next;
	}
	return !a && !b;
}

static bool same_quota(const struct config *a, const struct config *b)
{
	return !memcmp(&a->quota, &b->quota, sizeof(a->quota)) &&
	       !a->quota_place == !b->quota_place &&
	       (!a->quota_place || !strcmp(a->quota_place, b->quota_place));
}

static bool same(const struct config *a, const struct config *b)
{
	const struct connection_config *x = a->connections, *y = b->connections;

	while (x && y && config_connection_same(x, y)) {
		x = x->next;
		y = y->next;
	}
	return !x && !y && same_secrets(a->secrets, b->secrets) &&
	       same_quota(a, b) &&
	       !memcmp(&a->control, &b->control, sizeof(a->control));
}

static void test_transfer(const char *path)
{
	char error[ERROR_SIZE];
	struct config *config = config_read(path, error, sizeof(error));
	struct config *copy = config ? transfer(config) : NULL;

	ksft_test_result(copy && same(config, copy), "%s is handed over\n",
			 path);
	config_free(copy);
	config_free(config);
}

static void write_config(const char *secret)
{
	char path[64], secret_path[64];
	FILE *out;

	path_of("pqike.conf", path);
	path_of(secret, secret_path);
	out = fopen(path, "we");
	fprintf(out, "connections {\n a {\n local {\n auth = psk\n id = a\n }\n"
		" remote {\n auth = psk\n id = b\n }\n"
		" children {\n net {\n remote_ts = 10.1.0.0/16\n }\n }\n }\n}\n"
		"secrets {\n ike-test {\n file = %s\n }\n}\n", secret_path);
	fclose(out);
}

/* As the kernel module does. */
static int32_t find(void)
{
	return request_key("logon", "pqike:ike-test", NULL, 0);
}

static void test_keys(void)
{
	char path[64], error[ERROR_SIZE] = "";
	struct config *config = NULL, *next = NULL;
	int32_t first, second;
	bool ok;

	write_config("key");
	path_of("pqike.conf", path);
	ok = config_load(path, CONFIG_LOAD_SECONDS, &config, error,
			 sizeof(error)) == CONFIG_LOAD_DONE;
	if (!ok)
		ksft_exit_fail_msg("%s\n", error);
	secrets_use(config->keyring);
	first = find();
	ksft_test_result(first > 0, "a key of a file is found\n");
	ok = config_load(path, CONFIG_LOAD_SECONDS, &next, error,
			 sizeof(error)) == CONFIG_LOAD_DONE;
	ksft_test_result(ok && find() == first,
			 "the next keyring changes nothing yet\n");
	secrets_use(next->keyring);
	secrets_put_by(config->keyring);
	second = find();
	ksft_test_result(second > 0 && second != first,
			 "then its key takes the place\n");
	secrets_use(config->keyring);
	secrets_drop(next->keyring);
	ksft_test_result(find() == first, "and the old one can be had back\n");
	secrets_drop(config->keyring);
	ksft_test_result(find() < 0, "nothing is left in the end\n");
	config_free(next);
	config_free(config);
}

static void test_wrong(void)
{
	char path[64], error[ERROR_SIZE] = "", expected[ERROR_SIZE];
	struct config *config = NULL;

	write_config("missing");
	path_of("pqike.conf", path);
	snprintf(expected, sizeof(expected),
		 "%s/pqike.conf:20: secrets.ike-test.file: %s/missing: No such file or directory",
		 directory, directory);
	ksft_test_result(config_load(path, CONFIG_LOAD_SECONDS, &config, error,
				     sizeof(error)) == CONFIG_LOAD_WRONG &&
			 !strcmp(error, expected), "%s\n", error);
	ksft_test_result(config_load("bad/mode.conf", CONFIG_LOAD_SECONDS,
				     &config, error, sizeof(error)) ==
			 CONFIG_LOAD_WRONG &&
			 !strncmp(error, "bad/mode.conf:", 14), "%s\n", error);
}

static void make_fifo(char path[64])
{
	path_of("fifo", path);
	if (mkfifo(path, 0600))
		ksft_exit_fail_msg("cannot make %s\n", path);
}

static void test_fifo_of_secret(void)
{
	char path[64], fifo[64], expected[ERROR_SIZE], error[ERROR_SIZE] = "";
	struct config *config = NULL;

	make_fifo(fifo);
	write_config("fifo");
	path_of("pqike.conf", path);
	snprintf(expected, sizeof(expected), "%s: could not be read in time",
		 fifo);
	ksft_test_result(config_load(path, 1, &config, error,
				     sizeof(error)) == CONFIG_LOAD_FAILED &&
			 !strcmp(error, expected), "a secret: %s\n", error);
	ksft_test_result(config_load(fifo, 1, &config, error,
				     sizeof(error)) == CONFIG_LOAD_FAILED &&
			 !strcmp(error, expected), "a configuration: %s\n",
			 error);
	unlink(fifo);
}

/* Nothing waits but poll() of whoever began it, which has other work. */
static void test_fifo_does_not_block(void)
{
	char fifo[64], error[ERROR_SIZE] = "";
	struct config_load *load;
	struct pollfd fd = { .events = POLLIN };
	enum config_load_state state;
	bool ok;

	make_fifo(fifo);
	load = config_load_begin(fifo, error, sizeof(error));
	if (!load)
		ksft_exit_fail_msg("%s\n", error);
	ok = config_load_serve(load) == CONFIG_LOAD_GOES_ON;
	ksft_test_result(ok, "who began it goes on meanwhile\n");
	fd.fd = open(fifo, O_WRONLY); /* the reader is there now */
	ok = config_load_serve(load) == CONFIG_LOAD_GOES_ON &&
	     write(fd.fd, "rot13\n", 6) == 6;
	close(fd.fd);
	fd.fd = config_load_fd(load);
	do {
		poll(&fd, 1, -1);
		state = config_load_serve(load);
	} while (state == CONFIG_LOAD_GOES_ON);
	ksft_test_result(ok && state == CONFIG_LOAD_WRONG &&
			 strstr(config_load_error(load), ":1: rot13: expected"),
			 "until there is a writer: %s\n",
			 config_load_error(load));
	config_load_end(load);
	unlink(fifo);
}

static void test_end_of_load(void)
{
	char fifo[64], error[ERROR_SIZE] = "";
	struct config_load *load;
	int fd;

	make_fifo(fifo);
	load = config_load_begin(fifo, error, sizeof(error));
	fd = load ? open(fifo, O_WRONLY) : -1;
	config_load_end(load);
	signal(SIGPIPE, SIG_IGN);
	while (write(fd, "\n", 1) == 1)
		usleep(1000);
	ksft_test_result(fd >= 0 && errno == EPIPE,
			 "one that is not waited for is ended\n");
	close(fd);
	unlink(fifo);
}

int main(void)
{
	char error[ERROR_SIZE], path[64];
	glob_t good;
	int fd;

	ksft_print_header();
	if (!mkdtemp(directory))
		ksft_exit_fail_msg("cannot make %s\n", directory);
	if (!secrets_join_keyring(error, sizeof(error)))
		ksft_exit_skip("%s\n", error);
	if (glob("good/*.conf", 0, NULL, &good))
		ksft_exit_fail_msg("no good/*.conf\n");
	ksft_set_plan((unsigned int)good.gl_pathc + 12);
	path_of("key", path);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "a key of this test", 18) != 18)
		ksft_exit_fail_msg("cannot write %s\n", path);
	close(fd);
	for (size_t i = 0; i < good.gl_pathc; i++)
		test_transfer(good.gl_pathv[i]);
	globfree(&good);
	test_keys();
	test_wrong();
	test_fifo_of_secret();
	test_fifo_does_not_block();
	test_end_of_load();
	unlink(path);
	path_of("pqike.conf", path);
	unlink(path);
	rmdir(directory);
	ksft_finished();
}
