// SPDX-License-Identifier: GPL-2.0
/*
 * Print every message of a PF_KEY SADB_DUMP of ESP states, one line of
 * hexadecimal digits each.
 *
 * Exits with 0 also when there is no state, and with 1 on an error.
 */
#include <err.h>
#include <errno.h>
#include <linux/pfkeyv2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define EX_FAILED 1

/* The kernel's dump waits for room in the socket, but no longer than this. */
static const struct timeval patience = { .tv_sec = 10 };

static void request_dump(int fd)
{
	const struct sadb_msg request = {
		.sadb_msg_version = PF_KEY_V2,
		.sadb_msg_type = SADB_DUMP,
		.sadb_msg_satype = SADB_SATYPE_ESP,
		.sadb_msg_len = sizeof(request) / 8,
		.sadb_msg_seq = 1,
		.sadb_msg_pid = (uint32_t)getpid(),
	};

	if (send(fd, &request, sizeof(request), 0) != sizeof(request))
		err(EX_FAILED, "SADB_DUMP");
}

static void print_hex(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		printf("%02x", data[i]);
	putchar('\n');
}

/* Returns whether more is to come: the last state's message has sequence 0. */
static int read_message(int fd)
{
	static uint8_t data[65536];
	struct sadb_msg header;
	ssize_t len;

	len = recv(fd, data, sizeof(data), 0);
	if (len < (ssize_t)sizeof(header))
		err(EX_FAILED, "no answer to SADB_DUMP");

	memcpy(&header, data, sizeof(header));
	if (header.sadb_msg_type != SADB_DUMP ||
	    header.sadb_msg_pid != (uint32_t)getpid())
		return 1;
	if (header.sadb_msg_errno == ENOENT)
		return 0;
	if (header.sadb_msg_errno) {
		errno = header.sadb_msg_errno;
		err(EX_FAILED, "SADB_DUMP");
	}
	print_hex(data, (size_t)len);
	return header.sadb_msg_seq != 0;
}

int main(void)
{
	int fd = socket(PF_KEY, SOCK_RAW, PF_KEY_V2);

	if (fd < 0)
		err(EX_FAILED, "PF_KEY socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)))
		err(EX_FAILED, "SO_RCVTIMEO");

	request_dump(fd);
	while (read_message(fd))
		;
	close(fd);
	return 0;
}
