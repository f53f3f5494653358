// SPDX-License-Identifier: GPL-2.0
/* Connections and their children: what the kernel holds the helper to. */
#include <errno.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <string.h>

#include "kernel/kernel_call.h"
#include "kernel/kernel_read.h"
#include "kernel/kernel_write.h"

#define ID_HEADER_SIZE 4 /* ID Type and three reserved octets */

static void put_identity(struct nlmsghdr *request, uint16_t type,
			 const struct identity *id)
{
	uint8_t body[ID_HEADER_SIZE + IDENTITY_DATA_MAX] = { id->type };

	memcpy(body + ID_HEADER_SIZE, id->data, id->len);
	mnl_attr_put(request, type, (size_t)ID_HEADER_SIZE + id->len, body);
}

#define PPK_ID_FIXED 2

/* A PPK_ID too long for the kernel is refused by it. */
static void put_ppk(struct nlmsghdr *request,
		    const struct kernel_connection *connection)
{
	uint8_t id[1 + IDENTITY_DATA_MAX] = { PPK_ID_FIXED };

	memcpy(id + 1, connection->ppk_id.data, connection->ppk_id.len);
	mnl_attr_put_strz(request, PQIKE_A_CONNECTION_PPK, connection->ppk);
	mnl_attr_put(request, PQIKE_A_CONNECTION_PPK_ID,
		     (size_t)1 + connection->ppk_id.len, id);
	put_flag(request, PQIKE_A_CONNECTION_PPK_REQUIRED,
		 connection->ppk_required);
}

/*
 * A proposal list is the body of an SA payload, and room for @max octets of it is
 * PROPOSALS_MAX at most.  Return: false for one too long.
 */
#define PROPOSALS_MAX PQIKE_IKE_PROPOSALS_MAX

_Static_assert(PQIKE_ESP_PROPOSALS_MAX <= PROPOSALS_MAX, "there is room for both");

static bool put_proposals(struct nlmsghdr *request, uint16_t type, size_t max,
			  const struct proposal *proposals, size_t n)
{
	uint8_t payload[PAYLOAD_HEADER_SIZE + PROPOSALS_MAX];
	struct message_writer message;

	chain_begin(&message, payload, PAYLOAD_HEADER_SIZE + max);
	sa_write(&message, proposals, n, 0);
	if (!message_end(&message))
		return false;
	mnl_attr_put(request, type, message.writer.len - PAYLOAD_HEADER_SIZE,
		     payload + PAYLOAD_HEADER_SIZE);
	return true;
}

static void put_networks(struct nlmsghdr *request, uint16_t type,
			 const struct kernel_networks *networks)
{
	for (size_t i = 0; i < networks->n; i++)
		put_network(request, type, &networks->list[i]);
}

static void put_mark(struct nlmsghdr *request, uint16_t type,
		     const struct mark *mark)
{
	struct nlattr *nest;

	if (!mark->mask)
		return;
	nest = mnl_attr_nest_start(request, type);
	mnl_attr_put_u32(request, PQIKE_A_MARK_VALUE, mark->value);
	mnl_attr_put_u32(request, PQIKE_A_MARK_MASK, mark->mask);
	mnl_attr_nest_end(request, nest);
}

static void put_limit(struct nlmsghdr *request, uint16_t type, uint64_t limit)
{
	if (limit)
		mnl_attr_put_u64(request, type, limit);
}

static void put_lifetime(struct nlmsghdr *request,
			 const struct child_config *config)
{
	struct nlattr *nest = mnl_attr_nest_start(request,
						  PQIKE_A_CHILD_LIFETIME);

	put_limit(request, PQIKE_A_LIFETIME_SOFT_BYTES, config->bytes.rekey);
	put_limit(request, PQIKE_A_LIFETIME_HARD_BYTES, config->bytes.life);
	put_limit(request, PQIKE_A_LIFETIME_RAND_BYTES, config->bytes.rand);
	put_limit(request, PQIKE_A_LIFETIME_SOFT_PACKETS, config->packets.rekey);
	put_limit(request, PQIKE_A_LIFETIME_HARD_PACKETS, config->packets.life);
	put_limit(request, PQIKE_A_LIFETIME_RAND_PACKETS, config->packets.rand);
	put_limit(request, PQIKE_A_LIFETIME_SOFT_SECONDS, config->time.rekey);
	put_limit(request, PQIKE_A_LIFETIME_HARD_SECONDS, config->time.life);
	put_limit(request, PQIKE_A_LIFETIME_RAND_SECONDS, config->time.rand);
	mnl_attr_nest_end(request, nest);
}

