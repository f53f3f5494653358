// SPDX-License-Identifier: GPL-2.0
#include "kernel/xfrm_link.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/netlink.h"
#include "kernel/policy_ask.h"

/* How a later helper knows it again: ip-link(8) shows this. */
#define MARK "made by pqike"

/*
 * What the largest ESP header and trailer leave of 1500 octets, over IPv4 and
 * UDP; of a smaller path the kernel tells senders itself.
 */
#define MTU 1400

struct xfrm_links {
	struct netlink netlink;
};

struct xfrm_links *xfrm_links_open(char *error, size_t error_size)
{
	struct xfrm_links *links = calloc(1, sizeof(*links));

	if (!links) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	if (netlink_open_protocol(&links->netlink, NETLINK_ROUTE, RTM_NEWLINK)) {
		snprintf(error, error_size, "rtnetlink: %s",
			 links->netlink.error);
		xfrm_links_close(links);
		return NULL;
	}
	return links;
}

void xfrm_links_close(struct xfrm_links *links)
{
	if (!links)
		return;
	netlink_close(&links->netlink);
	free(links);
}

const char *xfrm_links_error(const struct xfrm_links *links)
{
	return links->netlink.error;
}

static struct nlmsghdr *begin(struct xfrm_links *links, uint16_t type,
			      uint16_t flags, int index)
{
	struct nlmsghdr *request = netlink_begin(&links->netlink, type, flags);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(request,
							    sizeof(*info));

	info->ifi_index = index;
	return request;
}

static int call(struct xfrm_links *links, struct nlmsghdr *request,
		void (*each)(const struct nlmsghdr *reply, void *arg), void *arg)
{
	struct netlink *netlink = &links->netlink;
	int result = netlink_call(netlink, request, each, arg);

	if (result == -EOPNOTSUPP)
		snprintf(netlink->error, sizeof(netlink->error),
			 "this kernel has no xfrm interfaces: modprobe xfrm_interface");
	else if (result == -EPERM && !netlink->explained)
		snprintf(netlink->error, sizeof(netlink->error),
			 "no privilege: this needs CAP_NET_ADMIN (run as root)");
	return result;
}

/* The kernel takes escape sequences of a terminal in a name, too. */
static void copy_text(const struct nlattr *attr, char *text, size_t size)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return;
	snprintf(text, size, "%s", mnl_attr_get_str(attr));
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\177')
			*text = '?';
}

static void read_data(const struct nlattr *data, struct xfrm_link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data)
		if (mnl_attr_get_type(attr) == IFLA_XFRM_IF_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
			link->if_id = mnl_attr_get_u32(attr);
}

static void read_info(const struct nlattr *nest, struct xfrm_link *link)
{
	const struct nlattr *attr, *data = NULL;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			copy_text(attr, link->kind, sizeof(link->kind));
		else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
			data = attr;
	}
	/* The data of another kind mean something else. */
	if (data && !strcmp(link->kind, XFRM_LINK_KIND))
		read_data(data, link);
}

static void read_link(const struct nlmsghdr *reply, struct xfrm_link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(reply);
	const struct nlattr *attr;
	char alias[sizeof(MARK) + 1] = "";

	*link = (struct xfrm_link){ 0 };
	if (mnl_nlmsg_get_payload_len(reply) < sizeof(*info))
		return;
	link->index = info->ifi_index;
	mnl_attr_for_each(attr, reply, sizeof(*info)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			copy_text(attr, link->name, sizeof(link->name));
			break;
		case IFLA_IFALIAS:
			copy_text(attr, alias, sizeof(alias));
			break;
		case IFLA_LINKINFO:
			read_info(attr, link);
			break;
		default:
			break;
		}
	}
	link->marked = !strcmp(alias, MARK);
}

struct dump {
	void (*each)(const struct xfrm_link *link, void *arg);
	void *arg;
};

static void dump_link(const struct nlmsghdr *reply, void *arg)
{
	const struct dump *dump = arg;
	struct xfrm_link link;

	read_link(reply, &link);
	dump->each(&link, dump->arg);
}

int xfrm_links_dump(struct xfrm_links *links,
		    void (*each)(const struct xfrm_link *link, void *arg),
		    void *arg)
{
	struct dump dump = { each, arg };

	return call(links, begin(links, RTM_GETLINK, NLM_F_DUMP, 0), dump_link,
		    &dump);
}

