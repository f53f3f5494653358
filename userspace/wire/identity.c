// SPDX-License-Identifier: GPL-2.0
/*
 * Identities.  The type follows from the text as it does in swanctl.conf, so
 * that one line means the same on both ends of a tunnel.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/index.h"
#include "wire/identity.h"

static const struct {
	const char *text;
	uint8_t type;
} prefixes[] = {
	{ "ipv4:", ID_IPV4_ADDR },
	{ "ipv6:", ID_IPV6_ADDR },
	{ "fqdn:", ID_FQDN },
	{ "dns:", ID_FQDN },
	{ "email:", ID_RFC822_ADDR },
	{ "rfc822:", ID_RFC822_ADDR },
	{ "userfqdn:", ID_RFC822_ADDR },
	{ "keyid:", ID_KEY_ID },
};

#define N_PREFIXES (sizeof(prefixes) / sizeof(prefixes[0]))

static bool refuse(char *error, size_t error_size, const char *what)
{
	snprintf(error, error_size, "%s", what);
	return false;
}

static bool set_data(struct identity *id, uint8_t type, const void *data,
		     size_t len)
{
	if (!len || len > sizeof(id->data))
		return false;
	memset(id, 0, sizeof(*id));
	id->type = type;
	id->len = (uint16_t)len;
	memcpy(id->data, data, len);
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool set_hex(struct identity *id, uint8_t type, const char *hex)
{
	uint8_t data[IDENTITY_DATA_MAX];
	size_t len = 0;

	for (; hex[0]; hex += 2) {
		int high = hex_digit(hex[0]), low = hex_digit(hex[1]);

		if (high < 0 || low < 0 || len == sizeof(data))
			return false;
		data[len++] = (uint8_t)(high << 4 | low);
	}
	return set_data(id, type, data, len);
}

static bool set_text(struct identity *id, uint8_t type, const char *text)
{
	return set_data(id, type, text, strlen(text));
}

static bool set_address(struct identity *id, uint8_t type, const char *text)
{
	uint8_t address[16];
	bool ipv4 = type == ID_IPV4_ADDR;

	return inet_pton(ipv4 ? AF_INET : AF_INET6, text, address) == 1 &&
	       set_data(id, type, address, ipv4 ? 4 : 16);
}

static bool parse_typed(uint8_t type, const char *text, struct identity *id,
			char *error, size_t error_size)
{
	if (type == ID_IPV4_ADDR || type == ID_IPV6_ADDR) {
		if (set_address(id, type, text))
			return true;
		return refuse(error, error_size, type == ID_IPV4_ADDR ?
			      "expected an IPv4 address after ipv4:" :
			      "expected an IPv6 address after ipv6:");
	}
	if (text[0] == '#') {
		if (set_hex(id, type, text + 1))
			return true;
		return refuse(error, error_size, "expected 1 to 256 octets in "
			      "hexadecimal after #");
	}
	if (type != ID_KEY_ID && strchr(text, '*'))
		return refuse(error, error_size, "expected one identity, "
			      "or for many peers one such as *.example.org");
	if (set_text(id, type, text))
		return true;
	return refuse(error, error_size, "expected an identity of 1 to 256 "
		      "octets");
}

bool identity_parse(const char *text, struct identity *id, char *error,
		    size_t error_size)
{
	for (size_t i = 0; i < N_PREFIXES; i++) {
		size_t len = strlen(prefixes[i].text);

		if (!strncmp(text, prefixes[i].text, len))
			return parse_typed(prefixes[i].type, text + len, id,
					   error, error_size);
	}
	if (!strcmp(text, "%any") || !strcmp(text, "*"))
		return refuse(error, error_size, "expected the one identity "
			      "that the peer must have, not any");
	if (strchr(text, '='))
		return refuse(error, error_size, "distinguished names are not "
			      "supported: expected an address, a name, "
			      "name@domain or keyid:text");
	if (text[0] == '@' && text[1] == '#')
		return parse_typed(ID_KEY_ID, text + 1, id, error, error_size);
	if (text[0] == '@' && text[1] == '@')
		return parse_typed(ID_RFC822_ADDR, text + 2, id, error,
				   error_size);
	if (text[0] == '@')
		return parse_typed(ID_FQDN, text + 1, id, error, error_size);
	if (strchr(text, '@'))
		return parse_typed(ID_RFC822_ADDR, text, id, error, error_size);
	if (set_address(id, ID_IPV4_ADDR, text) ||
	    set_address(id, ID_IPV6_ADDR, text))
		return true;
	return parse_typed(strchr(text, ':') ? ID_KEY_ID : ID_FQDN, text, id,
			   error, error_size);
}

/* Whether the octets can be shown as they are, "#" being that of #HEX. */
static bool is_plain_text(const struct identity *id)
{
	if (!id->len || id->data[0] == '#')
		return false;
	for (size_t i = 0; i < id->len; i++)
		if (id->data[i] <= ' ' || id->data[i] >= 0x7f)
			return false;
	return true;
}

