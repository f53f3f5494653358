// SPDX-License-Identifier: GPL-2.0
/*
 * The helper's keyring: keys get there from files and from the user keyring,
 * and the process that asked for it never holds one.  So this program must
 * not hold one either: it keeps the key's octets masked, and a child of its
 * own writes the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <keyutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/secrets_probe.h"
#include "cli/secrets_seen.h"
#include "config/config_read.h"
#include "supervisor/config_load.h"
#include "kernel/secrets.h"
#include "kselftest.h"

#define KEY_LEN 32
#define CHUNK 65536
/* The sanitizer's shadow of memory is larger than any mapping of ours. */
#define MAPPING_MAX (256ul << 20)

static const uint8_t masked[KEY_LEN] = {
	0xe1, 0x5c, 0x02, 0x93, 0x7d, 0xb8, 0x46, 0xf0, 0x2b, 0x99, 0x14, 0xc7,
	0x6e, 0xa3, 0x58, 0x0d, 0xd4, 0x31, 0x8f, 0x72, 0xbb, 0x1e, 0x65, 0xca,
	0x07, 0xf9, 0x40, 0x86, 0x2d, 0x53, 0xee, 0x9a,
};

/* volatile: the unmasked key must not become a constant of the program */
static volatile uint8_t mask = 0x5a;

static char directory[] = "/tmp/pqike-secrets-XXXXXX";

static void path_of(const char *name, char path[64])
{
	snprintf(path, 64, "%s/%s", directory, name);
}

static void unmask(uint8_t key[KEY_LEN])
{
	for (size_t i = 0; i < KEY_LEN; i++)
		key[i] = masked[i] ^ mask;
}

static void write_file(const char *name, const void *data, size_t len,
		       mode_t mode)
{
	char path[64];
	int fd;

	path_of(name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len || fchmod(fd, mode))
		ksft_exit_fail_msg("cannot write %s\n", path);
	close(fd);
}

static void write_key_in_child(void)
{
	uint8_t key[KEY_LEN];
	int status;
	pid_t pid = fork();

	if (!pid) {
		unmask(key);
		write_file("key", key, sizeof(key), 0600);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		ksft_exit_fail_msg("cannot write the key\n");
}

static unsigned int search_chunk(const uint8_t *chunk, size_t len)
{
	unsigned int found = 0;

	for (size_t i = 0; i + KEY_LEN <= len; i++) {
		size_t j = 0;

		while (j < KEY_LEN && (chunk[i + j] ^ mask) == masked[j])
			j++;
		found += j == KEY_LEN;
	}
	return found;
}

static unsigned int search_mapping(int memory, unsigned long start,
				   unsigned long end)
{
	static uint8_t chunk[CHUNK];
	unsigned int found = 0;
	ssize_t n;

	while (start + KEY_LEN <= end) {
		n = pread(memory, chunk, end - start < CHUNK ? end - start :
			  CHUNK, (off_t)start);
		if (n < KEY_LEN)
			break;
		found += search_chunk(chunk, (size_t)n);
		start += (size_t)n - KEY_LEN + 1;
	}
	memset(chunk, 0, sizeof(chunk));
	return found;
}

/* How often the key stands in this process's memory. */
static unsigned int search_memory(void)
{
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start, end;
	unsigned int found = 0;
	char line[512], mode;

	if (memory < 0 || !maps)
		ksft_exit_fail_msg("cannot read this process's memory\n");
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %c", &start, &end, &mode) == 3 &&
		    mode == 'r' && end - start <= MAPPING_MAX)
			found += search_mapping(memory, start, end);
	fclose(maps);
	close(memory);
	return found;
}

static key_serial_t find(const char *description)
{
	return keyctl_search(KEY_SPEC_SESSION_KEYRING, "logon", description, 0);
}

