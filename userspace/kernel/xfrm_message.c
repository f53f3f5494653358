// SPDX-License-Identifier: GPL-2.0
#include "kernel/xfrm_message.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <string.h>

#include "wire/path.h"

/* Return: the message's fixed part; NULL where it is too short. */
static const void *fixed_part(const struct nlmsghdr *header, size_t size)
{
	return mnl_nlmsg_get_payload_len(header) >= size ?
		       mnl_nlmsg_get_payload(header) : NULL;
}

/*
 * A policy has room for several templates; ours have one.
 *
 * mnl_attr_for_each() would go on to the next multiple of four.
 */
static bool read_reqid(const struct nlmsghdr *header, size_t fixed,
		       uint32_t *reqid)
{
	const uint8_t *end = (const uint8_t *)header + header->nlmsg_len;
	const struct nlattr *attr = mnl_nlmsg_get_payload_offset(header, fixed);
	struct xfrm_user_tmpl tmpl;

	for (; mnl_attr_ok(attr, (int)(end - (const uint8_t *)attr));
	     attr = mnl_attr_next(attr)) {
		if (mnl_attr_get_type(attr) != XFRMA_TMPL ||
		    mnl_attr_get_payload_len(attr) < sizeof(tmpl))
			continue;
		memcpy(&tmpl, mnl_attr_get_payload(attr), sizeof(tmpl));
		*reqid = tmpl.reqid;
		return tmpl.id.proto == IPPROTO_ESP;
	}
	return false;
}

/* RFC 7296 section 3.13.1: xfrm has type and code of ICMP for two ports. */
static uint16_t port_of(const struct xfrm_selector *selector, __be16 port)
{
	switch (selector->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return (uint16_t)(ntohs(selector->sport) << 8 |
				  (ntohs(selector->dport) & 0xff));
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_UDPLITE:
		return ntohs(port);
	default:
		return 0;
	}
}

/* A port of 0 is none that xfrm has seen, and stands for any. */
static struct prefix prefix_of(const struct xfrm_selector *selector,
			       const xfrm_address_t *address, __be16 port)
{
	bool ipv4 = selector->family == AF_INET;
	struct prefix prefix = {
		.family = selector->family,
		.length = ipv4 ? 32 : 128,
		.protocol = selector->proto,
		.port = port_of(selector, port),
	};

	memcpy(prefix.address, address, ipv4 ? 4 : 16);
	return prefix;
}

static void read_packet(const struct xfrm_selector *selector,
			struct packet_ts *packet)
{
	if (selector->family != AF_INET && selector->family != AF_INET6)
		return;
	packet->local = prefix_of(selector, &selector->saddr, selector->sport);
	packet->remote = prefix_of(selector, &selector->daddr, selector->dport);
}

static void read_acquire(const struct nlmsghdr *header,
			 struct xfrm_message *message)
{
	const struct xfrm_user_acquire *acquire = fixed_part(header,
							     sizeof(*acquire));

	if (!acquire || acquire->policy.dir != XFRM_POLICY_OUT ||
	    !read_reqid(header, sizeof(*acquire), &message->reqid))
		return;
	message->kind = XFRM_MESSAGE_ACQUIRE;
	read_packet(&acquire->sel, &message->packet);
}

static void read_expire(const struct nlmsghdr *header,
			struct xfrm_message *message)
{
	const struct xfrm_user_expire *expire = fixed_part(header,
							   sizeof(*expire));

	if (!expire || expire->state.id.proto != IPPROTO_ESP ||
	    !endpoint_set(&message->destination, expire->state.family,
			  &expire->state.id.daddr, 0))
		return;
	message->kind = XFRM_MESSAGE_EXPIRE;
	message->spi = ntohl(expire->state.id.spi);
	message->hard = expire->hard;
}

static void read_mapping(const struct nlmsghdr *header,
			 struct xfrm_message *message)
{
	const struct xfrm_user_mapping *mapping = fixed_part(header,
							     sizeof(*mapping));

	if (!mapping || mapping->id.proto != IPPROTO_ESP || !mapping->new_sport ||
	    !endpoint_set(&message->source, mapping->id.family,
			  &mapping->new_saddr, ntohs(mapping->new_sport)))
		return;
	message->kind = XFRM_MESSAGE_MAPPING;
	message->spi = ntohl(mapping->id.spi);
}

void xfrm_message_read(const struct nlmsghdr *header,
		       struct xfrm_message *message)
{
	*message = (struct xfrm_message){ .kind = XFRM_MESSAGE_OTHER };
	switch (header->nlmsg_type) {
	case XFRM_MSG_EXPIRE:
		read_expire(header, message);
		break;
	case XFRM_MSG_ACQUIRE:
		read_acquire(header, message);
		break;
	case XFRM_MSG_MAPPING:
		read_mapping(header, message);
		break;
	default:
		break;
	}
}
