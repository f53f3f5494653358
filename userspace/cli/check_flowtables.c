// SPDX-License-Identifier: GPL-2.0
/*
 * Flowtables of nf_tables forward the packets of a flow from the ingress hook,
 * where no policy of xfrm is asked any more: a flow that is older than a tunnel
 * may go on beside it, and what comes in the clear and looks like one is let in.
 * A flow through an xfrm interface is one of that interface, and is not mistaken.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/check.h"
#include "kernel/netlink.h"

#define MESSAGE(type) (NFNL_SUBSYS_NFTABLES << 8 | (type))

struct flowtables {
	struct netlink netlink;
	char name[2 * NFT_NAME_MAXLEN]; /* "TABLE NAME" of the first in use; "": none */
};

static const char *text_of(const struct nlattr *attr)
{
	if (!attr || mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return "?";
	return mnl_attr_get_str(attr);
}

static bool has_devices(const struct nlattr *hook)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, hook)
		if (mnl_attr_get_type(attr) == NFTA_FLOWTABLE_HOOK_DEVS)
			return mnl_attr_get_payload_len(attr);
	return false;
}

/* Without a rule that fills it, or a device, a flowtable forwards nothing. */
static bool forwards(const struct nlattr *hook, const struct nlattr *use)
{
	return hook && has_devices(hook) && use &&
	       mnl_attr_validate(use, MNL_TYPE_U32) == 0 &&
	       mnl_attr_get_u32(use);
}

static void take(const struct nlmsghdr *reply, void *arg)
{
	const struct nlattr *attributes[NFTA_FLOWTABLE_MAX + 1] = { NULL };
	struct flowtables *tables = arg;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) <= NFTA_FLOWTABLE_MAX)
			attributes[mnl_attr_get_type(attr)] = attr;
	if (*tables->name || !forwards(attributes[NFTA_FLOWTABLE_HOOK],
				       attributes[NFTA_FLOWTABLE_USE]))
		return;
	snprintf(tables->name, sizeof(tables->name), "%s %s",
		 text_of(attributes[NFTA_FLOWTABLE_TABLE]),
		 text_of(attributes[NFTA_FLOWTABLE_NAME]));
}

/* Return: 0, also of a kernel without nf_tables, or a negative errno. */
static int dump(struct flowtables *tables)
{
	struct netlink *netlink = &tables->netlink;
	struct nlmsghdr *request;
	struct nfgenmsg *header;
	int error;

	error = netlink_open_protocol(netlink, NETLINK_NETFILTER,
				      MESSAGE(NFT_MSG_NEWFLOWTABLE));
	if (error)
		return error == -EPROTONOSUPPORT ? 0 : error;
	request = netlink_begin(netlink, MESSAGE(NFT_MSG_GETFLOWTABLE),
				NLM_F_DUMP);
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->nfgen_family = AF_UNSPEC;
	header->version = NFNETLINK_V0;
	error = netlink_call(netlink, request, take, tables);
	/* nfnetlink's word for what nobody serves */
	return error == -EINVAL || error == -EOPNOTSUPP ? 0 : error;
}

/* Return: whether its packets are forwarded by policies alone. */
static bool is_by_policies(const struct child_config *child)
{
	return child->mode == MODE_TUNNEL && !*child->xfrm_interface &&
	       !child->if_id_in && !child->if_id_out;
}

/* Return: how many children are; @first is one of them. */
static size_t count_children(const struct config *config,
			     const struct child_config **first)
{
	const struct connection_config *connection =
		config ? config->connections : NULL;
	size_t n = 0;

	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (is_by_policies(&connection->children[i]) && !n++)
				*first = &connection->children[i];
	return n;
}

static void judge(const struct flowtables *tables, const struct config *config,
		  struct check_result *result)
{
	const struct child_config *child = NULL;
	size_t n = count_children(config, &child);

	if (!*tables->name || !child) {
		check_say(result, CHECK_OK, *tables->name ?
			  "no child depends on policies that one would bypass" :
			  "none forwards packets past the policies");
		return;
	}
	check_say(result, CHECK_WARNING, "child %s.%s: the flowtable %.64s of nft "
		  "forwards past its policies: flows older than the tunnel may stay "
		  "in the clear, and packets in the clear that fit a flow are let in",
		  child->connection->name, child->name, tables->name);
	check_more(result, n - 1);
	check_remedy(result, "before its flow add, have the child's networks leave "
		     "the chain: ip daddr NETWORK return, and saddr; or "
		     "xfrm_interface = ipsec0");
}

void check_flowtables(const struct check_context *context,
		      struct check_result *result)
{
	struct flowtables *tables = calloc(1, sizeof(*tables));

	if (!tables) {
		check_say(result, CHECK_FAILED, "out of memory");
		check_remedy(result, "free some");
		return;
	}
	if (dump(tables)) {
		check_say(result, CHECK_WARNING, "nf_tables cannot be asked: %s",
			  tables->netlink.error);
		check_remedy(result, "run pqike check as root");
	} else {
		judge(tables, context->config, result);
	}
	netlink_close(&tables->netlink);
	free(tables);
}
