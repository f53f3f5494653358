// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_write.h"

#include <linux/pqike.h>

static size_t address_size(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

void put_address(struct nlmsghdr *request, uint16_t type,
		 const struct address *address)
{
	mnl_attr_put(request, type, address_size(address->family),
		     address->octets);
}

void put_flag(struct nlmsghdr *request, uint16_t type, bool set)
{
	if (set)
		mnl_attr_put(request, type, 0, NULL);
}

static void put_selector(struct nlmsghdr *request, uint16_t type,
			 const struct prefix *prefix)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	if (prefix_is_dynamic(prefix)) {
		put_flag(request, PQIKE_A_TRAFFIC_SELECTOR_DYNAMIC, true);
	} else {
		mnl_attr_put(request, PQIKE_A_TRAFFIC_SELECTOR_ADDRESS,
			     address_size(prefix->family), prefix->address);
		mnl_attr_put_u8(request, PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH,
				prefix->length);
	}
	mnl_attr_put_u8(request, PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL,
			prefix->protocol);
	mnl_attr_put_u16(request, PQIKE_A_TRAFFIC_SELECTOR_PORT, prefix->port);
	if (prefix->port_mask)
		mnl_attr_put_u16(request, PQIKE_A_TRAFFIC_SELECTOR_PORT_MASK,
				 prefix->port_mask);
	mnl_attr_nest_end(request, nest);
}

void put_selectors(struct nlmsghdr *request, uint16_t type,
		   const struct prefix *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_selector(request, type, &list[i]);
}

void put_network(struct nlmsghdr *request, uint16_t type,
		 const struct prefix *network)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put(request, PQIKE_A_NETWORK_ADDRESS,
		     address_size(network->family), network->address);
	mnl_attr_put_u8(request, PQIKE_A_NETWORK_PREFIX_LENGTH, network->length);
	mnl_attr_nest_end(request, nest);
}
