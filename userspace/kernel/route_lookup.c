// SPDX-License-Identifier: GPL-2.0
#include "kernel/route_lookup.h"

#include <linux/rtnetlink.h>

#include "wire/path.h"

int route_lookup_open(struct netlink *netlink)
{
	return netlink_open_protocol(netlink, NETLINK_ROUTE, RTM_NEWROUTE);
}

static void take_interface(const struct nlmsghdr *reply, void *arg)
{
	const struct nlattr *attr;
	int *index = arg;

	mnl_attr_for_each(attr, reply, sizeof(struct rtmsg))
		if (mnl_attr_get_type(attr) == RTA_OIF &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
			*index = (int)mnl_attr_get_u32(attr);
}

static void put_address(struct nlmsghdr *request, uint16_t type,
			const struct sockaddr_storage *endpoint)
{
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);

	mnl_attr_put(request, type, size, octets);
}

int route_lookup(struct netlink *netlink, const struct sockaddr_storage *source,
		 const struct sockaddr_storage *destination)
{
	struct nlmsghdr *request = netlink_begin(netlink, RTM_GETROUTE, 0);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(request,
							 sizeof(*route));
	uint8_t bits = destination->ss_family == AF_INET ? 32 : 128;
	int result, index = 0;

	route->rtm_family = (uint8_t)destination->ss_family;
	route->rtm_dst_len = bits;
	put_address(request, RTA_DST, destination);
	if (source && source->ss_family == destination->ss_family) {
		route->rtm_src_len = bits;
		put_address(request, RTA_SRC, source);
	}
	result = netlink_call(netlink, request, take_interface, &index);
	return result ? result : index;
}