static const char *prefix_of(uint8_t type)
{
	for (size_t i = 0; i < N_PREFIXES; i++)
		if (prefixes[i].type == type)
			return prefixes[i].text;
	return NULL;
}

static void print_hex(const struct identity *id, char *text, size_t size)
{
	char all[IDENTITY_TEXT_SIZE];
	const char *prefix = prefix_of(id->type);
	int at;

	if (prefix)
		at = snprintf(all, sizeof(all), "%s#", prefix);
	else
		at = snprintf(all, sizeof(all), "{%u}:#", id->type);
	for (size_t i = 0; i < id->len; i++)
		at += snprintf(all + at, sizeof(all) - (size_t)at, "%02x",
			       id->data[i]);
	snprintf(text, size, "%s", all);
}

/* Whether the bare text would be read back as this identity. */
static bool reads_back(const char *bare, const struct identity *id)
{
	struct identity again;
	char error[128];

	return identity_parse(bare, &again, error, sizeof(error)) &&
	       identity_equal(&again, id);
}

static void print_text(const struct identity *id, char *text, size_t size)
{
	char bare[IDENTITY_DATA_MAX + 1];

	memcpy(bare, id->data, id->len);
	bare[id->len] = '\0';
	snprintf(text, size, "%s%s",
		 reads_back(bare, id) ? "" : prefix_of(id->type), bare);
}

void identity_print(const struct identity *id, char *text, size_t size)
{
	char address[INET6_ADDRSTRLEN];

	if (id->type == ID_IPV4_ADDR && id->len == 4) {
		inet_ntop(AF_INET, id->data, address, sizeof(address));
		snprintf(text, size, "%s", address);
	} else if (id->type == ID_IPV6_ADDR && id->len == 16) {
		inet_ntop(AF_INET6, id->data, address, sizeof(address));
		snprintf(text, size, "%s", address);
	} else if ((id->type == ID_FQDN || id->type == ID_RFC822_ADDR ||
		    id->type == ID_KEY_ID) && is_plain_text(id)) {
		print_text(id, text, size);
	} else {
		print_hex(id, text, size);
	}
}

bool identity_identical(const struct identity *a, const struct identity *b)
{
	return a->type == b->type && a->len == b->len &&
	       !memcmp(a->data, b->data, a->len);
}

static int fold(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? octet - 'A' + 'a' : octet;
}

static int compare_folded(const uint8_t *a, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (fold(a[i]) != fold(b[i]))
			return fold(a[i]) - fold(b[i]);
	return 0;
}

uint32_t identity_hash(const struct identity *id, uint32_t before)
{
	uint8_t folded[IDENTITY_DATA_MAX];

	for (size_t i = 0; i < id->len; i++)
		folded[i] = (uint8_t)fold(id->data[i]);
	return hash_octets(folded, id->len, before ^ id->type);
}

int identity_compare(const struct identity *a, const struct identity *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (a->type == ID_FQDN || a->type == ID_RFC822_ADDR)
		return compare_folded(a->data, b->data, a->len);
	return memcmp(a->data, b->data, a->len);
}

bool identity_equal(const struct identity *a, const struct identity *b)
{
	return !identity_compare(a, b);
}