/* A configuration with one secret, of this file or NULL. */
static void write_config(const char *description, const char *file)
{
	char text[512], path[64], line[80] = "";

	if (file) {
		path_of(file, path);
		snprintf(line, sizeof(line), "file = %s", path);
	}
	snprintf(text, sizeof(text), "connections {\n a {\n"
		 "local {\n auth = psk\n id = a\n }\n"
		 "remote {\n auth = psk\n id = b\n }\n"
		 "children {\n net {\n remote_ts = 10.1.0.0/16\n }\n }\n }\n}\n"
		 "secrets {\n %s {\n %s\n }\n}\n",
		 strchr(description, ':') + 1, line);
	write_file("pqike.conf", text, strlen(text), 0600);
}

static bool load(const char *description, const char *file, char *error,
		 size_t error_size)
{
	static int32_t keyring;
	struct config *config;
	char path[64];
	bool ok;

	*error = '\0';
	write_config(description, file);
	path_of("pqike.conf", path);
	ok = config_load(path, CONFIG_LOAD_SECONDS, &config, error,
			 error_size) == CONFIG_LOAD_DONE;
	if (!ok)
		return false;
	secrets_drop(keyring);
	keyring = config->keyring;
	ok = secrets_use(keyring);
	config_free(config);
	return ok;
}

static void test_keyring(void)
{
	key_serial_t before, after;
	char error[256], *name = NULL;
	bool ok;

	before = keyctl_get_keyring_ID(KEY_SPEC_SESSION_KEYRING, 1);
	ok = secrets_join_keyring(error, sizeof(error));
	after = keyctl_get_keyring_ID(KEY_SPEC_SESSION_KEYRING, 0);
	ksft_test_result(ok && before != after, "a new session keyring\n");
	ok = keyctl_describe_alloc(after, &name) > 0 && strstr(name, ";pqike");
	ksft_test_result(ok, "it is called pqike: %s\n", name);
	free(name);
	before = after;
	ok = secrets_join_keyring(error, sizeof(error));
	after = keyctl_get_keyring_ID(KEY_SPEC_SESSION_KEYRING, 0);
	ksft_test_result(ok && before != after,
			 "another helper shares it not\n");
}

static void test_file(void)
{
	char error[256], buffer[64];
	uint8_t *planted;
	unsigned int found;
	bool ok;

	ok = load("pqike:ike-selftest-file", "key", error, sizeof(error));
	ksft_test_result(ok && find("pqike:ike-selftest-file") >= 0,
			 "a file becomes a logon key %s\n", error);
	found = search_memory();
	ksft_test_result(!found, "this process never held it: %u times\n",
			 found);
	planted = malloc(KEY_LEN);
	unmask(planted);
	found = search_memory();
	ksft_test_result(found, "the search finds a planted copy\n");
	explicit_bzero(planted, KEY_LEN);
	free(planted);
	ksft_test_result(keyctl_read(find("pqike:ike-selftest-file"), buffer,
				     sizeof(buffer)) < 0 &&
			 errno == EOPNOTSUPP, "it cannot be read back\n");
	ok = load("pqike:ike-selftest-file", "other", error, sizeof(error));
	ksft_test_result(ok, "a key is replaced %s\n", error);
}

static void test_user_keyring(void)
{
	char description[64], expected[512], error[512];
	key_serial_t key;
	bool ok;

	snprintf(description, sizeof(description), "pqike:ike-selftest-%d",
		 getpid());
	snprintf(expected, sizeof(expected), "%s/pqike.conf:19: secrets.%s: "
		 "no logon key %s in the keyring (Required key not available): "
		 "run `pqike psk %s`, or give the secret a file", directory,
		 description + 6, description, description + 6);
	ok = load(description, NULL, error, sizeof(error));
	ksft_test_result(!ok && !strcmp(error, expected),
			 "a key that is nowhere is asked for\n");
	key = add_key("logon", description, "x", 1, KEY_SPEC_USER_KEYRING);
	ok = load(description, NULL, error, sizeof(error));
	ksft_test_result(key >= 0 && ok,
			 "a key in the user keyring is found %s\n", error);
	ksft_test_result(request_key("logon", description, NULL, 0) == key,
			 "the kernel's own way finds it too\n");
	keyctl_unlink(key, KEY_SPEC_USER_KEYRING);
}