static void put_options(struct nlmsghdr *request,
			const struct child_config *config)
{
	enum copy_dscp dscp = config->copy_dscp;

	mnl_attr_put_u32(request, PQIKE_A_CHILD_REPLAY_WINDOW,
			 config->replay_window);
	mnl_attr_put_u32(request, PQIKE_A_CHILD_IF_ID_IN, config->if_id_in);
	mnl_attr_put_u32(request, PQIKE_A_CHILD_IF_ID_OUT, config->if_id_out);
	put_mark(request, PQIKE_A_CHILD_MARK_IN, &config->mark_in);
	put_mark(request, PQIKE_A_CHILD_MARK_OUT, &config->mark_out);
	put_mark(request, PQIKE_A_CHILD_SET_MARK_IN, &config->set_mark_in);
	put_mark(request, PQIKE_A_CHILD_SET_MARK_OUT, &config->set_mark_out);
	put_flag(request, PQIKE_A_CHILD_DONT_ENCAP_DSCP,
		 dscp == COPY_DSCP_IN || dscp == COPY_DSCP_NO);
	put_flag(request, PQIKE_A_CHILD_DECAP_DSCP,
		 dscp == COPY_DSCP_IN || dscp == COPY_DSCP_YES);
	put_flag(request, PQIKE_A_CHILD_NOPMTUDISC, !config->copy_df);
	put_flag(request, PQIKE_A_CHILD_NOECN, !config->copy_ecn);
	put_flag(request, PQIKE_A_CHILD_TRAP, child_may_trap(config));
}

/* Return: false for proposals that are too long. */
static bool put_child(struct nlmsghdr *request,
		      const struct child_config *config)
{
	struct nlattr *nest = mnl_attr_nest_start(request,
						  PQIKE_A_CONNECTION_CHILD);

	mnl_attr_put_strz(request, PQIKE_A_CHILD_NAME, config->name);
	put_selectors(request, PQIKE_A_CHILD_LOCAL_TS, config->local_ts,
		      config->n_local_ts);
	put_selectors(request, PQIKE_A_CHILD_REMOTE_TS, config->remote_ts,
		      config->n_remote_ts);
	mnl_attr_put_u32(request, PQIKE_A_CHILD_MODE,
			 config->mode == MODE_TRANSPORT ?
				 PQIKE_CHILD_SA_MODE_TRANSPORT :
				 PQIKE_CHILD_SA_MODE_TUNNEL);
	mnl_attr_put_u32(request, PQIKE_A_CHILD_REQID, config->reqid);
	put_options(request, config);
	put_lifetime(request, config);
	if (!put_proposals(request, PQIKE_A_CHILD_ESP_PROPOSALS,
			   PQIKE_ESP_PROPOSALS_MAX, config->esp_proposals,
			   config->n_esp_proposals))
		return false;
	mnl_attr_nest_end(request, nest);
	return true;
}

static int refuse(struct kernel *kernel, const char *what, size_t max)
{
	snprintf(kernel->netlink.error, sizeof(kernel->netlink.error),
		 "%s take more than %zu octets", what, max);
	kernel->result = -EMSGSIZE;
	return kernel->result;
}

/* What one child takes at most: its proposals, selectors, and all else. */
#define CHILD_ROOM (PQIKE_ESP_PROPOSALS_MAX + 2 * TS_MAX * 64 + 1024)

