// SPDX-License-Identifier: GPL-2.0
#include "vici.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Types of packets */
#define CMD_REQUEST	0
#define CMD_RESPONSE	1
#define EVENT_REGISTER	3
#define EVENT_CONFIRM	5
#define EVENT		7

/* Elements of a message */
#define SECTION_START	1
#define SECTION_END	2
#define KEY_VALUE	3
#define LIST_START	4
#define LIST_ITEM	5
#define LIST_END	6

/* Of a packet, as strongSwan has it */
#define PACKET_MAX	(512 * 1024)

#define NAME_MAX_OCTETS	255

static uint8_t packet[PACKET_MAX];

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	bool broken;
};

/* Octets behind a length of one or two, as a string of @size at most */
static void read_string(struct reader *reader, size_t length_octets, char *string, size_t size)
{
	size_t len = 0;

	if ((size_t)(reader->end - reader->at) < length_octets) {
		reader->broken = true;
		return;
	}
	for (; length_octets; length_octets--)
		len = len << 8 | *reader->at++;
	if ((size_t)(reader->end - reader->at) < len || len >= size) {
		reader->broken = true;
		return;
	}
	memcpy(string, reader->at, len);
	string[len] = 0;
	reader->at += len;
}

/* Each element takes an octet at least of the packet. */
static bool read_message(struct reader *reader,
			 void (*found)(void *context, const struct vici_value *value),
			 void *context)
{
	static char names[VICI_DEPTH][NAME_MAX_OCTETS + 1];
	static char key[NAME_MAX_OCTETS + 1], text[UINT16_MAX + 1];
	struct vici_value value = { .key = key, .value = text };

	for (size_t i = 0; i < VICI_DEPTH; i++)
		value.section[i] = names[i];
	while (reader->at < reader->end && !reader->broken) {
		switch (*reader->at++) {
		case SECTION_START:
			if (value.depth == VICI_DEPTH)
				return false;
			read_string(reader, 1, names[value.depth++], sizeof(names[0]));
			break;
		case SECTION_END:
			if (!value.depth)
				return false;
			value.depth--;
			break;
		case KEY_VALUE:
			read_string(reader, 1, key, sizeof(key));
			read_string(reader, 2, text, sizeof(text));
			if (!reader->broken)
				found(context, &value);
			break;
		case LIST_START:
			read_string(reader, 1, key, sizeof(key));
			break;
		case LIST_ITEM:
			read_string(reader, 2, text, sizeof(text));
			break;
		case LIST_END:
			break;
		default:
			return false;
		}
	}
	return !reader->broken && !value.depth;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A packet of a type, with a name and what is behind it */
static bool send_packet(int fd, uint8_t type, const char *name, const void *rest, size_t rest_len)
{
	const size_t name_len = strlen(name), len = 2 + name_len + rest_len;
	const uint32_t prefix = htonl((uint32_t)len);
	ssize_t len_sent;

	memcpy(packet, &prefix, sizeof(prefix));
	packet[4] = type;
	packet[5] = (uint8_t)name_len;
	memcpy(packet + 6, name, name_len);
	memcpy(packet + 6 + name_len, rest, rest_len);
	len_sent = send(fd, packet, sizeof(prefix) + len, MSG_NOSIGNAL);
	return len_sent == (ssize_t)(sizeof(prefix) + len);
}

static bool read_octets(int fd, void *buffer, size_t len)
{
	return recv(fd, buffer, len, MSG_WAITALL) == (ssize_t)len;
}

/* One packet, behind its length */
static bool receive(int fd, struct reader *reader)
{
	uint32_t len;

	if (!read_octets(fd, &len, sizeof(len)))
		return false;
	len = ntohl(len);
	if (!len || len > sizeof(packet) || !read_octets(fd, packet, len))
		return false;
	*reader = (struct reader){ packet, packet + len, false };
	return true;
}

static const char *list_sas(int fd, const char *connection,
			    void (*found)(void *context, const struct vici_value *value),
			    void *context)
{
	uint8_t filter[2 + 3 + 2 + NAME_MAX_OCTETS] = { KEY_VALUE, 3, 'i', 'k', 'e', 0 };
	const size_t name_len = strlen(connection);
	char name[NAME_MAX_OCTETS + 1];
	struct reader reader;

	if (name_len > NAME_MAX_OCTETS)
		return "the name is too long";
	filter[6] = (uint8_t)name_len;
	memcpy(filter + 7, connection, name_len);
	if (!send_packet(fd, EVENT_REGISTER, "list-sa", NULL, 0) || !receive(fd, &reader) ||
	    *reader.at != EVENT_CONFIRM)
		return "list-sa was not registered";
	if (!send_packet(fd, CMD_REQUEST, "list-sas", filter, 7 + name_len))
		return "list-sas was not sent";
	/* It ends with the response; there are as many packets as the peer has IKE SAs. */
	while (receive(fd, &reader)) {
		const uint8_t type = *reader.at++;

		if (type == CMD_RESPONSE)
			return NULL;
		if (type != EVENT)
			return "neither an event nor a response";
		read_string(&reader, 1, name, sizeof(name));
		if (reader.broken || !read_message(&reader, found, context))
			return "an event that is no message";
	}
	return "no response";
}

const char *vici_list_sas(const char *path, const char *connection,
			  void (*found)(void *context, const struct vici_value *value),
			  void *context)
{
	const int fd = connect_to(path);
	const char *failed;

	if (fd < 0)
		return "nobody listens";
	failed = list_sas(fd, connection, found, context);
	close(fd);
	return failed;
}
