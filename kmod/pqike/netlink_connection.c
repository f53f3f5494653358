// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on connections.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <net/sock.h>

#include "child_config.h"
#include "compat.h"
#include "connection.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink_child_config.h"
#include "sa_payload.h"
#include "shared_secret.h"

static int read_identity(struct genl_info *info, int attribute,
			 struct pqike_identity *identity)
{
	const struct nlattr *attr = info->attrs[attribute];

	/* ID Type and three reserved octets stand before the data. */
	if (!attr || nla_len(attr) < 5) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "an identity is missing or too short");
		return -EINVAL;
	}
	identity->len = nla_len(attr);
	memcpy(identity->body, nla_data(attr), identity->len);
	return 0;
}

/* PPK_ID Type and at least one octet of identity, if there is a PPK. */
static int read_ppk(struct genl_info *info, struct pqike_connection *connection)
{
	const struct nlattr *id = info->attrs[PQIKE_A_CONNECTION_PPK_ID];

	connection->require_ppk =
		nla_get_flag(info->attrs[PQIKE_A_CONNECTION_PPK_REQUIRED]);
	if (!connection->ppk && !id && !connection->require_ppk)
		return 0;
	if (!connection->ppk || !id || nla_len(id) < 2) {
		NL_SET_ERR_MSG_ATTR(info->extack, id,
				    "a PPK has a key and a PPK_ID, and is required only then");
		return -EINVAL;
	}
	connection->ppk_id.len = nla_len(id);
	memcpy(connection->ppk_id.octets, nla_data(id), nla_len(id));
	return 0;
}

static int read_proposals(struct genl_info *info,
			  struct pqike_connection *connection)
{
	const struct nlattr *attr = info->attrs[PQIKE_A_CONNECTION_IKE_PROPOSALS];

	return attr ? pqike_proposals_set(&connection->proposals, PROTOCOL_IKE,
					  nla_data(attr), nla_len(attr),
					  info->extack) : 0;
}

/* Attributes of a request that may come more than once. */
#define for_each_attribute(attr, info, left)				\
	nlmsg_for_each_attr(attr, (info)->nlhdr, GENL_HDRLEN, left)

static unsigned int count_attributes(struct genl_info *info, int type)
{
	const struct nlattr *attr;
	unsigned int n = 0;
	int left;

	for_each_attribute(attr, info, left)
		n += nla_type(attr) == type;
	return n;
}

static int read_network(const struct nlattr *nest,
			struct pqike_network *network,
			struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_NETWORK_MAX + 1];
	unsigned int bits;
	int err;

	err = nla_parse_nested(attrs, PQIKE_A_NETWORK_MAX, nest,
			       pqike_network_nl_policy, extack);
	if (!err)
		err = pqike_read_address(attrs[PQIKE_A_NETWORK_ADDRESS],
					 &network->family, &network->address,
					 extack);
	if (err)
		return err;
	bits = 8 * pqike_address_len(network->family);
	network->prefix_len =
		nla_get_u8_default(attrs[PQIKE_A_NETWORK_PREFIX_LENGTH], bits);
	if (network->prefix_len <= bits)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nest, "a prefix is longer than its address");
	return -EINVAL;
}

static int read_networks_of(struct genl_info *info, int type,
			    struct pqike_network *networks)
{
	const struct nlattr *attr;
	int left, err = 0;

	for_each_attribute(attr, info, left) {
		if (nla_type(attr) == type)
			err = read_network(attr, networks++, info->extack);
		if (err)
			break;
	}
	return err;
}

static int read_networks(struct genl_info *info,
			 struct pqike_connection *connection)
{
	const unsigned int n_local =
		count_attributes(info, PQIKE_A_CONNECTION_LOCAL_NETWORK);
	const unsigned int n_remote =
		count_attributes(info, PQIKE_A_CONNECTION_REMOTE_NETWORK);

	if (n_local > PQIKE_NETWORKS_MAX || n_remote > PQIKE_NETWORKS_MAX) {
		NL_SET_ERR_MSG(info->extack, "too many networks of one side");
		return -E2BIG;
	}
	if (!n_local && !n_remote)
		return 0;
	connection->networks = kcalloc(n_local + n_remote,
				       sizeof(*connection->networks),
				       GFP_KERNEL_ACCOUNT);
	if (!connection->networks)
		return -ENOMEM;
	connection->n_local_networks = n_local;
	connection->n_remote_networks = n_remote;
	return read_networks_of(info, PQIKE_A_CONNECTION_LOCAL_NETWORK,
				connection->networks) ?:
	       read_networks_of(info, PQIKE_A_CONNECTION_REMOTE_NETWORK,
				connection->networks + n_local);
}

