// SPDX-License-Identifier: GPL-2.0
/* How much the kernel takes in this network namespace. */
#include <linux/pqike.h>

#include "kernel/kernel_call.h"
#include "kernel/kernel_read.h"

/* What is left out is the kernel's to say. */
static void put_number(struct nlmsghdr *request, uint16_t type, uint32_t number)
{
	if (number)
		mnl_attr_put_u32(request, type, number);
}

static void put_quota(struct nlmsghdr *request, const struct quota *quota)
{
	struct nlattr *nest = mnl_attr_nest_start(request, PQIKE_A_USAGE_QUOTA);

	put_number(request, PQIKE_A_QUOTA_IKE_SAS, quota->ike_sas);
	put_number(request, PQIKE_A_QUOTA_HALF_OPEN, quota->half_open);
	put_number(request, PQIKE_A_QUOTA_CHILD_SAS, quota->child_sas);
	put_number(request, PQIKE_A_QUOTA_CONNECTIONS, quota->connections);
	put_number(request, PQIKE_A_QUOTA_TRAPS, quota->traps);
	put_number(request, PQIKE_A_QUOTA_POLICIES, quota->policies);
	mnl_attr_nest_end(request, nest);
}

static void take_usage(const struct nlmsghdr *reply, void *arg)
{
	read_usage(reply, arg);
}

int kernel_quota_set(struct kernel *kernel, const struct quota *quota,
		     struct kernel_usage *usage)
{
	struct nlmsghdr *request = netlink_request(&kernel->netlink,
						   PQIKE_CMD_QUOTA_SET, 0);

	*usage = (struct kernel_usage){ 0 };
	if (quota)
		put_quota(request, quota);
	return kernel_call(kernel, request, take_usage, usage);
}
