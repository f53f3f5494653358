// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on traps.
 */
#include "netlink-gen.h"
#include "netlink.h"

static int refuse(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "this kernel module installs no traps");
	return -EOPNOTSUPP;
}

int pqike_nl_trap_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return refuse(info->extack);
}

int pqike_nl_trap_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return refuse(info->extack);
}

int pqike_nl_trap_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return refuse(info->extack);
}

int pqike_nl_trap_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return refuse(cb->extack);
}
