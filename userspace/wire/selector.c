// SPDX-License-Identifier: GPL-2.0
#include "wire/selector.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

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

/* The first and the last port of a prefix. */
static uint16_t first_port(const struct prefix *prefix)
{
	return prefix->port & prefix_port_mask(prefix);
}

static uint16_t last_port(const struct prefix *prefix)
{
	return first_port(prefix) | (uint16_t)~prefix_port_mask(prefix);
}

static void last_address(const struct prefix *prefix, uint8_t last[16])
{
	memcpy(last, prefix->address, 16);
	set_bits_from(last, prefix->length, address_size(prefix->family));
}

static bool narrow_addresses(const struct selector *offered,
			     const struct prefix *configured,
			     struct prefix *narrowed)
{
	size_t size = address_size(configured->family);
	uint8_t last[16];

	if (offered->family != configured->family)
		return false;
	last_address(configured, last);
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

/* A policy names ports by a mask: only such ranges can be narrowed to. */
static bool set_port_range(struct prefix *prefix, uint16_t start, uint16_t end)
{
	uint16_t differing = start ^ end;

	if (start > end || (differing & (differing + 1)) || (start & differing))
		return false;
	prefix->port = start;
	prefix->port_mask = (uint16_t)~differing;
	/* One port needs no mask, unless it is 0. */
	if (start && !differing)
		prefix->port_mask = 0;
	return true;
}

static bool narrow_ports(const struct selector *offered,
			 const struct prefix *configured, struct prefix *narrowed)
{
	uint16_t start = first_port(configured);
	uint16_t end = last_port(configured);

	if (offered->start_port <= start && offered->end_port >= end)
		return true;
	if (start < offered->start_port)
		start = offered->start_port;
	if (end > offered->end_port)
		end = offered->end_port;
	return set_port_range(narrowed, start, end);
}

static bool lies_within(const struct selector *selector,
			const struct prefix *prefix)
{
	size_t size = address_size(prefix->family);
	uint8_t last[16];

	if (selector->family != prefix->family)
		return false;
	last_address(prefix, last);
	return memcmp(prefix->address, selector->start, size) <= 0 &&
	       memcmp(selector->end, last, size) <= 0 &&
	       (!prefix->protocol || prefix->protocol == selector->protocol) &&
	       first_port(prefix) <= selector->start_port &&
	       selector->end_port <= last_port(prefix);
}

static bool encloses(const struct selector *selector,
		     const struct prefix *prefix)
{
	size_t size = address_size(prefix->family);
	uint8_t last[16];

	if (selector->family != prefix->family)
		return false;
	last_address(prefix, last);
	return memcmp(selector->start, prefix->address, size) <= 0 &&
	       memcmp(last, selector->end, size) <= 0 &&
	       (!selector->protocol ||
		selector->protocol == prefix->protocol) &&
	       selector->start_port <= first_port(prefix) &&
	       last_port(prefix) <= selector->end_port;
}

static bool narrow(const struct selector *offered,
		   const struct prefix *configured, struct prefix *narrowed)
{
	*narrowed = *configured;
	return narrow_addresses(offered, configured, narrowed) &&
	       narrow_protocol(offered, configured, narrowed) &&
	       narrow_ports(offered, configured, narrowed);
}

static bool contains_network(const struct prefix *outer,
			     const struct prefix *inner)
{
	size_t octets = outer->length / 8;
	uint8_t mask = (uint8_t)(0xff00 >> outer->length % 8);

	if (outer->family != inner->family || outer->length > inner->length)
		return false;
	return !memcmp(outer->address, inner->address, octets) &&
	       (!mask ||
		!((outer->address[octets] ^ inner->address[octets]) & mask));
}

static bool contains(const struct prefix *outer, const struct prefix *inner)
{
	uint16_t outer_mask = prefix_port_mask(outer);
	uint16_t inner_mask = prefix_port_mask(inner);

	return contains_network(outer, inner) &&
	       (!outer->protocol || outer->protocol == inner->protocol) &&
	       (outer_mask & inner_mask) == outer_mask &&
	       (outer->port & outer_mask) == (inner->port & outer_mask);
}

/* Of two selectors of which one contains the other the wider one stays. */
static void add(struct prefixes *prefixes, const struct prefix *prefix)
{
	size_t n = 0;

	for (size_t i = 0; i < prefixes->n; i++)
		if (contains(&prefixes->list[i], prefix))
			return;
	for (size_t i = 0; i < prefixes->n; i++)
		if (!contains(prefix, &prefixes->list[i]))
			prefixes->list[n++] = prefixes->list[i];
	prefixes->n = n;
	if (n < PREFIXES_MAX)
		prefixes->list[prefixes->n++] = *prefix;
}

bool selectors_narrow(const struct selectors *offered,
		      const struct prefixes *configured,
		      struct prefixes *narrowed)
{
	narrowed->n = 0;
	for (size_t i = 0; i < configured->n; i++) {
		for (size_t j = 0; j < offered->n; j++) {
			struct prefix common;

			if (narrow(&offered->list[j], &configured->list[i],
				   &common))
				add(narrowed, &common);
		}
	}
	return narrowed->n;
}

bool selector_within(const struct selector *selector,
		     const struct prefixes *prefixes)
{
	for (size_t i = 0; i < prefixes->n; i++)
		if (lies_within(selector, &prefixes->list[i]))
			return true;
	return false;
}

bool selectors_within(const struct selectors *selectors,
		      const struct prefixes *prefixes)
{
	for (size_t i = 0; i < selectors->n; i++)
		if (!selector_within(&selectors->list[i], prefixes))
			return false;
	return true;
}

static bool is_enclosed(const struct prefix *prefix,
			const struct selectors *selectors)
{
	for (size_t i = 0; i < selectors->n; i++)
		if (encloses(&selectors->list[i], prefix))
			return true;
	return false;
}

bool prefixes_within(const struct prefixes *prefixes,
		     const struct selectors *selectors)
{
	for (size_t i = 0; i < prefixes->n; i++)
		if (!is_enclosed(&prefixes->list[i], selectors))
			return false;
	return true;
}

bool prefixes_hold_one(const struct prefixes *prefixes,
		       const struct prefix *prefix)
{
	for (size_t i = 0; i < prefixes->n; i++)
		if (contains(&prefixes->list[i], prefix))
			return true;
	return false;
}

bool prefixes_hold(const struct prefixes *outer, const struct prefixes *inner)
{
	for (size_t i = 0; i < inner->n; i++)
		if (!prefixes_hold_one(outer, &inner->list[i]))
			return false;
	return true;
}

bool selector_is_host(const struct selector *selector)
{
	return !memcmp(selector->start, selector->end,
		       address_size(selector->family));
}

static double count(const struct prefix *prefix)
{
	double n = last_port(prefix) - first_port(prefix) + 1;

	if (!prefix->protocol)
		n *= 256;
	for (size_t bit = prefix->length; bit < 8 * address_size(prefix->family);
	     bit++)
		n *= 2;
	return n;
}

double prefixes_count(const struct prefixes *prefixes)
{
	struct prefixes distinct = { 0 };
	double sum = 0;

	for (size_t i = 0; i < prefixes->n; i++)
		add(&distinct, &prefixes->list[i]);
	for (size_t i = 0; i < distinct.n; i++)
		sum += count(&distinct.list[i]);
	return sum;
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

void prefixes_print(const struct prefixes *prefixes, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < prefixes->n && len < size; i++) {
		char prefix[PREFIX_TEXT_SIZE];

		prefix_print(&prefixes->list[i], prefix, sizeof(prefix));
		len += (size_t)snprintf(text + len, size - len, "%s%s",
					i ? " " : "", prefix);
	}
}

void networks_print(const struct prefixes *local, const struct prefixes *remote,
		    char text[NETWORKS_TEXT_SIZE])
{
	char networks[2][NETWORKS_TEXT_SIZE / 2 - 2];

	prefixes_print(local, networks[0], sizeof(networks[0]));
	prefixes_print(remote, networks[1], sizeof(networks[1]));
	snprintf(text, NETWORKS_TEXT_SIZE, "%s === %s", networks[0], networks[1]);
}