static int read_children(struct genl_info *info,
			 struct pqike_connection *connection)
{
	const struct nlattr *attr;
	int left, err = 0;

	for_each_attribute(attr, info, left) {
		if (nla_type(attr) == PQIKE_A_CONNECTION_CHILD)
			err = pqike_read_child(connection, attr, info->extack);
		if (err)
			break;
	}
	return err;
}

/* All but what names it and its keys. */
static int read_connection(struct genl_info *info,
			   struct pqike_connection *connection)
{
	connection->require_ml_kem =
		!nla_get_flag(info->attrs[PQIKE_A_CONNECTION_ALLOW_CLASSICAL]);
	connection->lifetime =
		nla_get_u32_default(info->attrs[PQIKE_A_CONNECTION_LIFETIME], 0);
	return read_identity(info, PQIKE_A_CONNECTION_LOCAL_ID,
			     &connection->local) ?:
	       read_identity(info, PQIKE_A_CONNECTION_REMOTE_ID,
			     &connection->remote) ?:
	       read_ppk(info, connection) ?:
	       read_proposals(info, connection) ?:
	       read_networks(info, connection) ?:
	       read_children(info, connection);
}

int pqike_nl_connection_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *name = info->attrs[PQIKE_A_CONNECTION_NAME];
	struct nlattr *psk = info->attrs[PQIKE_A_CONNECTION_PSK];
	struct nlattr *ppk = info->attrs[PQIKE_A_CONNECTION_PPK];
	struct pqike_connection *connection;
	int err;

	if (!name || nla_len(name) < 2 ||
	    GENL_REQ_ATTR_CHECK(info, PQIKE_A_CONNECTION_NAME)) {
		NL_SET_ERR_MSG(info->extack, "the name of the connection is missing");
		return -EINVAL;
	}
	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_CONNECTION_PSK)) {
		NL_SET_ERR_MSG(info->extack, "the description of the pre-shared key is missing");
		return -EINVAL;
	}
	connection = pqike_connection_alloc(nla_data(psk),
					    ppk ? nla_data(ppk) : NULL,
					    info->extack);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	nla_strscpy(connection->name, name, sizeof(connection->name));
	err = read_connection(info, connection);
	if (!err)
		err = pqike_connection_set(genl_info_net(info), connection,
					   info->extack);
	if (err)
		pqike_connection_put(connection);
	return err;
}

int pqike_nl_connection_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_connection *connection;

	connection = pqike_request_connection(info, PQIKE_A_CONNECTION_NAME);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	pqike_connection_del(genl_info_net(info), connection->name);
	pqike_connection_put(connection);
	return 0;
}

static int put_ppk(struct sk_buff *skb,
		   const struct pqike_connection *connection)
{
	if (nla_put_string(skb, PQIKE_A_CONNECTION_PPK,
			   connection->ppk->description) ||
	    nla_put(skb, PQIKE_A_CONNECTION_PPK_ID, connection->ppk_id.len,
		    connection->ppk_id.octets) ||
	    (connection->require_ppk &&
	     nla_put_flag(skb, PQIKE_A_CONNECTION_PPK_REQUIRED)))
		return -EMSGSIZE;
	return 0;
}

