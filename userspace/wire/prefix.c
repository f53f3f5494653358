// SPDX-License-Identifier: GPL-2.0
/* Traffic selectors in the manner of swanctl.conf's local_ts and remote_ts. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/prefix.h"

static bool refuse(char *error, size_t error_size, const char *what)
{
	snprintf(error, error_size, "%s", what);
	return false;
}

/* A decimal number and nothing else. */
static bool parse_number(const char *text, unsigned long max,
			 unsigned long *number)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 5 || text[digits])
		return false;
	*number = strtoul(text, NULL, 10);
	return *number <= max;
}

/* Those that stand in selectors: a gateway may lack /etc/protocols. */
static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
	{ "icmp", IPPROTO_ICMP },     { "igmp", IPPROTO_IGMP },
	{ "ipip", IPPROTO_IPIP },     { "ipencap", IPPROTO_IPIP },
	{ "tcp", IPPROTO_TCP },	      { "udp", IPPROTO_UDP },
	{ "dccp", IPPROTO_DCCP },     { "ipv6", IPPROTO_IPV6 },
	{ "gre", IPPROTO_GRE },	      { "esp", IPPROTO_ESP },
	{ "ah", IPPROTO_AH },	      { "icmpv6", IPPROTO_ICMPV6 },
	{ "icmp6", IPPROTO_ICMPV6 },  { "ipv6-icmp", IPPROTO_ICMPV6 },
	{ "eigrp", 88 },	      { "ospf", 89 },
	{ "pim", IPPROTO_PIM },	      { "vrrp", 112 },
	{ "l2tp", 115 },	      { "sctp", IPPROTO_SCTP },
	{ "udplite", IPPROTO_UDPLITE },
};

static bool parse_protocol(const char *text, uint8_t *protocol)
{
	const struct protoent *entry;
	unsigned long number;

	if (parse_number(text, UINT8_MAX, &number)) {
		*protocol = (uint8_t)number;
		return true;
	}
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (!strcasecmp(text, protocols[i].name)) {
			*protocol = protocols[i].number;
			return true;
		}
	}
	entry = getprotobyname(text);
	if (!entry)
		return false;
	*protocol = (uint8_t)entry->p_proto;
	return true;
}

static bool parse_port(const char *text, unsigned long *port)
{
	const struct servent *entry;

	if (parse_number(text, UINT16_MAX, port))
		return true;
	entry = getservbyname(text, NULL);
	if (!entry)
		return false;
	*port = ntohs((uint16_t)entry->s_port);
	return true;
}

static bool has_ports(uint8_t protocol)
{
	return !protocol || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP;
}

static bool is_icmp(uint8_t protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/* A mask is what policies have: the range must be all that fits one. */
static bool set_ports(struct prefix *prefix, unsigned long first,
		      unsigned long last)
{
	unsigned long differing = first ^ last;

	if (first > last || (differing & (differing + 1)) ||
	    (first & differing))
		return false;
	prefix->port = (uint16_t)first;
	prefix->port_mask = (uint16_t)~differing;
	/* One port needs no mask, unless it is 0. */
	if (first && !differing)
		prefix->port_mask = 0;
	return true;
}

/* PORT, FIRST-LAST, or %any. */
static bool parse_ports(char *text, struct prefix *prefix, char *error,
			size_t error_size)
{
	char *dash = strchr(text, '-');
	unsigned long first, last;

	if (!strcmp(text, "%any"))
		return true;
	if (!parse_port(text, &first)) {
		if (dash)
			*dash++ = '\0';
		if (!dash || !parse_number(text, UINT16_MAX, &first) ||
		    !parse_number(dash, UINT16_MAX, &last))
			return refuse(error, error_size, "expected a port, 0 to "
				      "65535, a service's name or a range of "
				      "ports after the protocol");
	} else {
		last = first;
	}
	if (first == 0 && last == 0)
		return true; /* as swanctl.conf: any */
	if (!set_ports(prefix, first, last))
		return refuse(error, error_size, "expected a range of ports "
			      "that one mask describes, such as 1024-2047");
	return true;
}

/* TYPE or TYPE(CODE) of ICMP; from 256 on, TYPE * 256 + CODE. */
static bool parse_icmp(char *text, struct prefix *prefix, char *error,
		       size_t error_size)
{
	char *code_text = strchr(text, '(');
	unsigned long type, code = 0;
	size_t len = strlen(text);
	bool ok = true;

	if (parse_number(text, UINT16_MAX, &type) && type > UINT8_MAX) {
		prefix->port = (uint16_t)type;
		prefix->port_mask = 0xffff;
		return true;
	}
	if (code_text) {
		ok = text[len - 1] == ')';
		text[len - 1] = '\0';
		*code_text++ = '\0';
	}
	if (!ok || !parse_number(text, UINT8_MAX, &type) ||
	    (code_text && !parse_number(code_text, UINT8_MAX, &code)))
		return refuse(error, error_size, "expected a type of ICMP, such "
			      "as 8 or 3(4), after the protocol");
	prefix->port = (uint16_t)(type << 8 | code);
	prefix->port_mask = code_text ? 0xffff : 0xff00;
	return true;
}

/* What stands in the brackets: PROTOCOL, PROTOCOL/PORTS or /PORTS. */
static bool parse_protocol_port(char *text, struct prefix *prefix, char *error,
				size_t error_size)
{
	char *ports = strchr(text, '/');

	if (ports)
		*ports++ = '\0';
	if (strcmp(text, "%any") != 0 && !(ports && !*text) &&
	    !parse_protocol(text, &prefix->protocol))
		return refuse(error, error_size, "expected the name or number "
			      "of an IP protocol in the brackets");
	if (!ports)
		return true;
	if (is_icmp(prefix->protocol))
		return parse_icmp(ports, prefix, error, error_size);
	if (!parse_ports(ports, prefix, error, error_size))
		return false;
	if (prefix_port_mask(prefix) && !has_ports(prefix->protocol))
		return refuse(error, error_size, "expected a protocol that has "
			      "ports: tcp, udp, sctp or dccp");
	return true;
}

/* Return: whether there were any. */
static bool clear_host_bits(struct prefix *prefix)
{
	unsigned int octets = prefix->family == AF_INET ? 4 : 16;
	bool any = false;

	for (unsigned int i = 0; i < octets; i++) {
		unsigned int inside = prefix->length > 8 * i ?
				      prefix->length - 8 * i : 0;
		uint8_t host = inside < 8 ? (uint8_t)(0xff >> inside) : 0;

		any |= prefix->address[i] & host;
		prefix->address[i] &= (uint8_t)~host;
	}
	return any;
}

bool prefix_holds_address(const struct prefix *network,
			  const struct sockaddr_storage *address)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
	struct prefix host = {
		.family = address->ss_family, .length = network->length,
	};

	if (host.family == AF_INET)
		memcpy(host.address, &in->sin_addr, sizeof(in->sin_addr));
	else if (host.family == AF_INET6)
		memcpy(host.address, &in6->sin6_addr, sizeof(in6->sin6_addr));
	clear_host_bits(&host);
	return prefix_same_network(&host, network);
}