/* Return: 0 or -EMSGSIZE. */
static int put_children(struct kernel *kernel, struct nlmsghdr *request,
			const struct kernel_connection *connection)
{
	for (size_t i = 0; i < connection->n_children; i++) {
		if (request->nlmsg_len > NETLINK_MESSAGE_MAX - CHILD_ROOM)
			return refuse(kernel, "the children",
				      NETLINK_MESSAGE_MAX - CHILD_ROOM);
		if (!put_child(request, &connection->children[i]))
			return refuse(kernel, "the ESP proposals of a child",
				      PQIKE_ESP_PROPOSALS_MAX);
	}
	return 0;
}

/* Names fit: both are those of the configuration. */
static int ask_about(struct kernel *kernel, enum policy_ask_type type,
		     const char *name, bool next)
{
	struct policy_ask ask = { .type = (uint16_t)type, .next = next };

	snprintf(ask.connection, sizeof(ask.connection), "%s", name);
	return kernel_ask(kernel, &ask, NULL);
}

int kernel_connection_set(struct kernel *kernel,
			  const struct kernel_connection *connection)
{
	struct nlmsghdr *request;
	int result;

	if (policy_is_asked())
		return ask_about(kernel, POLICY_CONNECTION_SET,
				 connection->name, connection->next);
	request = netlink_request(&kernel->netlink, PQIKE_CMD_CONNECTION_SET, 0);
	mnl_attr_put_strz(request, PQIKE_A_CONNECTION_NAME, connection->name);
	put_identity(request, PQIKE_A_CONNECTION_LOCAL_ID, &connection->local_id);
	put_identity(request, PQIKE_A_CONNECTION_REMOTE_ID,
		     &connection->remote_id);
	mnl_attr_put_strz(request, PQIKE_A_CONNECTION_PSK, connection->psk);
	put_flag(request, PQIKE_A_CONNECTION_ALLOW_CLASSICAL,
		 connection->allow_classical);
	mnl_attr_put_u32(request, PQIKE_A_CONNECTION_LIFETIME,
			 connection->lifetime < UINT32_MAX ?
				 (uint32_t)connection->lifetime : UINT32_MAX);
	if (connection->ppk[0])
		put_ppk(request, connection);
	if (!put_proposals(request, PQIKE_A_CONNECTION_IKE_PROPOSALS,
			   PQIKE_IKE_PROPOSALS_MAX, connection->proposals,
			   connection->n_proposals))
		return refuse(kernel, "the IKE proposals",
			      PQIKE_IKE_PROPOSALS_MAX);
	put_networks(request, PQIKE_A_CONNECTION_LOCAL_NETWORK,
		     &connection->local_networks);
	put_networks(request, PQIKE_A_CONNECTION_REMOTE_NETWORK,
		     &connection->remote_networks);
	result = put_children(kernel, request, connection);
	return result ? result : kernel_call(kernel, request, NULL, NULL);
}

int kernel_connection_del(struct kernel *kernel, const char *name)
{
	struct nlmsghdr *request;

	if (policy_is_asked())
		return ask_about(kernel, POLICY_CONNECTION_DEL, name, false);
	request = netlink_request(&kernel->netlink, PQIKE_CMD_CONNECTION_DEL, 0);
	mnl_attr_put_strz(request, PQIKE_A_CONNECTION_NAME, name);
	return kernel_call(kernel, request, NULL, NULL);
}

/* One with many children comes in several messages. */
struct connection_dump {
	void (*each)(const struct kernel_connection *connection, void *arg);
	void *arg;
	char last[CONNECTION_NAME_MAX + 1]; /* name of the one before */
};

static void dump_connection(const struct nlmsghdr *reply, void *arg)
{
	struct connection_dump *dump = arg;
	struct kernel_connection connection = { 0 };

	read_connection(reply, &connection);
	if (!strcmp(connection.name, dump->last))
		return;
	memcpy(dump->last, connection.name, sizeof(dump->last));
	dump->each(&connection, dump->arg);
}

int kernel_connection_dump(struct kernel *kernel,
			   void (*each)(const struct kernel_connection *connection,
					void *arg),
			   void *arg)
{
	struct connection_dump dump = { .each = each, .arg = arg };
	struct nlmsghdr *request;

	request = netlink_request(&kernel->netlink, PQIKE_CMD_CONNECTION_GET,
				  NLM_F_DUMP);
	return kernel_call(kernel, request, dump_connection, &dump);
}
