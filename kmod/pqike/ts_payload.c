// SPDX-License-Identifier: GPL-2.0
/*
 * Traffic selectors of a TS payload (RFC 7296 section 3.13): ranges of addresses and
 * ports.  A payload has 255 of them at most.
 */
#include "ts_payload.h"

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "esp_child.h"
#include "ike_message.h"

#define TS_IPV4_ADDR_RANGE	7
#define TS_IPV6_ADDR_RANGE	8

struct ts_payload_header {
	u8 n;
	u8 reserved[3];
} __packed;

struct ts_header {
	u8 type;
	u8 protocol;
	__be16 length;
	__be16 start_port;
	__be16 end_port;
} __packed;

/* What is left of a payload. */
struct ts_list {
	unsigned int n;
	const u8 *data;
	size_t len;
};

/**
 * struct ts_range - one selector
 * @address_len: octets of an address, 0 for a type that is not known
 * @protocol: 0 is any
 * @start_port: likewise with @end_port
 * @end_port: the last one
 * @start: first address
 * @end: last address
 */
struct ts_range {
	unsigned int address_len;
	u8 protocol;
	u16 start_port;
	u16 end_port;
	const u8 *start;
	const u8 *end;
};

static int ts_list_begin(const struct ike_payload *payload, struct ts_list *list)
{
	const struct ts_payload_header *header = (const void *)payload->body;

	if (payload->len < sizeof(*header))
		return -EBADMSG;
	list->n = header->n;
	list->data = payload->body + sizeof(*header);
	list->len = payload->len - sizeof(*header);
	return 0;
}

/* A selector of another length than its type has is of no known type. */
static unsigned int address_len(u8 type, size_t addresses_len)
{
	if (type == TS_IPV4_ADDR_RANGE && addresses_len == 2 * 4)
		return 4;
	if (type == TS_IPV6_ADDR_RANGE && addresses_len == 2 * 16)
		return 16;
	return 0;
}

/* Returns 1 for a selector, 0 at the end, -EBADMSG. */
static int ts_next(struct ts_list *list, struct ts_range *range)
{
	const struct ts_header *header = (const void *)list->data;
	size_t len;

	if (!list->n)
		return list->len ? -EBADMSG : 0;
	if (list->len < sizeof(*header))
		return -EBADMSG;
	len = be16_to_cpu(header->length);
	if (len < sizeof(*header) || len > list->len)
		return -EBADMSG;
	range->address_len = address_len(header->type, len - sizeof(*header));
	range->protocol = header->protocol;
	range->start_port = be16_to_cpu(header->start_port);
	range->end_port = be16_to_cpu(header->end_port);
	range->start = list->data + sizeof(*header);
	range->end = range->start + range->address_len;
	list->n--;
	list->data += len;
	list->len -= len;
	return 1;
}

/**
 * ike_ts_is_well_formed() - whether a TS payload can be read to its end
 * @payload: the payload
 *
 * Context: any.
 * Return: as said; with at least one selector.
 */
bool ike_ts_is_well_formed(const struct ike_payload *payload)
{
	struct ts_range range;
	struct ts_list list;
	unsigned int n = 0;
	int more;

	if (ts_list_begin(payload, &list))
		return false;
	while ((more = ts_next(&list, &range)) > 0)
		n++;
	return !more && n;
}

static bool holds_ports(const struct ts_range *range, const struct pqike_ts *ts)
{
	const u16 mask = be16_to_cpu(ts->port_mask);
	const u16 first = be16_to_cpu(ts->port) & mask;
	const u16 last = first | (u16)~mask;

	return range->start_port <= first && last <= range->end_port;
}

static unsigned int len_of(u16 family)
{
	return family == AF_INET ? 4 : 16;
}

/* The bits behind the prefix are 0 in the first address, and 1 in the last. */
static void last_address(const struct pqike_ts *ts, u8 last[16])
{
	const u8 *first = (const u8 *)&ts->address;

	for (unsigned int i = 0; i < 16; i++) {
		const int bits = ts->prefix_len - 8 * (int)i;

		last[i] = bits >= 8 ? first[i] :
			  first[i] | (bits > 0 ? 0xff >> bits : 0xff);
	}
}

static bool holds_prefix(const struct ts_range *range, const struct pqike_ts *ts)
{
	u8 last[16];

	last_address(ts, last);
	return memcmp(range->start, &ts->address, range->address_len) <= 0 &&
	       memcmp(last, range->end, range->address_len) <= 0;
}

static bool is_about(const struct ts_range *range, u16 family)
{
	return range->address_len == len_of(family);
}

/* What is about one address of the endpoint's family is about the endpoint. */
static void take_endpoint(struct ts_range *range,
			  const struct ike_ts_endpoint *endpoint)
{
	if (!endpoint || !is_about(range, endpoint->family) ||
	    memcmp(range->start, range->end, range->address_len))
		return;
	range->start = (const u8 *)endpoint->address;
	range->end = range->start;
}

static bool range_holds(const struct ts_range *range, const struct pqike_ts *ts)
{
	return is_about(range, ts->family) &&
	       (!range->protocol || range->protocol == ts->protocol) &&
	       holds_ports(range, ts) && holds_prefix(range, ts);
}

