// SPDX-License-Identifier: GPL-2.0
/*
 * Ask xfrm to move an outbound ESP state of tunnel mode to another address.
 *
 * usage: xfrm_migrate policy SRC DST NEW_SRC NEW_DST REQID SEL_SRC SEL_DST
 *        xfrm_migrate state SRC DST NEW_SRC NEW_DST REQID SPI
 *
 * "policy" sends XFRM_MSG_MIGRATE for the out policy from SEL_SRC/32 to
 * SEL_DST/32, "state" sends XFRM_MSG_MIGRATE_STATE for the state with this
 * SPI. All addresses are IPv4. Exits with 0 when the kernel did it, 1 when it
 * refused, which it prints, 2 on any other error, 4 when it knows of no
 * XFRM_MSG_MIGRATE_STATE, as Linux 7.1 and before.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EX_DONE = 0,
	EX_REFUSED = 1,
	EX_FAILED = 2,
	EX_SKIP = 4,
};

enum {
	ARG_KIND = 1,
	ARG_SRC,
	ARG_DST,
	ARG_NEW_SRC,
	ARG_NEW_DST,
	ARG_REQID,
	ARG_SEL_SRC,
	ARG_SPI = ARG_SEL_SRC,
	ARG_SEL_DST,
};

static xfrm_address_t read_address(const char *text)
{
	xfrm_address_t address = { 0 };

	if (inet_pton(AF_INET, text, &address.a4) != 1)
		errx(EX_FAILED, "'%s' is no IPv4 address", text);
	return address;
}

static uint32_t read_number(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 0);

	if (!*text || *end || number > UINT32_MAX)
		errx(EX_FAILED, "'%s' is no number of 32 bits", text);
	return (uint32_t)number;
}

static void put_migrate_policy(struct nlmsghdr *nlh, char **argv)
{
	struct xfrm_userpolicy_id *id;
	struct xfrm_user_migrate migrate = {
		.old_daddr = read_address(argv[ARG_DST]),
		.old_saddr = read_address(argv[ARG_SRC]),
		.new_daddr = read_address(argv[ARG_NEW_DST]),
		.new_saddr = read_address(argv[ARG_NEW_SRC]),
		.proto = IPPROTO_ESP,
		.mode = XFRM_MODE_TUNNEL,
		.reqid = read_number(argv[ARG_REQID]),
		.old_family = AF_INET,
		.new_family = AF_INET,
	};

	nlh->nlmsg_type = XFRM_MSG_MIGRATE;
	id = mnl_nlmsg_put_extra_header(nlh, sizeof(*id));
	id->dir = XFRM_POLICY_OUT;
	id->sel.family = AF_INET;
	id->sel.saddr = read_address(argv[ARG_SEL_SRC]);
	id->sel.daddr = read_address(argv[ARG_SEL_DST]);
	id->sel.prefixlen_s = 32;
	id->sel.prefixlen_d = 32;
	mnl_attr_put(nlh, XFRMA_MIGRATE, sizeof(migrate), &migrate);
}

static void put_migrate_state(struct nlmsghdr *nlh, char **argv, uint32_t spi)
{
	struct xfrm_user_migrate_state *migrate;

	nlh->nlmsg_type = XFRM_MSG_MIGRATE_STATE;
	migrate = mnl_nlmsg_put_extra_header(nlh, sizeof(*migrate));
	migrate->id.daddr = read_address(argv[ARG_DST]);
	migrate->id.spi = htonl(spi);
	migrate->id.family = AF_INET;
	migrate->id.proto = IPPROTO_ESP;
	migrate->new_daddr = read_address(argv[ARG_NEW_DST]);
	migrate->new_saddr = read_address(argv[ARG_NEW_SRC]);
	migrate->new_reqid = read_number(argv[ARG_REQID]);
	migrate->new_family = AF_INET;
	migrate->new_sel.family = AF_INET;
}

/* Returns 0 or the errno of the kernel's answer. */
static int transact(struct nlmsghdr *nlh)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_XFRM);
	char answer[8192];
	ssize_t len;
	int error = 0;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err(EX_FAILED, "netlink socket");
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		err(EX_FAILED, "sending");
	len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
	if (len < 0)
		err(EX_FAILED, "receiving");
	if (mnl_cb_run(answer, (size_t)len, nlh->nlmsg_seq,
		       mnl_socket_get_portid(nl), NULL, NULL) < 0)
		error = errno;
	mnl_socket_close(nl);
	return error;
}

static struct nlmsghdr *put_request(char *buffer)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);

	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = 1;
	return nlh;
}

/* Of a state that is not there, who knows the message says just that. */
static void expect_migrate_state_known(char **argv)
{
	char buffer[1024] = { 0 };
	struct nlmsghdr *nlh = put_request(buffer);

	put_migrate_state(nlh, argv, ~read_number(argv[ARG_SPI]));
	if (transact(nlh) == EINVAL)
		errx(EX_SKIP, "this kernel has no XFRM_MSG_MIGRATE_STATE");
}

int main(int argc, char **argv)
{
	char buffer[1024] = { 0 };
	struct nlmsghdr *nlh = put_request(buffer);
	int error;

	if (argc == ARG_SEL_DST + 1 && !strcmp(argv[ARG_KIND], "policy")) {
		put_migrate_policy(nlh, argv);
	} else if (argc == ARG_SPI + 1 && !strcmp(argv[ARG_KIND], "state")) {
		expect_migrate_state_known(argv);
		put_migrate_state(nlh, argv, read_number(argv[ARG_SPI]));
	} else {
		errx(EX_FAILED, "policy or state, and 7 or 6 arguments");
	}

	error = transact(nlh);
	if (error) {
		printf("refused: %s\n", strerror(error));
		return EX_REFUSED;
	}
	return EX_DONE;
}
