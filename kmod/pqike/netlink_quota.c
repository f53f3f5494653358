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

static const struct {
	int type;
	size_t offset; /* of struct pqike_quota */
} numbers[] = {
	{ PQIKE_A_QUOTA_IKE_SAS, offsetof(struct pqike_quota, ike_sas) },
	{ PQIKE_A_QUOTA_HALF_OPEN, offsetof(struct pqike_quota, half_open) },
	{ PQIKE_A_QUOTA_CHILD_SAS, offsetof(struct pqike_quota, child_sas) },
	{ PQIKE_A_QUOTA_CONNECTIONS, offsetof(struct pqike_quota, connections) },
	{ PQIKE_A_QUOTA_TRAPS, offsetof(struct pqike_quota, traps) },
	{ PQIKE_A_QUOTA_POLICIES, offsetof(struct pqike_quota, policies) },
};

static int parse_quota(struct nlattr **attrs, const struct nlattr *nest,
		       struct netlink_ext_ack *extack)
{
	return nla_parse_nested(attrs, PQIKE_A_QUOTA_MAX, nest,
				pqike_quota_nl_policy, extack);
}

static void take_numbers(struct nlattr **attrs, struct pqike_quota *quota)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct nlattr *number = attrs[numbers[i].type];
		u32 *place = (void *)quota + numbers[i].offset;

		if (number)
			*place = nla_get_u32(number);
	}
}

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
	int err;

	if (!nest)
		return 0;
	err = parse_quota(attrs, nest, extack);
	if (!err)
		take_numbers(attrs, quota);
	return err;
}

/* Return: a number that is more than the one of @limit, NULL: there is none. */
static const struct nlattr *find_excess(struct nlattr **attrs,
					const struct pqike_quota *limit)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct nlattr *number = attrs[numbers[i].type];
		const u32 *max = (const void *)limit + numbers[i].offset;

		if (number && nla_get_u32(number) > *max)
			return number;
	}
	return NULL;
}

/* Whoever made the namespace has any capability over it. */
static int check_quota(const struct sk_buff *skb, struct genl_info *info,
		       struct nlattr **attrs)
{
	const struct nlattr *excess =
		find_excess(attrs, pqike_quota_default(genl_info_net(info)));

	if (!excess || netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, excess,
			    "more than the default takes CAP_NET_ADMIN in the first user namespace");
	return -EPERM;
}

static int put_quota(struct sk_buff *skb, int type,
		     const struct pqike_quota *quota)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		const u32 *number = (const void *)quota + numbers[i].offset;

		if (nla_put_u32(skb, numbers[i].type, *number))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* What is not said is the default, so that this stands here alone. */
static int set_quota(const struct sk_buff *skb, struct genl_info *info,
		     struct pqike_net *pn)
{
	struct pqike_quota quota = *pqike_quota_default(genl_info_net(info));
	const struct nlattr *nest = info->attrs[PQIKE_A_USAGE_QUOTA];
	struct nlattr *attrs[PQIKE_A_QUOTA_MAX + 1];
	int err;

	if (!nest)
		return 0;
	err = parse_quota(attrs, nest, info->extack);
	if (!err)
		err = check_quota(skb, info, attrs);
	if (err)
		return err;
	take_numbers(attrs, &quota);

	mutex_lock(&pn->owners.lock);
	pn->quota = quota;
	mutex_unlock(&pn->owners.lock);
	return 0;
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
	used.policies = pqike_policy_registry_count(&pn->policies);
	return put_quota(skb, PQIKE_A_USAGE_QUOTA, &quota) ?:
	       put_quota(skb, PQIKE_A_USAGE_USED, &used);
}

int pqike_nl_quota_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_net *pn = pqike_pernet(genl_info_net(info));
	struct pqike_reply reply;
	int err;

	err = pqike_reply_new(&reply, info,
			      2 * (PQIKE_ROOM(0) +
				   ARRAY_SIZE(numbers) * PQIKE_ROOM_U32));
	if (err)
		return err;
	err = set_quota(skb, info, pn);
	if (!err)
		err = put_usage(reply.skb, pn);
	return pqike_reply_send(&reply, info, err);
}