/**
 * ike_ts_holds() - whether a selector lies within one of a TS payload
 * @payload: well formed
 * @ts: of AF_INET or AF_INET6; the bits that do not count are 0
 * @endpoint: of that side, in transport mode; else NULL
 *
 * Context: any.
 * Return: as said.
 */
bool ike_ts_holds(const struct ike_payload *payload, const struct pqike_ts *ts,
		  const struct ike_ts_endpoint *endpoint)
{
	struct ts_range range;
	struct ts_list list;

	if (ts_list_begin(payload, &list))
		return false;
	while (ts_next(&list, &range) > 0) {
		take_endpoint(&range, endpoint);
		if (range_holds(&range, ts))
			return true;
	}
	return false;
}

/* Returns the bits of the prefix that a range is, -1 where it is none. */
static int prefix_of(const struct ts_range *range)
{
	const int all = 8 * range->address_len;
	int common = 0;

	while (common < all &&
	       !((range->start[common / 8] ^ range->end[common / 8]) &
		 0x80 >> common % 8))
		common++;
	for (int bit = common; bit < all; bit++) {
		const u8 mask = 0x80 >> bit % 8;

		if (range->start[bit / 8] & mask || !(range->end[bit / 8] & mask))
			return -1;
	}
	return common;
}

/* What xfrm has no prefix for is left out, as are ports that no mask is. */
static bool narrow_addresses(const struct ts_range *range, struct pqike_ts *ts)
{
	int prefix_len;

	if (!is_about(range, ts->family))
		return false;
	if (holds_prefix(range, ts))
		return true;
	prefix_len = prefix_of(range);
	if (prefix_len < 0)
		return false;
	ts->prefix_len = prefix_len;
	memcpy(&ts->address, range->start, range->address_len);
	return true;
}

static bool narrow_ports(const struct ts_range *range, struct pqike_ts *ts)
{
	const u16 mask = be16_to_cpu(ts->port_mask);
	u16 first = be16_to_cpu(ts->port) & mask;
	u16 last = first | (u16)~mask;
	u16 differing;

	if (holds_ports(range, ts))
		return true;
	first = max(first, range->start_port);
	last = min(last, range->end_port);
	differing = first ^ last;
	if (first > last || differing & (differing + 1) || first & differing)
		return false;
	ts->port = cpu_to_be16(first);
	ts->port_mask = cpu_to_be16((u16)~differing);
	return true;
}

static bool is_within(const struct pqike_ts *inner, const struct pqike_ts *outer)
{
	const unsigned int len = len_of(outer->family);
	u8 inner_last[16], outer_last[16];

	if (inner->family != outer->family)
		return false;
	last_address(inner, inner_last);
	last_address(outer, outer_last);
	return memcmp(&outer->address, &inner->address, len) <= 0 &&
	       memcmp(inner_last, outer_last, len) <= 0 &&
	       (!outer->protocol || inner->protocol == outer->protocol) &&
	       !(outer->port_mask & ~inner->port_mask) &&
	       !((inner->port ^ outer->port) & outer->port_mask);
}

/* What a range and a selector have in common, where that is one selector. */
static bool narrow_range(const struct ts_range *range, const struct pqike_ts *outer,
			 struct pqike_ts *common)
{
	*common = *outer;
	common->protocol = outer->protocol ?: range->protocol;
	return narrow_addresses(range, common) && narrow_ports(range, common) &&
	       is_within(common, outer) && range_holds(range, common);
}

/* Of two of which one contains the other the wider one stays. */
static int add_ts(struct pqike_ts *list, unsigned int *n, const struct pqike_ts *ts)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < *n; i++)
		if (is_within(ts, &list[i]))
			return 0;
	for (unsigned int i = 0; i < *n; i++)
		if (!is_within(&list[i], ts))
			list[kept++] = list[i];
	*n = kept;
	if (kept == PQIKE_ESP_TS_MAX)
		return -E2BIG;
	list[(*n)++] = *ts;
	return 0;
}

/**
 * ike_ts_narrow() - what a TS payload and a selector have in common
 * @payload: well formed
 * @outer: of AF_INET or AF_INET6; the bits that do not count are 0
 * @endpoint: of that side, in transport mode; else NULL
 * @list: receives it behind what it has, where none of that contains it; what it
 *	contains goes
 * @n: how many there are in @list, at most %PQIKE_ESP_TS_MAX
 *
 * What of it is no prefix, or not one that xfrm has a mask of ports for, is left out.
 * That takes 255 times two times %PQIKE_ESP_TS_MAX comparisons at most.
 *
 * Context: any.
 * Return: 0, or -E2BIG for more than @list has room for.
 */
int ike_ts_narrow(const struct ike_payload *payload, const struct pqike_ts *outer,
		  const struct ike_ts_endpoint *endpoint, struct pqike_ts *list,
		  unsigned int *n)
{
	struct pqike_ts common;
	struct ts_range range;
	struct ts_list left;
	int err = 0;

	if (ts_list_begin(payload, &left))
		return 0;
	while (!err && ts_next(&left, &range) > 0) {
		take_endpoint(&range, endpoint);
		if (narrow_range(&range, outer, &common))
			err = add_ts(list, n, &common);
	}
	return err;
}
