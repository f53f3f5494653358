// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on traps.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "child_config.h"
#include "compat.h"
#include "connection.h"
#include "esp.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink_esp.h"
#include "trap.h"

/* 0 when the request has none. */
static u32 request_reqid(struct nlattr **attrs)
{
	return nla_get_u32_default(attrs[PQIKE_A_CHILD_SA_REQID], 0);
}

static int put_reqid(struct sk_buff *skb, u32 reqid)
{
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_TRAP_CHILD_SA);

	if (!nest || nla_put_u32(skb, PQIKE_A_CHILD_SA_REQID, reqid))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* To set it again is no other trap: a reply may be lost. */
static int set_and_reply(const struct pqike_esp *esp, struct genl_info *info)
{
	struct pqike_reply reply;
	u32 reqid;
	int err;

	err = pqike_reply_new(&reply, info, PQIKE_ROOM(0) + PQIKE_ROOM_U32);
	if (err)
		return err;
	err = pqike_trap_set(genl_info_net(info), esp, &reqid, info->extack);
	if (!err)
		err = put_reqid(reply.skb, reqid);
	return pqike_reply_send(&reply, info, err);
}

static int check_trap(const struct pqike_child_config *config,
		      const struct pqike_esp *esp,
		      struct netlink_ext_ack *extack)
{
	if (config->trap)
		return pqike_child_config_check_mode(config, esp, extack);
	NL_SET_ERR_MSG(extack, "the child has no trap");
	return -EPERM;
}

/* @esp receives what policies are made of. */
static int read_trap(struct genl_info *info,
		     const struct pqike_connection *connection,
		     struct pqike_esp *esp)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_config *config;
	const char *name;
	int err;

	err = pqike_request_child_attrs(info, PQIKE_A_TRAP_CHILD_SA, attrs);
	if (!err)
		err = pqike_read_child_name(attrs, &name, info->extack);
	if (!err)
		err = pqike_read_endpoints(attrs, &esp->family, &esp->local,
					   &esp->remote, info->extack);
	if (!err)
		err = pqike_connection_check_endpoints(connection, esp->family,
						       &esp->local,
						       &esp->remote,
						       info->extack);
	if (err)
		return err;
	esp->transport = pqike_read_transport(attrs[PQIKE_A_CHILD_SA_MODE]);
	config = pqike_connection_child(connection, name, info->extack);
	if (IS_ERR(config))
		return PTR_ERR(config);
	err = check_trap(config, esp, info->extack);
	esp->child_reqid = config->reqid;
	esp->options = config->options;
	pqike_child_config_select(config, esp);
	pqike_child_config_put(config);
	return err;
}

int pqike_nl_trap_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_connection *connection;
	struct pqike_esp *esp;
	int err = -ENOMEM;

	connection = pqike_request_connection(info, PQIKE_A_TRAP_CONNECTION);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	esp = kzalloc_obj(*esp, GFP_KERNEL);
	if (!esp)
		goto put_connection;
	err = read_trap(info, connection, esp);
	if (!err)
		err = set_and_reply(esp, info);
	kfree(esp);
put_connection:
	pqike_connection_put(connection);
	return err;
}

int pqike_nl_trap_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	int err;

	err = pqike_request_child_attrs(info, PQIKE_A_TRAP_CHILD_SA, attrs);
	if (err)
		return err;
	return pqike_trap_del(genl_info_net(info), request_reqid(attrs),
			      info->extack);
}

static int put_trap(struct sk_buff *skb, struct net *net,
		    const struct pqike_esp *esp)
{
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_TRAP_CHILD_SA);

	if (!nest || nla_put_u32(skb, PQIKE_A_CHILD_SA_REQID, esp->child_reqid) ||
	    pqike_put_endpoints(skb, esp) || pqike_put_policies(skb, esp))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return pqike_put_flag(skb, PQIKE_A_TRAP_WAITING,
			      pqike_trap_waits(net, esp));
}

/* What put_trap() puts. */
static size_t room_for_trap(const struct pqike_esp *esp)
{
	return PQIKE_ROOM(0) + PQIKE_ROOM_U32 + PQIKE_ROOM_ENDPOINTS +
	       pqike_room_for_policies(esp) + PQIKE_ROOM(0);
}

static int reply_trap(struct genl_info *info, const struct pqike_esp *esp)
{
	struct pqike_reply reply;
	int err;

	err = pqike_reply_new(&reply, info, room_for_trap(esp));
	if (err)
		return err;
	return pqike_reply_send(&reply, info,
				put_trap(reply.skb, genl_info_net(info), esp));
}

int pqike_nl_trap_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	const struct pqike_owner *owner;
	struct pqike_esp *esp;
	u32 reqid;
	int err;

	owner = pqike_owner_or_admin(skb, genl_info_net(info), info->extack);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	err = pqike_request_child_attrs(info, PQIKE_A_TRAP_CHILD_SA, attrs);
	if (err)
		return err;
	esp = kzalloc_obj(*esp, GFP_KERNEL);
	if (!esp)
		return -ENOMEM;
	reqid = request_reqid(attrs);
	if (pqike_trap_next(genl_info_net(info), reqid, esp) &&
	    esp->child_reqid == reqid) {
		err = reply_trap(info, esp);
	} else {
		NL_SET_ERR_MSG(info->extack, "the reqid has no trap");
		err = -ENOENT;
	}
	kfree(esp);
	return err;
}

static int dump_trap(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct pqike_esp *esp)
{
	void *header;
	int err;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &pqike_nl_family, NLM_F_MULTI,
			     PQIKE_CMD_TRAP_GET);
	if (!header)
		return -EMSGSIZE;
	err = put_trap(skb, sock_net(skb->sk), esp);
	if (err)
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);
	return err;
}

int pqike_nl_trap_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(skb->sk);
	u32 shown = cb->args[0];	/* the last one; none has 0 */
	const struct pqike_owner *owner;
	struct pqike_esp *esp;
	int err = 0;

	owner = pqike_owner_or_admin(cb->skb, net, cb->extack);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	esp = kzalloc_obj(*esp, GFP_KERNEL);
	if (!esp)
		return -ENOMEM;
	while (!err && shown != U32_MAX &&
	       pqike_trap_next(net, shown + 1, esp)) {
		err = dump_trap(skb, cb, esp);
		if (!err)
			shown = esp->child_reqid;
	}
	cb->args[0] = shown;
	kfree(esp);
	/* One that does not fit into an empty message never will. */
	return skb->len ?: err;
}
