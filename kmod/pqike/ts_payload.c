// SPDX-License-Identifier: GPL-2.0
/*
 * Traffic selectors of a TS payload (RFC 7296 section 3.13): ranges of addresses and
 * ports.  A payload has 255 of them at most.
 */
#include "ts_payload.h"

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "esp.h"
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

/* The bits behind the prefix are 0 in the first address, and 1 in the last. */
static bool holds_prefix(const struct ts_range *range, const struct pqike_ts *ts)
{
	const u8 *first = (const u8 *)&ts->address;
	u8 last[16];

	for (unsigned int i = 0; i < range->address_len; i++) {
		const int bits = ts->prefix_len - 8 * (int)i;

		last[i] = bits >= 8 ? first[i] :
			  first[i] | (bits > 0 ? 0xff >> bits : 0xff);
	}
	return memcmp(range->start, first, range->address_len) <= 0 &&
	       memcmp(last, range->end, range->address_len) <= 0;
}

/* RFC 7296 section 2.23.1: behind a NAT it is another address than its sender says. */
static bool is_endpoint(const struct ts_range *range, const struct pqike_ts *ts,
			const xfrm_address_t *endpoint)
{
	return endpoint && !memcmp(range->start, range->end, range->address_len) &&
	       ts->prefix_len == 8 * range->address_len &&
	       !memcmp(&ts->address, endpoint, range->address_len);
}

static bool range_holds(const struct ts_range *range, const struct pqike_ts *ts,
			const xfrm_address_t *endpoint)
{
	if (range->address_len != (ts->family == AF_INET ? 4 : 16))
		return false;
	if (range->protocol && range->protocol != ts->protocol)
		return false;
	return holds_ports(range, ts) && (holds_prefix(range, ts) ||
					  is_endpoint(range, ts, endpoint));
}

/**
 * ike_ts_holds() - whether a selector lies within one of a TS payload
 * @payload: well formed
 * @ts: of AF_INET or AF_INET6; the bits that do not count are 0
 * @endpoint: in transport mode, the address of that side here, which a selector of one
 *	address stands for; else NULL
 *
 * Context: any.
 * Return: as said.
 */
bool ike_ts_holds(const struct ike_payload *payload, const struct pqike_ts *ts,
		  const xfrm_address_t *endpoint)
{
	struct ts_range range;
	struct ts_list list;

	if (ts_list_begin(payload, &list))
		return false;
	while (ts_next(&list, &range) > 0)
		if (range_holds(&range, ts, endpoint))
			return true;
	return false;
}
