// SPDX-License-Identifier: GPL-2.0
/*
 * What a pre-shared key's text becomes.  This add_key() takes the place of the
 * library's and keeps what the kernel would have got.
 */
#include <errno.h>
#include <fcntl.h>
#include <keyutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/psk.h"
#include "kselftest.h"

static struct {
	char type[16];
	char description[64];
	char payload[PSK_FILE_MAX];
	size_t len;
	key_serial_t ring;
	int error;
} added;

key_serial_t add_key(const char *type, const char *description,
		     const void *payload, size_t len, key_serial_t ring)
{
	snprintf(added.type, sizeof(added.type), "%s", type);
	snprintf(added.description, sizeof(added.description), "%s",
		 description);
	memcpy(added.payload, payload, len);
	added.len = len;
	added.ring = ring;
	errno = added.error;
	return added.error ? -1 : 1;
}

static int file_with(const char *text, size_t len, mode_t mode)
{
	char path[] = "/tmp/pqike-psk-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len ||
	    fchmod(fd, mode) || lseek(fd, 0, SEEK_SET))
		ksft_exit_fail_msg("cannot write %s\n", path);
	unlink(path);
	return fd;
}

static const struct {
	const char *text, *key;
	size_t len;
} good[] = {
	{ "correct horse", "correct horse", 13 },
	{ "with newline\n", "with newline", 12 },
	{ "windows-newline\r\n", "windows-newline", 15 },
	{ "a return\r", "a return\r", 9 },
	{ "two more\n\n", "two more\n", 9 },
	{ " blanks ", " blanks ", 8 },
	{ "0x00fFAa0900ffAA090A", "\0\xff\xaa\x09\0\xff\xaa\x09\n", 9 },
	{ "0x6162636465666768\n", "abcdefgh", 8 },
	{ "0X6162636465666768", "abcdefgh", 8 },
	{ "0SYWJjZGVmZ2g=", "abcdefgh", 8 },
	{ "0sAP+qCQD/qgkKCg==", "\0\xff\xaa\x09\0\xff\xaa\x09\n\n", 10 },
	{ "0sYWJjZGVmZ2g=\n", "abcdefgh", 8 },
	{ "0sYWJjZGVmZ2hp", "abcdefghi", 9 },
	{ "0sazAvKzl6azAvKzl6", "k0/+9zk0/+9z", 12 },
	{ "01234567", "01234567", 8 },
};

static const struct {
	const char *text, *what;
} bad[] = {
	{ "", "expected a pre-shared key, but it is empty" },
	{ "\n", "expected a pre-shared key, but it is empty" },
	{ "0x", "expected a pre-shared key, but it is empty" },
	{ "0s", "expected a pre-shared key, but it is empty" },
	{ "0x123", "expected pairs of hexadecimal digits after 0x" },
	{ "0X1g", "expected pairs of hexadecimal digits after 0x" },
	{ "0x12 34", "expected pairs of hexadecimal digits after 0x" },
	{ "0sYWI", "expected Base64 with its padding after 0s" },
	{ "0sYW=I", "expected Base64 with its padding after 0s" },
	{ "0sY===", "expected Base64 with its padding after 0s" },
	{ "0s====", "expected Base64 with its padding after 0s" },
	{ "0sYW-_", "expected Base64 with its padding after 0s" },
	{ "7octets\n", "expected a pre-shared key of at least 8 octets, not 7" },
	{ "0x616263", "expected a pre-shared key of at least 8 octets, not 3" },
	{ "0sYWI=", "expected a pre-shared key of at least 8 octets, not 2" },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_good(size_t i)
{
	int fd = file_with(good[i].text, strlen(good[i].text), 0600);
	char error[256] = "";
	bool ok;

	memset(&added, 0, sizeof(added));
	ok = psk_add(fd, "pqike:test", 42, error, sizeof(error)) &&
	     !strcmp(added.type, "logon") &&
	     !strcmp(added.description, "pqike:test") && added.ring == 42 &&
	     added.len == good[i].len &&
	     !memcmp(added.payload, good[i].key, added.len);
	ksft_test_result(ok, "text %zu becomes %zu octets %s\n", i,
			 good[i].len, error);
	close(fd);
}

static void test_refused(const char *name, int fd, const char *what)
{
	char error[256] = "";
	bool ok;

	added.len = 0;
	ok = !psk_add(fd, "pqike:test", 42, error, sizeof(error)) &&
	     !strcmp(error, what);
	if (!ok)
		ksft_print_msg("got %s\n", error);
	ksft_test_result(ok, "%s: %s\n", name, what);
	close(fd);
}

static void test_all_digits(void)
{
	char text[3 + 2 * 256] = "0x", error[256];
	bool ok;
	int fd;

	for (size_t i = 0; i < 256; i++)
		sprintf(text + 2 + 2 * i, i % 2 ? "%02zx" : "%02zX", i);
	fd = file_with(text, strlen(text), 0400);
	ok = psk_add(fd, "pqike:test", 42, error, sizeof(error)) &&
	     added.len == 256;
	for (size_t i = 0; ok && i < 256; i++)
		ok = (uint8_t)added.payload[i] == i;
	ksft_test_result(ok, "every pair of hexadecimal digits\n");
	close(fd);
}

static void test_longest(void)
{
	char text[PSK_FILE_MAX + 1], error[256];
	int fd;

	memset(text, 'x', sizeof(text));
	fd = file_with(text, PSK_FILE_MAX, 0600);
	ksft_test_result(psk_add(fd, "pqike:test", 42, error, sizeof(error)) &&
			 added.len == PSK_FILE_MAX, "the longest key\n");
	close(fd);
	test_refused("one octet more", file_with(text, sizeof(text), 0600),
		     "expected at most 4096 octets");
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(LENGTH(good) + LENGTH(bad) + 8);
	for (size_t i = 0; i < LENGTH(good); i++)
		test_good(i);
	for (size_t i = 0; i < LENGTH(bad); i++)
		test_refused(bad[i].text[0] ? "bad text" : "no text",
			     file_with(bad[i].text, strlen(bad[i].text), 0600),
			     bad[i].what);
	test_all_digits();
	test_longest();
	test_refused("group may read", file_with("x", 1, 0640),
		     "expected mode 0600, not 0640: no one but its owner may "
		     "touch a pre-shared key");
	test_refused("others may read", file_with("x", 1, 0604),
		     "expected mode 0600, not 0604: no one but its owner may "
		     "touch a pre-shared key");
	test_refused("a directory", open("/", O_RDONLY | O_CLOEXEC),
		     "Is a directory");
	test_refused("nothing open", -1, "Bad file descriptor");
	added.error = EDQUOT;
	test_refused("the kernel refuses", file_with("12345678", 8, 0600),
		     "the kernel did not take the logon key pqike:test: "
		     "Disk quota exceeded");
	ksft_finished();
}