bool prefix_same_network(const struct prefix *a, const struct prefix *b)
{
	return a->family == b->family && a->length == b->length &&
	       !memcmp(a->address, b->address, sizeof(a->address));
}

static bool parse_network(char *text, struct prefix *prefix, char *error,
			  size_t error_size)
{
	char *length_text = strchr(text, '/');
	unsigned long length;

	if (!strcmp(text, "dynamic")) {
		prefix->family = AF_UNSPEC;
		return true;
	}
	if (length_text)
		*length_text++ = '\0';
	prefix->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(prefix->family, text, prefix->address) != 1)
		return refuse(error, error_size, "expected a network such as "
			      "10.1.0.0/16 or 2001:db8::/32");
	length = prefix->family == AF_INET ? 32 : 128;
	if (length_text && !parse_number(length_text, length, &length))
		return refuse(error, error_size, prefix->family == AF_INET ?
			      "expected a prefix length of 0 to 32" :
			      "expected a prefix length of 0 to 128");
	prefix->length = (uint8_t)length;
	return true;
}

bool prefix_parse_masked(const char *text, struct prefix *prefix, bool *masked,
			 char *error, size_t error_size)
{
	char copy[128], *bracket;
	size_t len = strlen(text);

	memset(prefix, 0, sizeof(*prefix));
	if (len >= sizeof(copy))
		return refuse(error, error_size, "expected a network such as "
			      "10.1.0.0/16[tcp/443]");
	memcpy(copy, text, len + 1);
	bracket = strchr(copy, '[');
	if (bracket) {
		if (copy[len - 1] != ']')
			return refuse(error, error_size, "expected ] at the "
				      "end");
		copy[len - 1] = '\0';
		*bracket++ = '\0';
	}
	if (!parse_network(copy, prefix, error, error_size))
		return false;
	*masked = clear_host_bits(prefix);
	return !bracket ||
	       parse_protocol_port(bracket, prefix, error, error_size);
}

bool prefix_parse(const char *text, struct prefix *prefix, char *error,
		  size_t error_size)
{
	bool masked;

	if (!prefix_parse_masked(text, prefix, &masked, error, error_size))
		return false;
	return !masked ||
	       refuse(error, error_size, "expected a network: the address has "
		      "bits set after its prefix length");
}

/* "/443", "/1024-2047", or nothing where any port is meant. */
static void print_ports(const struct prefix *prefix, char *text, size_t size)
{
	uint16_t mask = prefix_port_mask(prefix);
	unsigned int first = prefix->port & mask;
	unsigned int last = first | (uint16_t)~mask;

	if (!mask)
		text[0] = '\0';
	else if (is_icmp(prefix->protocol) && mask == 0xff00)
		snprintf(text, size, "/%u", first >> 8);
	else if (is_icmp(prefix->protocol))
		snprintf(text, size, "/%u(%u)", first >> 8, first & 0xff);
	else if (first == last)
		snprintf(text, size, "/%u", first);
	else
		snprintf(text, size, "/%u-%u", first, last);
}

static void print_network(const struct prefix *prefix, char *text, size_t size)
{
	char address[INET6_ADDRSTRLEN];

	if (prefix_is_dynamic(prefix)) {
		snprintf(text, size, "dynamic");
		return;
	}
	inet_ntop(prefix->family, prefix->address, address, sizeof(address));
	snprintf(text, size, "%s/%u", address, prefix->length);
}

void prefix_print(const struct prefix *prefix, char *text, size_t size)
{
	char network[INET6_ADDRSTRLEN + sizeof("/128")];
	char ports[16];

	print_network(prefix, network, sizeof(network));
	print_ports(prefix, ports, sizeof(ports));
	if (ports[0] || prefix->protocol)
		snprintf(text, size, "%s[%u%s]", network, prefix->protocol,
			 ports);
	else
		snprintf(text, size, "%s", network);
}

bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->family == b->family && a->length == b->length &&
	       a->protocol == b->protocol && a->port == b->port &&
	       a->port_mask == b->port_mask &&
	       !memcmp(a->address, b->address, sizeof(a->address));
}

bool prefixes_equal(const struct prefixes *a, const struct prefixes *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!prefix_equal(&a->list[i], &b->list[i]))
			return false;
	return true;
}
