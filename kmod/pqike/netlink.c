// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: attributes in, one step of the state machine,
 * attributes out.  What goes out is never secret (R1): each attribute is put
 * by name, nothing is copied from an object as a whole.
 *
 * The reply is allocated before the step, so that no step is taken whose
 * result could not be told.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <net/netlink.h>

#include "connection.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

/* Room for the attributes of a reply that have no length of their own. */
#define REPLY_FIXED	256

/**
 * pqike_reply_new() - begin a reply
 * @reply: receives it
 * @info: the request
 * @size: octets of the attributes of variable length
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_reply_new(struct pqike_reply *reply, struct genl_info *info,
		    size_t size)
{
	reply->skb = genlmsg_new(REPLY_FIXED + size, GFP_KERNEL);
	if (!reply->skb)
		return -ENOMEM;
	reply->header = genlmsg_put_reply(reply->skb, info, &pqike_nl_family, 0,
					  info->genlhdr->cmd);
	if (reply->header)
		return 0;
	nlmsg_free(reply->skb);
	return -ENOMEM;
}

/**
 * pqike_reply_send() - send a reply, or drop it
 * @reply: begun with pqike_reply_new()
 * @info: the request
 * @err: of the step or of filling the reply; it is dropped then
 *
 * Context: may sleep.
 * Return: @err, or an error of genlmsg_reply().
 */
int pqike_reply_send(struct pqike_reply *reply, struct genl_info *info, int err)
{
	if (err) {
		nlmsg_free(reply->skb);
		return err;
	}
	genlmsg_end(reply->skb, reply->header);
	return genlmsg_reply(reply->skb, info);
}

static int request_ike_sa_id(struct genl_info *info, u32 *id)
{
	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_ID)) {
		NL_SET_ERR_MSG(info->extack, "the number of the IKE SA is missing");
		return -EINVAL;
	}
	*id = nla_get_u32(info->attrs[PQIKE_A_IKE_SA_ID]);
	return 0;
}

/**
 * pqike_request_ike_sa() - the IKE SA that a request names
 * @info: the request
 *
 * Context: may sleep.
 * Return: locked, to be given back with pqike_ike_sa_unlock(); or ERR_PTR() of
 * -EINVAL when none is named, -ENOENT when there is none.
 */
struct pqike_ike_sa *pqike_request_ike_sa(struct genl_info *info)
{
	struct pqike_ike_sa *sa;
	u32 id;
	int err;

	err = request_ike_sa_id(info, &id);
	if (err)
		return ERR_PTR(err);
	sa = pqike_ike_sa_lock(genl_info_net(info), id, info->extack);
	return sa ?: ERR_PTR(-ENOENT);
}

/**
 * pqike_request_ike_sa_with_parent() - the IKE SA that a request names, and the
 *					one that it rekeys
 * @info: the request
 * @parent: receives the one that it rekeys, locked; or NULL
 *
 * Context: may sleep.
 * Return: locked, to be given back with pqike_ike_sa_unlock_with_parent(); or
 * as pqike_request_ike_sa().
 */
struct pqike_ike_sa *
pqike_request_ike_sa_with_parent(struct genl_info *info,
				 struct pqike_ike_sa **parent)
{
	struct pqike_ike_sa *sa;
	u32 id;
	int err;

	err = request_ike_sa_id(info, &id);
	if (err)
		return ERR_PTR(err);
	sa = pqike_ike_sa_lock_with_parent(genl_info_net(info), id, parent,
					   info->extack);
	return sa ?: ERR_PTR(-ENOENT);
}

/**
 * pqike_request_connection() - the connection that a request names
 * @info: the request
 * @attribute: which attribute has the name
 *
 * Context: may sleep.
 * Return: with a reference; or ERR_PTR() of -EINVAL when none is named,
 * -ENOENT when there is none.
 */
struct pqike_connection *pqike_request_connection(struct genl_info *info,
						  int attribute)
{
	struct pqike_connection *connection;

	if (GENL_REQ_ATTR_CHECK(info, attribute)) {
		NL_SET_ERR_MSG(info->extack, "the name of the connection is missing");
		return ERR_PTR(-EINVAL);
	}
	connection = pqike_connection_find(genl_info_net(info),
					   nla_data(info->attrs[attribute]));
	if (connection)
		return connection;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attribute],
			    "no connection of this name");
	return ERR_PTR(-ENOENT);
}

static int begin_reply(struct pqike_step *step, struct genl_info *info,
		       size_t size)
{
	int err;

	err = pqike_reply_new(&step->reply, info, size);
	if (err)
		goto unlock;
	err = nla_put_u32(step->reply.skb, PQIKE_A_IKE_SA_ID, step->sa->id);
	if (!err)
		return 0;
	nlmsg_free(step->reply.skb);
unlock:
	pqike_ike_sa_unlock_with_parent(step->sa, step->parent);
	return err;
}

/**
 * pqike_step_begin() - lock the IKE SA of a request and begin the reply
 * @step: receives both
 * @info: the request
 * @size: octets of the reply's attributes of variable length
 *
 * Context: may sleep.
 * Return: 0, after which pqike_step_end() must follow; or an error of
 * pqike_request_ike_sa() or pqike_reply_new().
 */
int pqike_step_begin(struct pqike_step *step, struct genl_info *info,
		     size_t size)
{
	step->parent = NULL;
	step->sa = pqike_request_ike_sa(info);
	if (IS_ERR(step->sa))
		return PTR_ERR(step->sa);
	return begin_reply(step, info, size);
}

/**
 * pqike_step_begin_with_parent() - the same, with the IKE SA that is rekeyed
 * @step: receives all
 * @info: the request
 * @size: octets of the reply's attributes of variable length
 *
 * Context: may sleep.
 * Return: as pqike_step_begin().
 */
int pqike_step_begin_with_parent(struct pqike_step *step,
				 struct genl_info *info, size_t size)
{
	step->sa = pqike_request_ike_sa_with_parent(info, &step->parent);
	if (IS_ERR(step->sa))
		return PTR_ERR(step->sa);
	return begin_reply(step, info, size);
}

/**
 * pqike_step_end() - send the reply or drop it, and unlock the IKE SA
 * @step: begun with pqike_step_begin() or pqike_step_begin_with_parent()
 * @info: the request
 * @err: as for pqike_reply_send()
 *
 * Context: may sleep.
 * Return: as pqike_reply_send().
 */
int pqike_step_end(struct pqike_step *step, struct genl_info *info, int err)
{
	err = pqike_reply_send(&step->reply, info, err);
	pqike_ike_sa_unlock_with_parent(step->sa, step->parent);
	return err;
}

struct genl_family pqike_nl_family __ro_after_init = {
	.name		= PQIKE_GENL_NAME,
	.version	= PQIKE_GENL_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= pqike_nl_ops,
	.n_ops		= ARRAY_SIZE(pqike_nl_ops),
};

/**
 * pqike_netlink_register() - offer the family
 *
 * Context: module init; may sleep.
 * Return: 0 or an error of genl_register_family().
 */
int pqike_netlink_register(void)
{
	return genl_register_family(&pqike_nl_family);
}

/**
 * pqike_netlink_unregister() - take the family back; no step runs afterwards
 *
 * Context: module exit; may sleep.
 */
void pqike_netlink_unregister(void)
{
	genl_unregister_family(&pqike_nl_family);
}
