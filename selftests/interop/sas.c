// SPDX-License-Identifier: GPL-2.0
/*
 * What both sides have of a connection: strongSwan by its control socket, pqike's kernel and
 * xfrm, in the network namespace that this runs in. Tests ask for it over and over, and an
 * answer takes no process.
 *
 * usage: sas VICI ANSWER
 *
 * Each line of the input is the name of a connection and the peer's address. What there is
 * goes to the file ANSWER, a line for each SA:
 *
 *	strongswan ike STATE SPI_I SPI_R
 *	strongswan child NAME STATE SPI_IN SPI_OUT
 *	pqike ike SPI_I SPI_R
 *	xfrm esp SPI
 *
 * the last being those to the peer. Then a line of the output is "ok", or says why the file
 * does not have all.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/pqike.h>
#include <linux/xfrm.h>

#include "vici.h"

#define SPI_DIGITS	16
#define STATE_MAX	32
#define TRIES		10

struct dump {
	FILE *out;
	const char *connection;
	struct in_addr peer;
	uint16_t family;
};

static char buffer[64 * 1024];

/* The values of an SA come one by one: it is written once all that a line needs are there. */
struct strongswan_sas {
	FILE *out;
	char state[STATE_MAX];
	char spi_i[SPI_DIGITS + 1];
	char name[64];
	char child_state[STATE_MAX];
	char spi_in[SPI_DIGITS + 1];
};

static void keep(char *kept, size_t size, const char *value)
{
	snprintf(kept, size, "%s", value);
}

static void found_in_ike_sa(struct strongswan_sas *sas, const struct vici_value *value)
{
	if (!strcmp(value->key, "state"))
		keep(sas->state, sizeof(sas->state), value->value);
	else if (!strcmp(value->key, "initiator-spi"))
		keep(sas->spi_i, sizeof(sas->spi_i), value->value);
	else if (!strcmp(value->key, "responder-spi"))
		fprintf(sas->out, "strongswan ike %s %s %s\n", sas->state, sas->spi_i,
			value->value);
}

static void found_in_child_sa(struct strongswan_sas *sas, const struct vici_value *value)
{
	if (!strcmp(value->key, "name"))
		keep(sas->name, sizeof(sas->name), value->value);
	else if (!strcmp(value->key, "state"))
		keep(sas->child_state, sizeof(sas->child_state), value->value);
	else if (!strcmp(value->key, "spi-in"))
		keep(sas->spi_in, sizeof(sas->spi_in), value->value);
	else if (!strcmp(value->key, "spi-out"))
		fprintf(sas->out, "strongswan child %s %s %s %s\n", sas->name,
			sas->child_state, sas->spi_in, value->value);
}

/* An IKE SA is a section, child-sas one in it, and each Child SA one in that. */
static void found(void *context, const struct vici_value *value)
{
	if (value->depth == 1)
		found_in_ike_sa(context, value);
	else if (value->depth == 3 && !strcmp(value->section[1], "child-sas"))
		found_in_child_sa(context, value);
}

/*
 * Send what is in the buffer, and take what the kernel answers. Returns 0, -EINTR where the
 * kernel's list has changed meanwhile, or another negative errno. What is left of an answer
 * ends with the socket.
 */
static int transact(int protocol, mnl_cb_t take, void *context)
{
	struct mnl_socket *const socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	const struct nlmsghdr *const request = (const void *)buffer;
	int result = MNL_CB_OK, failed;

	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		err(EXIT_FAILURE, "netlink");
	while (result == MNL_CB_OK) {
		const ssize_t len = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		if (len < 0)
			err(EXIT_FAILURE, "netlink: receive");
		result = mnl_cb_run(buffer, (size_t)len, 0, mnl_socket_get_portid(socket),
				    take, context);
	}
	failed = result < 0 ? -errno : 0;
	mnl_socket_close(socket);
	return failed;
}

static void begin(uint16_t type, uint16_t flags)
{
	struct nlmsghdr *const request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
}

static void begin_generic(uint16_t family, uint8_t command, uint16_t flags)
{
	struct genlmsghdr *header;

	begin(family, flags);
	header = mnl_nlmsg_put_extra_header((void *)buffer, sizeof(*header));
	header->cmd = command;
	header->version = 1;
}