/* What was said of a secret. */
struct said {
	char line[SECRETS_PROBE_ERROR_MAX];
	size_t n;
};

static void take_line(const char *line, void *arg)
{
	struct said *said = arg;

	snprintf(said->line, sizeof(said->line), "%s", line);
	said->n++;
}

/* What an operator is told of the configuration before pqike run is. */
static struct said probe(unsigned int seconds, char *error, size_t error_size)
{
	struct said said = { .n = 0 };
	struct config *config;
	char path[64];

	path_of("pqike.conf", path);
	config = config_read(path, error, error_size);
	if (!config)
		ksft_exit_fail_msg("%s\n", error);
	*error = '\0';
	secrets_probe(config->secrets, seconds, take_line, &said, error,
		      error_size);
	config_free(config);
	return said;
}

static struct said see(void)
{
	struct said said = { .n = 0 };
	struct config *config;
	char path[64], error[512];

	path_of("pqike.conf", path);
	config = config_read(path, error, sizeof(error));
	if (!config)
		ksft_exit_fail_msg("%s\n", error);
	secrets_seen(config->secrets, take_line, &said);
	config_free(config);
	return said;
}

/* @seen: what is said without reading it, NULL: nothing. */
static void test_refused(const char *file, const char *what, const char *seen)
{
	char error[512], expected[512], path[64];
	struct said said;
	int len;

	path_of(file, path);
	len = snprintf(expected, sizeof(expected), "%s/pqike.conf:20: "
		       "secrets.ike-selftest-bad.file: %s: ", directory, path);
	snprintf(expected + len, sizeof(expected) - (size_t)len, "%s", what);
	ksft_test_result(!load("pqike:ike-selftest-bad", file, error,
			       sizeof(error)) && !strcmp(error, expected) &&
			 find("pqike:ike-selftest-bad") < 0, "%s: %s\n", file,
			 error);
	said = probe(SECRETS_PROBE_SECONDS, error, sizeof(error));
	ksft_test_result(said.n == 1 && !strcmp(said.line, expected) && !*error &&
			 find("pqike:tried") < 0,
			 "%s: pqike check says so: %s%s\n", file, said.line,
			 error);
	if (seen)
		snprintf(expected + len, sizeof(expected) - (size_t)len, "%s",
			 seen);
	said = see();
	ksft_test_result(seen ? said.n == 1 && !strcmp(said.line, expected) :
				!said.n,
			 "%s: pqike config check: %s\n", file,
			 said.n ? said.line : "cannot know");
}

static void test_probe_of_good(void)
{
	char error[512];
	struct said said;

	write_config("pqike:ike-selftest-good", "other");
	said = probe(SECRETS_PROBE_SECONDS, error, sizeof(error));
	ksft_test_result(!said.n && !*error && !see().n,
			 "a good one: nothing is said %s%s\n", said.line, error);
	ksft_test_result(find("pqike:ike-selftest-good") < 0 &&
			 find("pqike:tried") < 0, "and no key is kept\n");
}

static void test_probe_of_fifo(void)
{
	char error[512], expected[512], path[64];
	struct said said;

	path_of("fifo", path);
	if (mkfifo(path, 0600))
		ksft_exit_fail_msg("cannot make %s\n", path);
	write_config("pqike:ike-selftest-fifo", "fifo");
	said = probe(1, error, sizeof(error));
	snprintf(expected, sizeof(expected), "%s: could not be read in time, and "
		 "what follows it was not tried", path);
	ksft_test_result(!said.n && !strcmp(error, expected), "a FIFO: %s\n",
			 error);
}

static void test_description(void)
{
	char description[PSK_DESCRIPTION_SIZE], name[PSK_DESCRIPTION_SIZE];

	memset(name, 'x', sizeof(name));
	name[SECRET_NAME_MAX] = '\0';
	ksft_test_result(secret_description(name, description) &&
			 strlen(description) == PSK_DESCRIPTION_SIZE - 1,
			 "the longest name\n");
	name[SECRET_NAME_MAX] = 'x';
	name[SECRET_NAME_MAX + 1] = '\0';
	ksft_test_result(!secret_description(name, description) &&
			 !secret_description("", description),
			 "a longer name and none are refused\n");
}

