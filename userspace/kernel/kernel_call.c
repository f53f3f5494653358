// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_call.h"

#include <errno.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel/kernel_module.h"

static void explain_open(const struct netlink *netlink, int result, char *error,
			 size_t error_size)
{
	if (result == -ENOENT)
		kernel_module_explain(error, error_size);
	else if (result == -EPROTONOSUPPORT)
		snprintf(error, error_size,
			 "the kernel module speaks version %u of its interface, this pqike version %d: install both from one release; what is installed is loaded after rmmod pqike, or a reboot",
			 netlink->version, PQIKE_GENL_VERSION);
	else
		snprintf(error, error_size, "netlink: %s", netlink->error);
}

struct kernel *kernel_open(char *error, size_t error_size)
{
	struct kernel *kernel = calloc(1, sizeof(*kernel));
	int result;

	if (!kernel) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	result = netlink_open(&kernel->netlink, PQIKE_GENL_NAME,
			      PQIKE_GENL_VERSION);
	if (result) {
		explain_open(&kernel->netlink, result, error, error_size);
		kernel_close(kernel);
		return NULL;
	}
	return kernel;
}

struct kernel *kernel_adopt(int fd, char *error, size_t error_size)
{
	struct kernel *kernel = calloc(1, sizeof(*kernel));
	int result;

	if (!kernel) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	result = netlink_adopt(&kernel->netlink, fd, PQIKE_GENL_NAME,
			       PQIKE_GENL_VERSION);
	if (result) {
		explain_open(&kernel->netlink, result, error, error_size);
		kernel_close(kernel);
		return NULL;
	}
	return kernel;
}

/* Only the supervisor can have its socket authorised. */
static bool find_again(struct kernel *kernel, char *error, size_t error_size)
{
	int result = netlink_find(&kernel->netlink, PQIKE_GENL_NAME,
				  PQIKE_GENL_VERSION);

	if (result) {
		explain_open(&kernel->netlink, result, error, error_size);
		return false;
	}
	if (!kernel_ask(kernel, &(struct policy_ask){
				.type = POLICY_AUTHORISE }, NULL))
		return true;
	snprintf(error, error_size, "%s", kernel_error(kernel));
	return false;
}

bool kernel_reopen(struct kernel *kernel, char *error, size_t error_size)
{
	int result;

	if (policy_is_asked())
		return find_again(kernel, error, error_size);
	netlink_close(&kernel->netlink);
	result = netlink_open(&kernel->netlink, PQIKE_GENL_NAME,
			      PQIKE_GENL_VERSION);
	if (result)
		explain_open(&kernel->netlink, result, error, error_size);
	return !result;
}

void kernel_close(struct kernel *kernel)
{
	if (!kernel)
		return;
	netlink_close(&kernel->netlink);
	free(kernel);
}

const char *kernel_error(const struct kernel *kernel)
{
	return kernel->netlink.error;
}

bool kernel_blames_message(const struct kernel *kernel)
{
	return kernel->result == -EINVAL || kernel->result == -EKEYREJECTED ||
	       kernel->result == -EBADMSG;
}

bool kernel_blames_key_exchange(const struct kernel *kernel)
{
	return kernel->result == -EKEYREJECTED || kernel->result == -EBADMSG;
}

/* More often a request is not repeated whose reply does not get here. */
#define REPEATS_MAX 3

/* The kernel keeps the reply of a step until it could deliver it. */
static int call_until_delivered(struct netlink *netlink, struct nlmsghdr *request,
				void (*each)(const struct nlmsghdr *reply, void *arg),
				void *arg)
{
	unsigned int repeats = 0;
	int result;

	do {
		result = netlink_call(netlink, request, each, arg);
	} while ((result == -ENOBUFS || result == -EAGAIN) &&
		 !netlink_is_dump(request) && repeats++ < REPEATS_MAX);
	return result;
}

/*
 * Operators meet EPERM more than any other refusal: name the remedy, unless the
 * kernel itself has said what it means.
 */
int kernel_call(struct kernel *kernel, struct nlmsghdr *request,
		void (*each)(const struct nlmsghdr *reply, void *arg), void *arg)
{
	struct netlink *netlink = &kernel->netlink;
	int result = call_until_delivered(netlink, request, each, arg);

	kernel->result = result;
	if (result == -ENOTCONN)
		snprintf(netlink->error, sizeof(netlink->error),
			 "the kernel module pqike is not there, or of another version");
	else if (result == -EPERM && !netlink->explained)
		snprintf(netlink->error, sizeof(netlink->error),
			 "no privilege: this needs CAP_NET_ADMIN (run as root)");
	return result;
}

int kernel_ask(struct kernel *kernel, const struct policy_ask *ask,
	       uint32_t *value)
{
	struct netlink *netlink = &kernel->netlink;

	netlink->error[0] = '\0';
	kernel->result = policy_ask(ask, value, netlink->error,
				    sizeof(netlink->error));
	return kernel->result;
}

int kernel_incomplete(struct kernel *kernel, const char *what)
{
	snprintf(kernel->netlink.error, sizeof(kernel->netlink.error),
		 "the kernel's reply has no %s: module and helper do not match",
		 what);
	return -EBADMSG;
}

struct nlmsghdr *kernel_ike_sa_request(struct kernel *kernel, uint8_t command,
				       uint32_t id)
{
	struct nlmsghdr *request = netlink_request(&kernel->netlink, command, 0);

	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_ID, id);
	return request;
}

static int ask_of_socket(struct kernel *kernel, uint8_t command, int fd)
{
	struct nlmsghdr *request = netlink_request(&kernel->netlink, command, 0);

	mnl_attr_put_u32(request, PQIKE_A_SOCKET_FD, (uint32_t)fd);
	return kernel_call(kernel, request, NULL, NULL);
}

int kernel_authorise(struct kernel *kernel, int fd)
{
	return ask_of_socket(kernel, PQIKE_CMD_AUTHORISE, fd);
}

int kernel_revoke(struct kernel *kernel, int fd)
{
	return ask_of_socket(kernel, PQIKE_CMD_REVOKE, fd);
}
