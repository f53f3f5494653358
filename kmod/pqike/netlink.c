// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: attributes in, one step of the state machine,
 * attributes out.  What goes out is never secret (R1): each attribute is put
 * by name, nothing is copied from an object as a whole.
 *
 * The reply is allocated before the step, so that no step is taken whose
 * result could not be told; and as large as that can get from what is there.
 * A reply that does not fit into the receive buffer of who asked is kept for the
 * same request again, see kept_reply.c; what was to begin with ike-sa-new ends.
 * Steps whose reply is a mere acknowledgment are seen in ike-sa-get.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <net/netlink.h>

#include "compat.h"
#include "connection.h"
#include "ike_sa.h"
#include "namespace.h"
#include "netlink-gen.h"
#include "netlink.h"

/**
 * pqike_reply_new() - begin a reply
 * @reply: receives it
 * @info: the request
 * @size: octets of all attributes, with their headers
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_reply_new(struct pqike_reply *reply, struct genl_info *info,
		    size_t size)
{
	reply->skb = genlmsg_new(size, GFP_KERNEL_ACCOUNT);
	if (!reply->skb)
		return -ENOMEM;
	reply->header = genlmsg_put_reply(reply->skb, info, &pqike_nl_family, 0,
					  info->genlhdr->cmd);
	if (reply->header)
		return 0;
	nlmsg_free(reply->skb);
	return -ENOMEM;
}

static int finish_reply(struct pqike_reply *reply, int err)
{
	if (err)
		nlmsg_free(reply->skb);
	else
		genlmsg_end(reply->skb, reply->header);
	return err;
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
	err = finish_reply(reply, err);
	return err ?: genlmsg_reply(reply->skb, info);
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
 * pqike_request_owner() - the authorised socket from which a request comes
 * @info: the request, which begin_request() has seen
 *
 * Context: any.
 * Return: valid while the request is served; or ERR_PTR() of -EPERM.
 */
struct pqike_owner *pqike_request_owner(struct genl_info *info)
{
	struct pqike_owner *owner = info->user_ptr[0];

	if (owner)
		return owner;
	NL_SET_ERR_MSG(info->extack, "this socket is not authorised");
	return ERR_PTR(-EPERM);
}

/**
 * pqike_check_admin() - whether a request may set or see policy
 * @skb: the request
 * @net: network namespace
 * @extack: says that it may not
 *
 * The family has no GENL_UNS_ADMIN_PERM, which refuses without a message.
 *
 * Context: any.
 * Return: 0, or -EPERM where the process has not CAP_NET_ADMIN over the namespace.
 */
int pqike_check_admin(const struct sk_buff *skb, struct net *net,
		      struct netlink_ext_ack *extack)
{
	if (netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "policy takes CAP_NET_ADMIN over the network namespace");
	return -EPERM;
}

/**
 * pqike_owner_or_admin() - who asks for what an administrator may do, too
 * @skb: the request
 * @net: network namespace
 * @extack: says that neither asks
 *
 * Context: any.
 * Return: NULL for a process with CAP_NET_ADMIN over the namespace; as
 * pqike_owner_of_socket(); or ERR_PTR() of -EPERM.
 */
const struct pqike_owner *pqike_owner_or_admin(const struct sk_buff *skb,
					       struct net *net,
					       struct netlink_ext_ack *extack)
{
	const struct pqike_owner *owner;

	if (netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN))
		return NULL;
	owner = pqike_owner_of_socket(&pqike_pernet(net)->owners,
				      NETLINK_CB(skb).sk,
				      NETLINK_CB(skb).portid);
	if (owner)
		return owner;
	NL_SET_ERR_MSG(extack,
		       "this socket is not authorised, nor has the process CAP_NET_ADMIN");
	return ERR_PTR(-EPERM);
}

