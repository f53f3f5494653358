// SPDX-License-Identifier: GPL-2.0
/*
 * From the text of a pre-shared key to a logon key, which user space cannot
 * read back.  No branch and no index depends on the key; what it is encoded
 * in, its length and whether it is well formed are not secret.
 */
#include <errno.h>
#include <keyutils.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/pqike.h>

#include "kernel/psk.h"

static bool refuse(char *error, size_t error_size, const char *what)
{
	snprintf(error, error_size, "%s", what);
	return false;
}

static bool check_mode(int fd, char *error, size_t error_size)
{
	struct stat st;

	if (fstat(fd, &st))
		return refuse(error, error_size, strerror(errno));
	if (S_ISREG(st.st_mode) && st.st_mode & 077) {
		snprintf(error, error_size, "expected mode 0600, not %04o: no "
			 "one but its owner may touch a pre-shared key",
			 st.st_mode & 07777);
		return false;
	}
	return true;
}

/* At most @size octets; -1 on error. */
static ssize_t read_all(int fd, uint8_t *data, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, data + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static size_t without_newline(const uint8_t *text, size_t len)
{
	if (!len || text[len - 1] != '\n')
		return len;
	len--;
	return len && text[len - 1] == '\r' ? len - 1 : len;
}

/* All ones where low <= c <= high, else zero. */
static int range_mask(int c, int low, int high)
{
	return ((low - 1 - c) & (c - high - 1)) >> 8;
}

/* 0 to 15, or negative. */
static int hex_value(uint8_t c)
{
	return ((range_mask(c, '0', '9') & (c - '0' + 1)) |
		(range_mask(c, 'a', 'f') & (c - 'a' + 11)) |
		(range_mask(c, 'A', 'F') & (c - 'A' + 11))) - 1;
}

/* 0 to 63, or negative. */
static int base64_value(uint8_t c)
{
	return ((range_mask(c, 'A', 'Z') & (c - 'A' + 1)) |
		(range_mask(c, 'a', 'z') & (c - 'a' + 27)) |
		(range_mask(c, '0', '9') & (c - '0' + 53)) |
		(range_mask(c, '+', '+') & 63) |
		(range_mask(c, '/', '/') & 64)) - 1;
}

/* @key may be before @text in the same buffer. -1: it is not hexadecimal. */
static ssize_t decode_hex(const uint8_t *text, size_t len, uint8_t *key)
{
	int bad = len % 2 ? -1 : 0;

	for (size_t i = 0; i + 1 < len; i += 2) {
		int high = hex_value(text[i]), low = hex_value(text[i + 1]);

		bad |= high | low;
		key[i / 2] = (uint8_t)((unsigned int)high << 4 |
				       (unsigned int)low);
	}
	return bad < 0 ? -1 : (ssize_t)(len / 2);
}

/* Likewise. -1: it is not Base64 with its padding (RFC 4648 section 4). */
static ssize_t decode_base64(const uint8_t *text, size_t len, uint8_t *key)
{
	size_t padding = 0, out = 0;
	uint32_t bits = 0;
	int bad = 0;

	if (len % 4)
		return -1;
	while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < len; i++) {
		int value = i < len - padding ? base64_value(text[i]) : 0;

		bad |= value;
		bits = bits << 6 | ((unsigned int)value & 63);
		if (i % 4 == 3) {
			key[out++] = (uint8_t)(bits >> 16);
			key[out++] = (uint8_t)(bits >> 8);
			key[out++] = (uint8_t)bits;
		}
	}
	return bad < 0 ? -1 : (ssize_t)(out - padding);
}

/* "0x", or "0X", as strongSwan has them; which one it is is not secret. */
static bool announces(const uint8_t *text, size_t len, char encoding)
{
	return len >= 2 && text[0] == '0' && (text[1] | 0x20) == encoding;
}

/* Decode @text in place. Return: octets of the key, -1 on error. */
static ssize_t decode(uint8_t *text, size_t len, char *error, size_t error_size)
{
	ssize_t key_len = (ssize_t)len;

	if (announces(text, len, 'x')) {
		key_len = decode_hex(text + 2, len - 2, text);
		if (key_len < 0)
			refuse(error, error_size, "expected pairs of "
			       "hexadecimal digits after 0x");
	} else if (announces(text, len, 's')) {
		key_len = decode_base64(text + 2, len - 2, text);
		if (key_len < 0)
			refuse(error, error_size, "expected Base64 with its "
			       "padding after 0s");
	}
	if (!key_len)
		refuse(error, error_size, "expected a pre-shared key, but it "
		       "is empty");
	else if (key_len > 0 && key_len < PQIKE_SHARED_SECRET_MIN)
		snprintf(error, error_size, "expected a pre-shared key of at "
			 "least %d octets, not %zd", PQIKE_SHARED_SECRET_MIN,
			 key_len);
	return key_len < PQIKE_SHARED_SECRET_MIN ? -1 : key_len;
}

static bool add_text(uint8_t *text, size_t len, const char *description,
		     int32_t keyring, char *error, size_t error_size)
{
	ssize_t key_len = decode(text, len, error, error_size);

	if (key_len < 0)
		return false;
	if (add_key("logon", description, text, (size_t)key_len, keyring) >= 0)
		return true;
	snprintf(error, error_size, "the kernel did not take the logon key %s: "
		 "%s", description, strerror(errno));
	return false;
}

bool psk_add(int fd, const char *description, int32_t keyring, char *error,
	     size_t error_size)
{
	uint8_t text[PSK_FILE_MAX + 1];
	bool ok = false;
	ssize_t len;

	if (!check_mode(fd, error, error_size))
		return false;
	len = read_all(fd, text, sizeof(text));
	if (len < 0)
		refuse(error, error_size, strerror(errno));
	else if (len > PSK_FILE_MAX)
		snprintf(error, error_size, "expected at most %d octets",
			 PSK_FILE_MAX);
	else
		ok = add_text(text, without_newline(text, (size_t)len),
			      description, keyring, error, error_size);
	explicit_bzero(text, sizeof(text));
	return ok;
}