/* The exit status of `pqike psk` on a terminal, and what it says. */
static int psk_on_terminal(const char *name, char *said, size_t size)
{
	int report[2], terminal, status;
	ssize_t len;
	pid_t pid;

	terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal) ||
	    pipe2(report, O_CLOEXEC))
		ksft_exit_fail_msg("cannot make a terminal\n");
	pid = fork();
	if (!pid) {
		int slave = open(ptsname(terminal), O_RDWR | O_NOCTTY);

		if (dup2(slave, STDIN_FILENO) < 0 ||
		    dup2(report[1], STDERR_FILENO) < 0)
			_exit(99);
		execl("../helper/pqike", "pqike", "psk", name, NULL);
		_exit(99);
	}
	close(report[1]);
	len = read(report[0], said, size - 1);
	said[len < 0 ? 0 : len] = '\0';
	close(report[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		ksft_exit_fail_msg("cannot run pqike\n");
	close(terminal);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_terminal(void)
{
	char said[256];
	int status = psk_on_terminal("ike-selftest-terminal", said, sizeof(said));

	ksft_test_result(status == 2 &&
			 !strcmp(said, "pqike: standard input is a terminal, "
				 "which would show the key: give a FILE or a "
				 "pipe\n") &&
			 find("pqike:ike-selftest-terminal") < 0,
			 "a terminal is refused: status %d\n", status);
}

static void remove_files(void)
{
	static const char *const names[] = { "key", "other", "open", "group", "empty",
					    "hex", "base64", "none", "dangling",
					    "fifo", "pqike.conf" };
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_of(names[i], path);
		unlink(path);
	}
	path_of("dir", path);
	rmdir(path);
	rmdir(directory);
}

static void make_bad_files(void)
{
	char path[64], to[64];

	write_file("open", "open", 4, 0644);
	write_file("group", "group", 5, 0640);
	write_file("empty", "\n", 1, 0600);
	write_file("none", "", 0, 0600);
	write_file("hex", "0xzz\n", 5, 0600);
	write_file("base64", "0s!!!\n", 6, 0600);
	path_of("dir", path);
	path_of("dangling", to);
	if (mkdir(path, 0700) || symlink("missing", to))
		ksft_exit_fail_msg("cannot make %s or %s\n", path, to);
}

static void test_bad_files(void)
{
	static const char touched[] = "group or others may touch it: expected mode 0600";

	make_bad_files();
	test_refused("missing", "No such file or directory",
		     "No such file or directory");
	test_refused("dangling", "No such file or directory",
		     "No such file or directory");
	test_refused("dir", "Is a directory", "Is a directory");
	test_refused("open", "expected mode 0600, not 0644: no one but its "
		     "owner may touch a pre-shared key", touched);
	test_refused("group", "expected mode 0600, not 0640: no one but its "
		     "owner may touch a pre-shared key", touched);
	test_refused("none", "expected a pre-shared key, but it is empty",
		     "it is empty");
	test_refused("empty", "expected a pre-shared key, but it is empty", NULL);
	test_refused("hex", "expected pairs of hexadecimal digits after 0x", NULL);
	test_refused("base64", "expected Base64 with its padding after 0s", NULL);
}

int main(void)
{
	ksft_print_header();
	if (keyctl_get_keyring_ID(KEY_SPEC_SESSION_KEYRING, 1) < 0)
		ksft_exit_skip("keyrings are not permitted here: %s\n",
			       strerror(errno));
	if (!mkdtemp(directory))
		ksft_exit_fail_msg("cannot make %s\n", directory);
	ksft_set_plan(14 + 9 * 3 + 3);
	write_key_in_child();
	write_file("other", "another key", 11, 0600);
	test_keyring();
	test_file();
	test_user_keyring();
	test_bad_files();
	test_probe_of_good();
	test_probe_of_fifo();
	test_description();
	test_terminal();
	remove_files();
	ksft_finished();
}