/* Whether an operation asks pqike_request_owner() or pqike_owner_or_admin() itself. */
static bool is_protocol(u8 command)
{
	switch (command) {
	case PQIKE_CMD_IKE_SA_NEW:
	case PQIKE_CMD_IKE_SA_INIT:
	case PQIKE_CMD_IKE_SA_ADDITIONAL_KE:
	case PQIKE_CMD_IKE_SA_SEAL:
	case PQIKE_CMD_IKE_SA_OPEN:
	case PQIKE_CMD_IKE_SA_AUTH_MAKE:
	case PQIKE_CMD_IKE_SA_AUTH_VERIFY:
	case PQIKE_CMD_IKE_SA_DEL:
	case PQIKE_CMD_IKE_SA_GET:
	case PQIKE_CMD_IKE_SA_INHERIT:
	case PQIKE_CMD_IKE_SA_NOTE:
	case PQIKE_CMD_IKE_SA_ADOPT:
	case PQIKE_CMD_CHILD_SA_NEW:
	case PQIKE_CMD_CHILD_SA_KE:
	case PQIKE_CMD_CHILD_SA_INSTALL:
	case PQIKE_CMD_CHILD_SA_DEL:
	case PQIKE_CMD_CHILD_SA_UPDATE:
	case PQIKE_CMD_TRAP_GET:
	case PQIKE_CMD_STATS_GET:
		return true;
	}
	return false;
}

/*
 * Dumps have none of this: each checks for itself.  A request of policy holds no owner:
 * it may be the one that revokes it.
 */
static int begin_request(const struct pqike_genl_op *op, struct sk_buff *skb,
			 struct genl_info *info)
{
	struct net *net = genl_info_net(info);

	info->user_ptr[0] = NULL;
	if (!is_protocol(info->genlhdr->cmd))
		return pqike_check_admin(skb, net, info->extack);
	info->user_ptr[0] =
		pqike_owner_begin_request(&pqike_pernet(net)->owners,
					  NETLINK_CB(skb).sk,
					  NETLINK_CB(skb).portid);
	return 0;
}

static void end_request(const struct pqike_genl_op *op, struct sk_buff *skb,
			struct genl_info *info)
{
	if (info->user_ptr[0])
		pqike_owner_end_request(info->user_ptr[0]);
}

/**
 * pqike_check_owner() - whether somebody may act on an IKE SA
 * @sa: locked
 * @owner: who asks, NULL for who may act on any
 * @extack: says that it is not so
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_check_owner(const struct pqike_ike_sa *sa,
		      const struct pqike_owner *owner,
		      struct netlink_ext_ack *extack)
{
	if (!owner || sa->owned.owner == owner)
		return 0;
	NL_SET_ERR_MSG(extack, "the IKE SA does not belong to this socket");
	return -EPERM;
}

/**
 * pqike_check_shown() - whether somebody may see an IKE SA
 * @sa: locked
 * @owner: who asks, NULL for who may see any
 * @extack: says that it is not so
 *
 * What may be acted on or adopted may be seen.
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_check_shown(const struct pqike_ike_sa *sa,
		      const struct pqike_owner *owner,
		      struct netlink_ext_ack *extack)
{
	return pqike_ike_sa_is_orphan(sa) ? 0 :
		pqike_check_owner(sa, owner, extack);
}

/**
 * pqike_request_ike_sa() - the IKE SA that a request names
 * @info: the request
 * @owner: whose it has to be, NULL for anybody's; or ERR_PTR(), which is returned
 *
 * Context: may sleep.
 * Return: locked, to be given back with pqike_ike_sa_unlock(); or ERR_PTR() of
 * -EINVAL when none is named, -ENOENT when there is none, -EPERM when it is
 * another one's.
 */
struct pqike_ike_sa *pqike_request_ike_sa(struct genl_info *info,
					  const struct pqike_owner *owner)
{
	struct pqike_ike_sa *sa;
	u32 id;
	int err;

	if (IS_ERR(owner))
		return ERR_CAST(owner);
	err = request_ike_sa_id(info, &id);
	if (err)
		return ERR_PTR(err);
	sa = pqike_ike_sa_lock(genl_info_net(info), id, info->extack);
	if (!sa)
		return ERR_PTR(-ENOENT);
	err = pqike_check_owner(sa, owner, info->extack);
	if (!err)
		return sa;
	pqike_ike_sa_unlock(sa);
	return ERR_PTR(err);
}

/**
 * pqike_request_ike_sa_with_parent() - the IKE SA that a request names, and the
 *					one that it rekeys
 * @info: the request
 * @owner: whose both have to be, as of pqike_request_ike_sa()
 * @parent: receives the one that it rekeys, locked; or NULL
 *
 * Context: may sleep.
 * Return: locked, to be given back with pqike_ike_sa_unlock_with_parent(); or
 * as pqike_request_ike_sa().
 */
struct pqike_ike_sa *
pqike_request_ike_sa_with_parent(struct genl_info *info,
				 const struct pqike_owner *owner,
				 struct pqike_ike_sa **parent)
{
	struct pqike_ike_sa *sa;
	u32 id;
	int err;

