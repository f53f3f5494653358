/* SPDX-License-Identifier: GPL-2.0 */
/* One side's traffic selector: a network, and perhaps a protocol and port. */
#ifndef PQIKE_PREFIX_H
#define PQIKE_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* "[ADDRESS]/128[255/32768-65535]" and its terminator. */
#define PREFIX_TEXT_SIZE 72

struct prefix {
	int family; /* AF_INET or AF_INET6; AF_UNSPEC: dynamic */
	uint8_t address[16]; /* 4 or 16 octets; 0 after @length bits */
	uint8_t length; /* in bits */
	uint8_t protocol; /* 0: any */
	uint16_t port; /* or ICMP type (high octet) and code (low octet) */
	uint16_t port_mask; /* bits that count; 0: all of a port that is not 0 */
};

#define PREFIXES_MAX 64

/* Pairs of a selector of each side: so many policies in a direction. */
#define PREFIX_PAIRS_MAX 256

/* The selectors of one side. */
struct prefixes {
	size_t n;
	struct prefix list[PREFIXES_MAX];
};

/* The selectors of one packet that is to be sent. */
struct packet_ts {
	struct prefix local; /* family AF_UNSPEC: no packet is known */
	struct prefix remote;
};

/* Return: the bits of the port that count, 0 for any port. */
static inline uint16_t prefix_port_mask(const struct prefix *prefix)
{
	if (prefix->port_mask)
		return prefix->port_mask;
	return prefix->port ? 0xffff : 0;
}

/* Return: whether it is about a side's own address, not known before there is one. */
static inline bool prefix_is_dynamic(const struct prefix *prefix)
{
	return prefix->family == AF_UNSPEC;
}

/* Return: whether both select the same packets in the same words. */
bool prefix_equal(const struct prefix *a, const struct prefix *b);

/* As prefix_equal(), for all selectors of a side, in their order. */
bool prefixes_equal(const struct prefixes *a, const struct prefixes *b);

/**
 * prefix_parse() - read a selector, "10.1.0.0/16", "10.1.0.0/16[tcp/443]",
 *	"10.1.0.0/16[udp/1024-2047]", "10.1.0.0/16[icmp/8]", "10.1.0.0/16[/53]"
 *	or "dynamic[gre]"
 * @text: the selector; without /LENGTH it is a single host
 * @prefix: receives it
 * @error: on failure, what was expected
 * @error_size: size of @error in octets
 *
 * Return: true when @prefix is valid.
 */
bool prefix_parse(const char *text, struct prefix *prefix, char *error,
		  size_t error_size);

/**
 * prefix_parse_masked() - read a selector whose address may be a host's
 * @text: as for prefix_parse()
 * @prefix: receives it, with the bits after its prefix length cleared
 * @masked: receives whether any of them was set
 * @error: on failure, what was expected
 * @error_size: size of @error in octets
 *
 * Return: true when @prefix and @masked are valid.
 */
bool prefix_parse_masked(const char *text, struct prefix *prefix, bool *masked,
			 char *error, size_t error_size);

/**
 * prefix_holds_address() - whether an address lies in a network
 * @network: its protocol and port are not looked at
 * @address: of any port
 */
bool prefix_holds_address(const struct prefix *network,
			  const struct sockaddr_storage *address);

/* Return: whether two are the same network; protocols and ports are not compared. */
bool prefix_same_network(const struct prefix *a, const struct prefix *b);

/**
 * prefix_print() - a selector as prefix_parse() reads it
 * @prefix: the selector
 * @text: receives the text, cut to @size octets with its terminator
 * @size: size of @text, PREFIX_TEXT_SIZE for any selector
 */
void prefix_print(const struct prefix *prefix, char *text, size_t size);

#endif
