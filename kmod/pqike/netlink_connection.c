// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on connections.
 */
#include <linux/string.h>
#include <net/sock.h>

#include "compat.h"
#include "connection.h"
#include "netlink-gen.h"
#include "netlink.h"
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

	return attr ? pqike_connection_set_proposals(connection, nla_data(attr),
						     nla_len(attr),
						     info->extack) : 0;
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
	connection->require_ml_kem =
		!nla_get_flag(info->attrs[PQIKE_A_CONNECTION_ALLOW_CLASSICAL]);
	err = read_identity(info, PQIKE_A_CONNECTION_LOCAL_ID,
			    &connection->local);
	if (!err)
		err = read_identity(info, PQIKE_A_CONNECTION_REMOTE_ID,
				    &connection->remote);
	if (!err)
		err = read_ppk(info, connection);
	if (!err)
		err = read_proposals(info, connection);
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
	    (connection->proposals_len &&
	     nla_put(skb, PQIKE_A_CONNECTION_IKE_PROPOSALS,
		     connection->proposals_len, connection->proposals)) ||
	    (connection->ppk && put_ppk(skb, connection)))
		return -EMSGSIZE;
	if (connection->require_ml_kem)
		return 0;
	return nla_put_flag(skb, PQIKE_A_CONNECTION_ALLOW_CLASSICAL);
}

/* What put_connection() puts; strings end with a zero octet. */
#define ROOM	(PQIKE_ROOM(PQIKE_NAME_MAX + 1) +			\
		 2 * PQIKE_ROOM(PQIKE_ID_MAX) +				\
		 2 * PQIKE_ROOM(PQIKE_KEY_DESCRIPTION_MAX + 1) +	\
		 PQIKE_ROOM(PQIKE_PPK_ID_MAX) +				\
		 PQIKE_ROOM(PQIKE_IKE_PROPOSALS_MAX) + 2 * PQIKE_ROOM(0))

int pqike_nl_connection_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_connection *connection;
	struct pqike_reply reply;
	int err;

	connection = pqike_request_connection(info, PQIKE_A_CONNECTION_NAME);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	err = pqike_reply_new(&reply, info, ROOM);
	if (!err)
		err = pqike_reply_send(&reply, info,
				       put_connection(reply.skb, connection));
	pqike_connection_put(connection);
	return err;
}

int pqike_nl_connection_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct pqike_connection *connection;
	void *header;

	while ((connection = pqike_connection_nth(sock_net(skb->sk),
						  cb->args[0]))) {
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, &pqike_nl_family,
				     NLM_F_MULTI, PQIKE_CMD_CONNECTION_GET);
		if (!header || put_connection(skb, connection)) {
			if (header)
				genlmsg_cancel(skb, header);
			pqike_connection_put(connection);
			break;
		}
		genlmsg_end(skb, header);
		pqike_connection_put(connection);
		cb->args[0]++;
	}
	return skb->len;
}