static int put_network(struct sk_buff *skb, int attribute,
		       const struct pqike_network *network)
{
	struct nlattr *nest = nla_nest_start(skb, attribute);

	if (!nest ||
	    nla_put(skb, PQIKE_A_NETWORK_ADDRESS,
		    pqike_address_len(network->family), &network->address) ||
	    nla_put_u8(skb, PQIKE_A_NETWORK_PREFIX_LENGTH, network->prefix_len))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_networks(struct sk_buff *skb,
			const struct pqike_connection *connection)
{
	const unsigned int n_local = connection->n_local_networks;
	const unsigned int n = n_local + connection->n_remote_networks;
	int err = 0;

	for (unsigned int i = 0; !err && i < n; i++)
		err = put_network(skb, i < n_local ?
				  PQIKE_A_CONNECTION_LOCAL_NETWORK :
				  PQIKE_A_CONNECTION_REMOTE_NETWORK,
				  &connection->networks[i]);
	return err;
}

static int put_connection(struct sk_buff *skb,
			  const struct pqike_connection *connection)
{
	if (nla_put_string(skb, PQIKE_A_CONNECTION_NAME, connection->name) ||
	    nla_put(skb, PQIKE_A_CONNECTION_LOCAL_ID, connection->local.len,
		    connection->local.body) ||
	    nla_put(skb, PQIKE_A_CONNECTION_REMOTE_ID, connection->remote.len,
		    connection->remote.body) ||
	    nla_put_string(skb, PQIKE_A_CONNECTION_PSK,
			   connection->psk->description) ||
	    (connection->proposals.len &&
	     nla_put(skb, PQIKE_A_CONNECTION_IKE_PROPOSALS,
		     connection->proposals.len, connection->proposals.octets)) ||
	    (connection->ppk && put_ppk(skb, connection)) ||
	    (connection->lifetime &&
	     nla_put_u32(skb, PQIKE_A_CONNECTION_LIFETIME,
			 connection->lifetime)) ||
	    put_networks(skb, connection))
		return -EMSGSIZE;
	if (connection->require_ml_kem)
		return 0;
	return nla_put_flag(skb, PQIKE_A_CONNECTION_ALLOW_CLASSICAL);
}

/* From the child of number @shown on, as many as there is room for. */
static int put_children(struct sk_buff *skb,
			const struct pqike_connection *connection,
			unsigned long *shown)
{
	const struct pqike_child_config *child;
	unsigned long number = 0;

	list_for_each_entry(child, &connection->children, list) {
		if (number++ < *shown)
			continue;
		if (pqike_put_child(skb, child))
			return -EMSGSIZE;
		*shown = number;
	}
	return 0;
}

/* What put_connection() puts; strings end with a zero octet. */
#define ROOM_NETWORK	(PQIKE_ROOM(0) + PQIKE_ROOM(16) + PQIKE_ROOM_U8)
#define ROOM		(PQIKE_ROOM(PQIKE_NAME_MAX + 1) +		\
			 2 * PQIKE_ROOM(PQIKE_ID_MAX) +			\
			 2 * PQIKE_ROOM(PQIKE_KEY_DESCRIPTION_MAX + 1) +	\
			 PQIKE_ROOM(PQIKE_PPK_ID_MAX) +			\
			 PQIKE_ROOM(PQIKE_IKE_PROPOSALS_MAX) +		\
			 2 * PQIKE_ROOM(0) +				\
			 2 * PQIKE_NETWORKS_MAX * ROOM_NETWORK)

/* More is not in one message. */
#define ROOM_MAX	240000

static size_t room_for_connection(const struct pqike_connection *connection)
{
	const struct pqike_child_config *child;
	size_t octets = ROOM;

	list_for_each_entry(child, &connection->children, list)
		octets += pqike_child_room(child);
	return octets;
}

static int reply_connection(struct genl_info *info,
			    const struct pqike_connection *connection)
{
	const size_t octets = room_for_connection(connection);
	struct pqike_reply reply;
	unsigned long shown = 0;
	int err;

	if (octets > ROOM_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "too many children for one message: a dump has all");
		return -EMSGSIZE;
	}
	err = pqike_reply_new(&reply, info, octets);
	if (err)
		return err;
	err = put_connection(reply.skb, connection);
	if (!err)
		err = put_children(reply.skb, connection, &shown);
	return pqike_reply_send(&reply, info, err);
}

int pqike_nl_connection_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_connection *connection;
	int err;

	connection = pqike_request_connection(info, PQIKE_A_CONNECTION_NAME);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	err = reply_connection(info, connection);
	pqike_connection_put(connection);
	return err;
}

/* A message that has no child is worth sending only where it is complete. */
static int dump_connection(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct pqike_connection *connection,
			   unsigned long *shown)
{
	const unsigned long shown_before = *shown;
	void *header;
	int err;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &pqike_nl_family,
			     NLM_F_MULTI, PQIKE_CMD_CONNECTION_GET);
	if (!header)
		return -EMSGSIZE;
	err = put_connection(skb, connection);
	if (!err)
		err = put_children(skb, connection, shown);
	if (err && *shown == shown_before)
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);
	return err;
}

int pqike_nl_connection_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	unsigned long shown = cb->args[1];	/* children of the one under way */
	unsigned long id = cb->args[0];
	struct pqike_connection *connection;
	int err;

	err = pqike_check_admin(cb->skb, sock_net(skb->sk), cb->extack);
	if (err)
		return err;
	while ((connection = pqike_connection_next(sock_net(skb->sk), &id))) {
		if (id != (unsigned long)cb->args[0])
			shown = 0;
		err = dump_connection(skb, cb, connection, &shown);
		pqike_connection_put(connection);
		if (err)
			break;
		id++;
	}
	cb->args[0] = id;
	cb->args[1] = shown;
	/* One that does not fit into an empty message never will. */
	return skb->len ?: err;
}
