// SPDX-License-Identifier: GPL-2.0
/*
 * How much a network namespace, and one socket of it, may have at a time (R7).
 *
 * Where the first user namespace owns the network namespace, it was made by root, and
 * the numbers bound what a fault may cost.  Anybody can make one in a user namespace of
 * his own: the numbers are small then, as ESP states and the ciphers of the crypto API
 * are not charged to any cgroup.
 */
#include <linux/limits.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#include "quota.h"

/* Of a socket for which nothing else was said. */
const struct pqike_quota pqike_quota_none = {
	.ike_sas = U32_MAX,
	.half_open = U32_MAX,
	.child_sas = U32_MAX,
};

static const struct pqike_quota of_host = {
	.ike_sas = 131072,
	.half_open = 4096,
	.child_sas = 262144,
	.connections = 65536,
	.traps = 65536,
	.policies = 786432,
};

static const struct pqike_quota of_user = {
	.ike_sas = 256,
	.half_open = 64,
	.child_sas = 512,
	.connections = 64,
	.traps = 128,
	.policies = 4096,
};

/**
 * pqike_quota_default() - what a network namespace may have unless something is set
 * @net: the namespace
 *
 * Context: any.
 * Return: never NULL.
 */
const struct pqike_quota *pqike_quota_default(const struct net *net)
{
	return net->user_ns == &init_user_ns ? &of_host : &of_user;
}
