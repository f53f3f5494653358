// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink operation that shows what was counted.  What is 0 is left out.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "compat.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "stats.h"

/* Octets of everything, nothing being 0. */
#define ROOM_METHOD	(PQIKE_ROOM(0) + PQIKE_ROOM_U16 + PQIKE_ROOM_U64)
#define ROOM_HANDSHAKE	(PQIKE_ROOM(0) + PQIKE_ROOM_U32 + 3 * PQIKE_ROOM_U64 +	\
			 PQIKE_STATS_METHODS * ROOM_METHOD)
#define ROOM_FAILURE	(PQIKE_ROOM(0) + PQIKE_ROOM_U32 + PQIKE_ROOM_U64)
#define ROOM_OPERATION	(PQIKE_ROOM(0) + PQIKE_ROOM_U32 + 3 * PQIKE_ROOM_U64)
#define ROOM_STATS	(PQIKE_ROOM_U32 + PQIKE_HANDSHAKES * ROOM_HANDSHAKE +	\
			 PQIKE_FAILURE_CAUSES * ROOM_FAILURE +			\
			 PQIKE_OPERATIONS * ROOM_OPERATION)

static int put_method(struct sk_buff *skb, u16 method, u64 count)
{
	struct nlattr *nest;

	if (!count)
		return 0;
	nest = nla_nest_start(skb, PQIKE_A_HANDSHAKE_STATS_METHOD);
	if (!nest || nla_put_u16(skb, PQIKE_A_METHOD_STATS_KE_METHOD, method) ||
	    nla_put_u64_64bit(skb, PQIKE_A_METHOD_STATS_COUNT, count,
			      PQIKE_A_METHOD_STATS_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_count(struct sk_buff *skb, int attribute, u64 count)
{
	return count ? nla_put_u64_64bit(skb, attribute, count,
					 PQIKE_A_HANDSHAKE_STATS_PAD) : 0;
}

static int put_handshake(struct sk_buff *skb, enum pqike_handshake handshake,
			 const u64 *counts)
{
	struct nlattr *nest;

	if (!counts[PQIKE_HANDSHAKE_MADE])
		return 0;
	nest = nla_nest_start(skb, PQIKE_A_STATS_HANDSHAKE);
	if (!nest ||
	    nla_put_u32(skb, PQIKE_A_HANDSHAKE_STATS_HANDSHAKE, handshake) ||
	    put_count(skb, PQIKE_A_HANDSHAKE_STATS_COUNT,
		      counts[PQIKE_HANDSHAKE_MADE]) ||
	    put_count(skb, PQIKE_A_HANDSHAKE_STATS_WITHOUT_ML_KEM,
		      counts[PQIKE_HANDSHAKE_WITHOUT_ML_KEM]) ||
	    put_count(skb, PQIKE_A_HANDSHAKE_STATS_DROPPED_ML_KEM,
		      counts[PQIKE_HANDSHAKE_DROPPED_ML_KEM]))
		return -EMSGSIZE;
	counts += PQIKE_HANDSHAKE_METHODS;
	for (unsigned int i = 0; i < PQIKE_STATS_METHODS; i++) {
		if (put_method(skb, pqike_stats_methods[i], counts[i]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_failure(struct sk_buff *skb, enum pqike_failure_cause cause,
		       u64 count)
{
	struct nlattr *nest;

	if (!count)
		return 0;
	nest = nla_nest_start(skb, PQIKE_A_STATS_FAILURE);
	if (!nest || nla_put_u32(skb, PQIKE_A_FAILURE_STATS_CAUSE, cause) ||
	    nla_put_u64_64bit(skb, PQIKE_A_FAILURE_STATS_COUNT, count,
			      PQIKE_A_FAILURE_STATS_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_operation(struct sk_buff *skb, enum pqike_operation operation,
			 const struct pqike_stats *stats)
{
	const u64 count = stats->counts[PQIKE_COUNT_OPERATION + operation];
	const u64 failed = stats->counts[PQIKE_COUNT_FAILED + operation];
	struct nlattr *nest;

	if (!count)
		return 0;
	nest = nla_nest_start(skb, PQIKE_A_STATS_OPERATION);
	if (!nest ||
	    nla_put_u32(skb, PQIKE_A_OPERATION_STATS_OPERATION, operation) ||
	    nla_put_u64_64bit(skb, PQIKE_A_OPERATION_STATS_COUNT, count,
			      PQIKE_A_OPERATION_STATS_PAD) ||
	    (failed && nla_put_u64_64bit(skb, PQIKE_A_OPERATION_STATS_FAILED,
					 failed, PQIKE_A_OPERATION_STATS_PAD)) ||
	    nla_put_u64_64bit(skb, PQIKE_A_OPERATION_STATS_NANOSECONDS,
			      stats->ns[operation], PQIKE_A_OPERATION_STATS_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_stats(struct sk_buff *skb, const struct pqike_stats *stats)
{
	const u64 *counts = stats->counts;
	int err = 0;

	for (unsigned int i = 0; !err && i < PQIKE_HANDSHAKES; i++)
		err = put_handshake(skb, i, counts + PQIKE_COUNT_HANDSHAKE +
				    i * PQIKE_HANDSHAKE_COUNTS);
	for (unsigned int i = 0; !err && i < PQIKE_FAILURE_CAUSES; i++)
		err = put_failure(skb, i, counts[PQIKE_COUNT_FAILURE + i]);
	for (unsigned int i = 0; !err && i < PQIKE_OPERATIONS; i++)
		err = put_operation(skb, i, stats);
	return err;
}

static int put_ike_sa_stats(struct sk_buff *skb, const struct pqike_ike_sa *sa,
			    struct pqike_stats *stats)
{
	pqike_stats_of_ike_sa(sa, stats);
	return nla_put_u32(skb, PQIKE_A_STATS_ID, sa->id) ?:
	       put_stats(skb, stats);
}

static int show_ike_sa(struct pqike_reply *reply, struct sk_buff *skb,
		       struct genl_info *info, u32 id, struct pqike_stats *stats)
{
	struct net *net = genl_info_net(info);
	const struct pqike_owner *owner;
	struct pqike_ike_sa *sa;
	int err;

	owner = pqike_owner_or_admin(skb, net, info->extack);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	sa = pqike_ike_sa_lock(net, id, info->extack);
	if (!sa)
		return -ENOENT;
	err = pqike_check_shown(sa, owner, info->extack);
	if (!err)
		err = put_ike_sa_stats(reply->skb, sa, stats);
	pqike_ike_sa_unlock(sa);
	return err;
}

static int show_net(struct pqike_reply *reply, struct sk_buff *skb,
		    struct genl_info *info, struct pqike_stats *stats)
{
	struct net *net = genl_info_net(info);
	int err;

	err = pqike_check_admin(skb, net, info->extack);
	if (err)
		return err;
	pqike_stats_of_net(net, stats);
	return put_stats(reply->skb, stats);
}

int pqike_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *id = info->attrs[PQIKE_A_STATS_ID];
	struct pqike_stats *stats;
	struct pqike_reply reply;
	int err;

	stats = kmalloc_obj(*stats, GFP_KERNEL);
	if (!stats)
		return -ENOMEM;
	err = pqike_reply_new(&reply, info, ROOM_STATS);
	if (err)
		goto free;
	err = id ? show_ike_sa(&reply, skb, info, nla_get_u32(id), stats) :
		   show_net(&reply, skb, info, stats);
	err = pqike_reply_send(&reply, info, err);
free:
	kfree(stats);
	return err;
}

static int dump_ike_sa(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct pqike_ike_sa *sa, struct pqike_stats *stats)
{
	void *header;
	int err;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &pqike_nl_family, NLM_F_MULTI,
			     PQIKE_CMD_STATS_GET);
	if (!header)
		return -EMSGSIZE;
	err = put_ike_sa_stats(skb, sa, stats);
	if (err)
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);
	return err;
}

int pqike_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(skb->sk);
	unsigned long id = cb->args[0];
	const struct pqike_owner *owner;
	struct pqike_stats *stats;
	struct pqike_ike_sa *sa;
	int err = 0;

	owner = pqike_owner_or_admin(cb->skb, net, cb->extack);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	stats = kmalloc_obj(*stats, GFP_KERNEL);
	if (!stats)
		return -ENOMEM;
	while (!err && (sa = pqike_ike_sa_lock_next(net, &id))) {
		if (!pqike_check_shown(sa, owner, NULL))
			err = dump_ike_sa(skb, cb, sa, stats);
		if (!err)
			id++;
		pqike_ike_sa_unlock(sa);
	}
	cb->args[0] = id;
	kfree(stats);
	/* One that does not fit into an empty message never will. */
	return skb->len ?: err;
}
