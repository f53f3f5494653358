// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on what a network namespace may have (R7).
 */
#include <net/sock.h>

#include "connection.h"
#include "namespace.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "owner.h"
#include "quota.h"

/**
 * pqike_read_quota() - take the numbers that a message has
 * @nest: has them, or NULL
 * @quota: changed where @nest has one
 * @extack: says what is wrong with @nest
 *
 * Context: any.
 * Return: 0 or an error of nla_parse_nested().
 */
int pqike_read_quota(const struct nlattr *nest, struct pqike_quota *quota,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_QUOTA_MAX + 1];
	const struct {
		int type;
		u32 *number;
	} numbers[] = {
		{ PQIKE_A_QUOTA_IKE_SAS, &quota->ike_sas },
		{ PQIKE_A_QUOTA_HALF_OPEN, &quota->half_open },
		{ PQIKE_A_QUOTA_CHILD_SAS, &quota->child_sas },
		{ PQIKE_A_QUOTA_CONNECTIONS, &quota->connections },
		{ PQIKE_A_QUOTA_TRAPS, &quota->traps },
	};

	int err;

	if (!nest)
		return 0;
	err = nla_parse_nested(attrs, PQIKE_A_QUOTA_MAX, nest,
			       pqike_quota_nl_policy, extack);
	if (err)
		return err;
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct nlattr *number = attrs[numbers[i].type];

		if (number)
			*numbers[i].number = nla_get_u32(number);
	}
	return 0;
}

static bool is_within(const struct pqike_quota *quota,
		      const struct pqike_quota *limit)
{
	return quota->ike_sas <= limit->ike_sas &&
	       quota->half_open <= limit->half_open &&
	       quota->child_sas <= limit->child_sas &&
	       quota->connections <= limit->connections &&
	       quota->traps <= limit->traps;
}

/* Whoever made the namespace has any capability over it. */
static int check_quota(const struct sk_buff *skb, struct genl_info *info,
		       const struct pqike_quota *quota)
{
	if (is_within(quota, pqike_quota_default(genl_info_net(info))) ||
	    netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "more than the default takes CAP_NET_ADMIN in the first user namespace");
	return -EPERM;
}

static int put_quota(struct sk_buff *skb, int type,
		     const struct pqike_quota *quota)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    nla_put_u32(skb, PQIKE_A_QUOTA_IKE_SAS, quota->ike_sas) ||
	    nla_put_u32(skb, PQIKE_A_QUOTA_HALF_OPEN, quota->half_open) ||
	    nla_put_u32(skb, PQIKE_A_QUOTA_CHILD_SAS, quota->child_sas) ||
	    nla_put_u32(skb, PQIKE_A_QUOTA_CONNECTIONS, quota->connections) ||
	    nla_put_u32(skb, PQIKE_A_QUOTA_TRAPS, quota->traps))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int set_quota(const struct sk_buff *skb, struct genl_info *info,
		     struct pqike_net *pn)
{
	struct pqike_quota quota;
	int err;

	mutex_lock(&pn->owners.lock);
	quota = pn->quota;
	err = pqike_read_quota(info->attrs[PQIKE_A_USAGE_QUOTA], &quota,
			       info->extack);
	if (!err)
		err = check_quota(skb, info, &quota);
	if (!err)
		pn->quota = quota;
	mutex_unlock(&pn->owners.lock);
	return err;
}

static int put_usage(struct sk_buff *skb, struct pqike_net *pn)
{
	struct pqike_quota quota, used;

	mutex_lock(&pn->owners.lock);
	quota = pn->quota;
	used = pn->owners.used;
	mutex_unlock(&pn->owners.lock);
	used.connections = atomic_read(&pn->connections_by_name.nelems);
	used.traps = READ_ONCE(pn->traps.n);
	return put_quota(skb, PQIKE_A_USAGE_QUOTA, &quota) ?:
	       put_quota(skb, PQIKE_A_USAGE_USED, &used);
}

int pqike_nl_quota_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_net *pn = pqike_pernet(genl_info_net(info));
	struct pqike_reply reply;
	int err;

	err = pqike_reply_new(&reply, info,
			      2 * (PQIKE_ROOM(0) + 5 * PQIKE_ROOM_U32));
	if (err)
		return err;
	err = set_quota(skb, info, pn);
	if (!err)
		err = put_usage(reply.skb, pn);
	return pqike_reply_send(&reply, info, err);
}
