/* SPDX-License-Identifier: GPL-2.0 */
/* What the functions of kernel.h share: requests and how they fail. */
#ifndef PQIKE_KERNEL_CALL_H
#define PQIKE_KERNEL_CALL_H

#include "kernel/kernel.h"
#include "kernel/netlink.h"
#include "kernel/policy_ask.h"

struct kernel {
	struct netlink netlink;
	int result; /* of the last call */
};

/* Send a request; @each may be NULL.  Return: 0 or a negative errno. */
int kernel_call(struct kernel *kernel, struct nlmsghdr *request,
		void (*each)(const struct nlmsghdr *reply, void *arg), void *arg);

/**
 * kernel_ask() - have the supervisor do what takes a right
 * @ask: see policy_ask()
 * @value: likewise
 *
 * Only where policy_is_asked().  Return: 0 or a negative errno.
 */
int kernel_ask(struct kernel *kernel, const struct policy_ask *ask,
	       uint32_t *value);

/* A reply lacks what the caller cannot do without.  Return: -EBADMSG. */
int kernel_incomplete(struct kernel *kernel, const char *what);

/* Begin a request about IKE SA @id. */
struct nlmsghdr *kernel_ike_sa_request(struct kernel *kernel, uint8_t command,
				       uint32_t id);

#endif