static void take_link(const struct nlmsghdr *reply, void *arg)
{
	read_link(reply, arg);
}

int xfrm_link_find(struct xfrm_links *links, const char *name,
		   struct xfrm_link *link)
{
	struct nlmsghdr *request = begin(links, RTM_GETLINK, 0, 0);

	*link = (struct xfrm_link){ 0 };
	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	return call(links, request, take_link, link);
}

static void put_if_id(struct nlmsghdr *request, uint32_t if_id)
{
	struct nlattr *info = mnl_attr_nest_start(request, IFLA_LINKINFO);
	struct nlattr *data;

	mnl_attr_put_str(request, IFLA_INFO_KIND, XFRM_LINK_KIND);
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	mnl_attr_put_u32(request, IFLA_XFRM_IF_ID, if_id);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, info);
}

static int create(struct xfrm_links *links, const char *name, uint32_t if_id)
{
	struct nlmsghdr *request = begin(links, RTM_NEWLINK,
					 NLM_F_CREATE | NLM_F_EXCL, 0);

	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	mnl_attr_put_u32(request, IFLA_MTU, MTU);
	put_if_id(request, if_id);
	return call(links, request, NULL, NULL);
}

/* Marked before it is up: what is not marked was never in use. */
static int mark_and_raise(struct xfrm_links *links, int index)
{
	struct nlmsghdr *request = begin(links, RTM_SETLINK, 0, index);
	struct ifinfomsg *info = mnl_nlmsg_get_payload(request);

	info->ifi_flags = IFF_UP;
	info->ifi_change = IFF_UP;
	mnl_attr_put_strz(request, IFLA_IFALIAS, MARK);
	return call(links, request, NULL, NULL);
}

/* By its name where @index is 0; xfrm_links_error() stays as it is. */
static void unmake(struct xfrm_links *links, const char *name, int index)
{
	struct nlmsghdr *request = begin(links, RTM_DELLINK, 0, index);
	char error[NETLINK_ERROR_MAX];

	snprintf(error, sizeof(error), "%s", links->netlink.error);
	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	call(links, request, NULL, NULL);
	snprintf(links->netlink.error, sizeof(links->netlink.error), "%s", error);
}

static int ask(struct xfrm_links *links, const struct policy_ask *ask,
	       uint32_t *value)
{
	links->netlink.error[0] = '\0';
	return policy_ask(ask, value, links->netlink.error,
			  sizeof(links->netlink.error));
}

static int ask_for_one(struct xfrm_links *links, const char *name,
		       uint32_t if_id, struct xfrm_link *link)
{
	struct policy_ask order = { .type = POLICY_LINK_MAKE, .if_id = if_id };
	int result;

	snprintf(order.interface, sizeof(order.interface), "%s", name);
	result = ask(links, &order, NULL);
	return result ? result : xfrm_link_find(links, name, link);
}

int xfrm_link_make(struct xfrm_links *links, const char *name, uint32_t if_id,
		   struct xfrm_link *link)
{
	int result;

	if (policy_is_asked())
		return ask_for_one(links, name, if_id, link);
	result = create(links, name, if_id);
	if (result)
		return result;
	result = xfrm_link_find(links, name, link);
	if (!result)
		result = mark_and_raise(links, link->index);
	if (result)
		unmake(links, name, link->index);
	else
		link->marked = true;
	return result;
}

int xfrm_link_renumber(struct xfrm_links *links, int index, uint32_t if_id)
{
	struct nlmsghdr *request;

	if (policy_is_asked())
		return ask(links, &(struct policy_ask){
			.type = POLICY_LINK_RENUMBER, .index = index,
			.if_id = if_id }, NULL);
	request = begin(links, RTM_NEWLINK, 0, index);
	put_if_id(request, if_id);
	return call(links, request, NULL, NULL);
}

int xfrm_link_remove(struct xfrm_links *links, int index)
{
	int result;

	if (policy_is_asked())
		return ask(links, &(struct policy_ask){
			.type = POLICY_LINK_REMOVE, .index = index }, NULL);
	result = call(links, begin(links, RTM_DELLINK, 0, index), NULL, NULL);

	return result == -ENODEV ? 0 : result;
}
