// SPDX-License-Identifier: GPL-2.0
#include "selector.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define PORT_MAX 65535

static size_t address_size(int family)
{
	return family == AF_INET ? 4 : 16;
}

static bool bit_set(const uint8_t *address, size_t bit)
{
	return address[bit / 8] & (0x80 >> (bit % 8));
}

static void set_bits_from(uint8_t *address, size_t from, size_t size)
{
	for (size_t bit = from; bit < 8 * size; bit++)
		address[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
}

/* Return: false where the range is not exactly one network. */
static bool range_to_network(const struct selector *selector, uint8_t *length)
{
	size_t bits = 8 * address_size(selector->family);
	size_t common = 0;

	while (common < bits && bit_set(selector->start, common) ==
					bit_set(selector->end, common))
		common++;
	for (size_t bit = common; bit < bits; bit++)
		if (bit_set(selector->start, bit) || !bit_set(selector->end, bit))
			return false;
	*length = (uint8_t)common;
	return true;
}

static bool narrow_addresses(const struct selector *offered,
			     const struct prefix *configured,
			     struct prefix *narrowed)
{
	size_t size = address_size(configured->family);
	uint8_t last[16] = { 0 };

	if (offered->family != configured->family)
		return false;
	memcpy(last, configured->address, size);
	set_bits_from(last, configured->length, size);
	if (memcmp(offered->start, configured->address, size) <= 0 &&
	    memcmp(offered->end, last, size) >= 0)
		return true;
	if (memcmp(offered->start, configured->address, size) < 0 ||
	    memcmp(offered->end, last, size) > 0)
		return false;
	memcpy(narrowed->address, offered->start, size);
	return range_to_network(offered, &narrowed->length);
}

static bool narrow_protocol(const struct selector *offered,
			    const struct prefix *configured,
			    struct prefix *narrowed)
{
	if (!configured->protocol)
		narrowed->protocol = offered->protocol;
	return !configured->protocol || !offered->protocol ||
	       configured->protocol == offered->protocol;
}

static bool narrow_ports(const struct selector *offered,
			 const struct prefix *configured, struct prefix *narrowed)
{
	if (offered->start_port == 0 && offered->end_port == PORT_MAX)
		return true;
	if (configured->port)
		return offered->start_port <= configured->port &&
		       offered->end_port >= configured->port;
	/* One port is all that a policy of ours can name. */
	narrowed->port = offered->start_port;
	return offered->start_port && offered->start_port == offered->end_port;
}

static bool narrow(const struct selector *offered,
		   const struct prefix *configured, struct prefix *narrowed)
{
	*narrowed = *configured;
	return narrow_addresses(offered, configured, narrowed) &&
	       narrow_protocol(offered, configured, narrowed) &&
	       narrow_ports(offered, configured, narrowed);
}

/* More traffic first by addresses, then by protocol and port. */
static bool wider(const struct prefix *a, const struct prefix *b)
{
	if (a->length != b->length)
		return a->length < b->length;
	if (a->protocol != b->protocol)
		return !a->protocol;
	return !a->port && b->port;
}

bool selectors_narrow(const struct selectors *offered,
		      const struct prefix *configured, struct prefix *narrowed)
{
	bool found = false;

	for (size_t i = 0; i < offered->n; i++) {
		struct prefix common;

		if (!narrow(&offered->list[i], configured, &common))
			continue;
		if (!found || wider(&common, narrowed))
			*narrowed = common;
		found = true;
	}
	return found;
}

void selectors_print(const struct selectors *selectors, char *text, size_t size)
{
	const struct selector *first = &selectors->list[0];
	char start[INET6_ADDRSTRLEN] = "?";
	char end[INET6_ADDRSTRLEN] = "?";

	if (!selectors->n) {
		snprintf(text, size, "none");
		return;
	}
	inet_ntop(first->family, first->start, start, sizeof(start));
	inet_ntop(first->family, first->end, end, sizeof(end));
	snprintf(text, size, "%s-%s%s", start, end,
		 selectors->n > 1 ? " and others" : "");
}