static int take_family(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attr;
	struct dump *const dump = context;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			dump->family = mnl_attr_get_u16(attr);
	return MNL_CB_STOP;
}

static void print_octets(FILE *out, const struct nlattr *attr)
{
	const uint8_t *const octets = mnl_attr_get_payload(attr);

	for (size_t i = 0; i < mnl_attr_get_payload_len(attr); i++)
		fprintf(out, "%02" PRIx8, octets[i]);
}

static int take_ike_sa(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attr, *spi_i = NULL, *spi_r = NULL, *name = NULL;
	const struct dump *const dump = context;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_CONNECTION:
			name = attr;
			break;
		case PQIKE_A_IKE_SA_SPI_I:
			spi_i = attr;
			break;
		case PQIKE_A_IKE_SA_SPI_R:
			spi_r = attr;
			break;
		}
	}
	if (!name || strcmp(mnl_attr_get_str(name), dump->connection))
		return MNL_CB_OK;
	fprintf(dump->out, "pqike ike ");
	if (spi_i)
		print_octets(dump->out, spi_i);
	fprintf(dump->out, " ");
	if (spi_r)
		print_octets(dump->out, spi_r);
	fprintf(dump->out, "\n");
	return MNL_CB_OK;
}

static int take_state(const struct nlmsghdr *message, void *context)
{
	const struct xfrm_usersa_info *const state = mnl_nlmsg_get_payload(message);
	const struct dump *const dump = context;

	if (state->family == AF_INET && state->id.proto == IPPROTO_ESP &&
	    state->id.daddr.a4 == dump->peer.s_addr)
		fprintf(dump->out, "xfrm esp %08" PRIx32 "\n", ntohl(state->id.spi));
	return MNL_CB_OK;
}

static int find_family(struct dump *dump)
{
	begin_generic(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz((void *)buffer, CTRL_ATTR_FAMILY_NAME, "pqike");
	return transact(NETLINK_GENERIC, take_family, dump);
}

/* Returns as transact(). Where the module is not loaded, there is no IKE SA. */
static int write_ike_sas(struct dump *dump)
{
	const int failed = find_family(dump);

	if (failed)
		return failed == -ENOENT ? 0 : failed;
	begin_generic(dump->family, PQIKE_CMD_IKE_SA_GET, NLM_F_DUMP);
	return transact(NETLINK_GENERIC, take_ike_sa, dump);
}

/* Returns as transact(). */
static int write_states(struct dump *dump)
{
	begin(XFRM_MSG_GETSA, NLM_F_DUMP);
	return transact(NETLINK_XFRM, take_state, dump);
}

/* Returns NULL, or why the file does not have all. */
static const char *answer(struct dump *dump, const char *vici, const char *path)
{
	const char *failed = NULL;
	int error = -EINTR;

	for (int tries = 0; !failed && error == -EINTR && tries < TRIES; tries++) {
		struct strongswan_sas sas = { 0 };

		dump->out = fopen(path, "w");
		if (!dump->out)
			err(EXIT_FAILURE, "%s", path);
		sas.out = dump->out;
		failed = vici_list_sas(vici, dump->connection, found, &sas);
		error = write_ike_sas(dump);
		if (!error)
			error = write_states(dump);
		if (fclose(dump->out))
			err(EXIT_FAILURE, "%s", path);
	}
	return failed ? failed : error ? strerror(-error) : NULL;
}

int main(int argc, char **argv)
{
	char line[256], name[128], address[64];
	struct dump dump = { 0 };

	if (argc != 3)
		errx(EXIT_FAILURE, "usage: sas VICI ANSWER");
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		const char *failed;

		if (sscanf(line, "%127s %63s", name, address) != 2 ||
		    inet_pton(AF_INET, address, &dump.peer) != 1)
			errx(EXIT_FAILURE, "not a name and an address: %s", line);
		dump.connection = name;
		failed = answer(&dump, argv[1], argv[2]);
		printf("%s\n", failed ? failed : "ok");
	}
	return EXIT_SUCCESS;
}