	if (IS_ERR(owner))
		return ERR_CAST(owner);
	err = request_ike_sa_id(info, &id);
	if (err)
		return ERR_PTR(err);
	sa = pqike_ike_sa_lock_with_parent(genl_info_net(info), id, parent,
					   info->extack);
	if (!sa)
		return ERR_PTR(-ENOENT);
	err = pqike_check_owner(sa, owner, info->extack);
	if (!err && *parent)
		err = pqike_check_owner(*parent, owner, info->extack);
	if (!err)
		return sa;
	pqike_ike_sa_unlock_with_parent(sa, *parent);
	return ERR_PTR(err);
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

/* An IKE SA that rekeys none has no parent. */
static int lock_ike_sas(struct pqike_step *step, struct genl_info *info,
			const struct pqike_owner *owner, bool with_parent)
{
	step->sa = with_parent ?
		pqike_request_ike_sa_with_parent(info, owner, &step->parent) :
		pqike_request_ike_sa(info, owner);
	return PTR_ERR_OR_ZERO(step->sa);
}

/**
 * pqike_step_without_reply() - take a step whose only reply is its acknowledgment
 * @info: the request
 * @owner: whose the IKE SA has to be, as of pqike_request_ike_sa()
 * @kind: the step
 *
 * Context: may sleep.
 * Return: 0, an error of pqike_request_ike_sa(), or one of @kind->take().
 */
int pqike_step_without_reply(struct genl_info *info,
			     const struct pqike_owner *owner,
			     const struct pqike_step_kind *kind)
{
	struct pqike_step step = {};
	u64 begun;
	int err;

	err = lock_ike_sas(&step, info, owner, kind->with_parent);
	if (err)
		return err;
	begun = pqike_stats_begin();
	err = kind->take(&step, info);
	pqike_stats_operation(step.sa, kind->operation, begun, err);
	pqike_ike_sa_unlock_with_parent(step.sa, step.parent);
	return err;
}

static bool is_owners(const struct pqike_step *step)
{
	return step->sa->owned.owner == step->owner;
}

static int take_and_reply(struct pqike_step *step, struct genl_info *info, size_t room,
			  pqike_step_take *take)
{
	struct pqike_ike_sa *sa = step->sa;
	int err;

	err = pqike_reply_new(&step->reply, info,
			      nla_total_size(sizeof(sa->id)) + room);
	if (err)
		return err;
	if (is_owners(step))
		pqike_kept_reply_drop(&sa->kept_reply);
	err = nla_put_u32(step->reply.skb, PQIKE_A_IKE_SA_ID, sa->id);
	if (!err)
		err = take(step, info);
	err = finish_reply(&step->reply, err);
	return err ?: pqike_kept_reply_send(&sa->kept_reply, step->reply.skb,
					    info);
}

/**
 * pqike_step() - take a step of the IKE SA that a request names, and reply
 * @info: the request
 * @kind: the step
 *
 * Context: may sleep.
 * Return: 0; an error of pqike_request_owner(), pqike_request_ike_sa(),
 * pqike_reply_new() or of
 * @kind->take(); or one of genlmsg_reply(): the step is taken then, and the same
 * request again gets its reply.
 */
int pqike_step(struct genl_info *info, const struct pqike_step_kind *kind)
{
	struct pqike_step step = { .owner = pqike_request_owner(info) };
	size_t room;
	u64 begun;
	int err;

	if (IS_ERR(step.owner))
		return PTR_ERR(step.owner);
	err = lock_ike_sas(&step, info, kind->of_any ? NULL : step.owner,
			   kind->with_parent);
	if (err)
		return err;
	if (is_owners(&step) &&
	    pqike_kept_reply_is_of(&step.sa->kept_reply, info)) {
		err = pqike_kept_reply_repeat(&step.sa->kept_reply, info);
	} else {
		begun = pqike_stats_begin();
		room = kind->room +
		       (kind->more_room ? kind->more_room(step.sa, info) : 0);
		err = take_and_reply(&step, info, room, kind->take);
		pqike_stats_operation(step.sa, kind->operation, begun, err);
	}
	pqike_ike_sa_unlock_with_parent(step.sa, step.parent);
	return err;
}

struct genl_family pqike_nl_family __ro_after_init = {
	.name		= PQIKE_GENL_NAME,
	.version	= PQIKE_GENL_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.pre_doit	= begin_request,
	.post_doit	= end_request,
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
