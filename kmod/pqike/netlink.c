// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: attributes in, one step of the state machine,
 * attributes out.  What goes out is never secret (R1): each attribute is put
 * by name here, nothing is copied from an object as a whole.
 *
 * The reply is allocated before the step, so that no step is taken whose
 * result could not be told.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "../mlkem/mlkem.h"
#include "child_sa.h"
#include "compat.h"
#include "connection.h"
#include "esp.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

static struct genl_family pqike_nl_family;

/* Room for the attributes of a reply that have no length of their own. */
#define REPLY_FIXED	256

struct reply {
	struct sk_buff *skb;
	void *header;
};

static int reply_new(struct reply *reply, struct genl_info *info, size_t size)
{
	reply->skb = genlmsg_new(REPLY_FIXED + size, GFP_KERNEL);
	if (!reply->skb)
		return -ENOMEM;
	reply->header = genlmsg_put_reply(reply->skb, info, &pqike_nl_family, 0,
					  info->genlhdr->cmd);
	if (reply->header)
		return 0;
	nlmsg_free(reply->skb);
	return -EMSGSIZE;
}

/* Send the reply, or drop it when the step or the filling failed. */
static int reply_send(struct reply *reply, struct genl_info *info, int err)
{
	if (err) {
		nlmsg_free(reply->skb);
		return err;
	}
	genlmsg_end(reply->skb, reply->header);
	return genlmsg_reply(reply->skb, info);
}

/* The IKE SA that a request names, locked. */
static struct pqike_ike_sa *request_ike_sa(struct genl_info *info)
{
	struct pqike_ike_sa *sa;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_ID)) {
		NL_SET_ERR_MSG(info->extack, "the number of the IKE SA is missing");
		return ERR_PTR(-EINVAL);
	}
	sa = pqike_ike_sa_lock(genl_info_net(info),
			       nla_get_u32(info->attrs[PQIKE_A_IKE_SA_ID]),
			       info->extack);
	return sa ?: ERR_PTR(-ENOENT);
}

static struct pqike_connection *request_connection(struct genl_info *info,
						   int attribute)
{
	struct pqike_connection *connection;

	if (GENL_REQ_ATTR_CHECK(info, attribute)) {
		NL_SET_ERR_MSG(info->extack, "the name of the connection is missing");
		return ERR_PTR(-EINVAL);
	}
	connection = pqike_connection_find(genl_info_net(info),
					   nla_data(info->attrs[attribute]));
	if (connection)
		return connection;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attribute],
			    "no connection of this name");
	return ERR_PTR(-ENOENT);
}

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

int pqike_nl_connection_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *name = info->attrs[PQIKE_A_CONNECTION_NAME];
	struct nlattr *psk = info->attrs[PQIKE_A_CONNECTION_PSK];
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
	connection = pqike_connection_alloc(nla_data(psk), info->extack);
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
	if (err)
		pqike_connection_put(connection);
	else
		pqike_connection_set(genl_info_net(info), connection);
	return err;
}

int pqike_nl_connection_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_connection *connection;

	connection = request_connection(info, PQIKE_A_CONNECTION_NAME);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	pqike_connection_del(genl_info_net(info), connection->name);
	pqike_connection_put(connection);
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
			   connection->psk->description))
		return -EMSGSIZE;
	if (connection->require_ml_kem)
		return 0;
	return nla_put_flag(skb, PQIKE_A_CONNECTION_ALLOW_CLASSICAL);
}

int pqike_nl_connection_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_connection *connection;
	struct reply reply;
	int err;

	connection = request_connection(info, PQIKE_A_CONNECTION_NAME);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	err = reply_new(&reply, info, 2 * PQIKE_ID_MAX + PQIKE_NAME_MAX +
			PQIKE_KEY_DESCRIPTION_MAX);
	if (!err)
		err = reply_send(&reply, info,
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

static int begin_initiator(struct pqike_ike_sa *sa, struct genl_info *info)
{
	struct nlattr *method = info->attrs[PQIKE_A_IKE_SA_KE_METHOD];
	struct pqike_connection *connection;

	if (!method) {
		NL_SET_ERR_MSG(info->extack, "the initiator's key exchange method is missing");
		return -EINVAL;
	}
	connection = request_connection(info, PQIKE_A_IKE_SA_CONNECTION);
	if (IS_ERR(connection))
		return PTR_ERR(connection);
	sa->connection = connection;
	return pqike_ike_sa_begin_initiator(sa, nla_get_u16(method),
					    info->extack);
}

static int begin_responder(struct pqike_ike_sa *sa, struct genl_info *info)
{
	struct nlattr *request = info->attrs[PQIKE_A_IKE_SA_REQUEST];

	if (!request) {
		NL_SET_ERR_MSG(info->extack, "the IKE_SA_INIT request is missing");
		return -EINVAL;
	}
	return pqike_ike_sa_begin_responder(sa, nla_data(request),
					    nla_len(request), info->extack);
}

static int put_own_values(struct sk_buff *skb, const struct pqike_ike_sa *sa)
{
	const struct pqike_init_values *init = &sa->init;
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;

	if (nla_put_u32(skb, PQIKE_A_IKE_SA_ID, sa->id) ||
	    nla_put(skb, PQIKE_A_IKE_SA_SPI_I, IKE_SPI_LEN, init->spi_i) ||
	    (!initiator &&
	     nla_put(skb, PQIKE_A_IKE_SA_SPI_R, IKE_SPI_LEN, init->spi_r)) ||
	    nla_put(skb, PQIKE_A_IKE_SA_NONCE,
		    initiator ? init->ni_len : init->nr_len,
		    initiator ? init->ni : init->nr) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_KE_METHOD, sa->ke.method) ||
	    nla_put(skb, PQIKE_A_IKE_SA_KE_DATA, sa->ke.data_len, sa->ke.data))
		return -EMSGSIZE;
	return 0;
}

int pqike_nl_ike_sa_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_ike_sa *sa;
	enum pqike_role role;
	struct reply reply;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_ROLE)) {
		NL_SET_ERR_MSG(info->extack, "the role is missing");
		return -EINVAL;
	}
	role = nla_get_u32(info->attrs[PQIKE_A_IKE_SA_ROLE]);
	sa = pqike_ike_sa_alloc(genl_info_net(info), NETLINK_CB(skb).sk,
				info->snd_portid, role);
	if (!sa)
		return -ENOMEM;
	err = role == PQIKE_ROLE_INITIATOR ? begin_initiator(sa, info) :
		begin_responder(sa, info);
	if (err)
		goto out;
	err = reply_new(&reply, info, sa->ke.data_len);
	if (err)
		goto out;

	/* Nobody may touch it before the reply has been filled. */
	mutex_lock(&sa->lock);
	err = pqike_ike_sa_insert(sa);
	if (!err)
		err = put_own_values(reply.skb, sa);
	mutex_unlock(&sa->lock);
	err = reply_send(&reply, info, err);
out:
	pqike_ike_sa_put(sa);
	return err;
}

static int put_suite(struct sk_buff *skb, const struct pqike_suite *suite)
{
	if (nla_put_u16(skb, PQIKE_A_IKE_SA_ENCR, suite->encr) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_ENCR_KEY_BITS,
			suite->encr_key_bits) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_PRF, suite->prf) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_KE_METHOD, suite->ke))
		return -EMSGSIZE;
	for (unsigned int i = 0; i < suite->n_additional_ke; i++) {
		if (nla_put_u16(skb, PQIKE_A_IKE_SA_ADDITIONAL_KE,
				suite->additional_ke[i]))
			return -EMSGSIZE;
	}
	return 0;
}

int pqike_nl_ike_sa_init_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *request_attr = info->attrs[PQIKE_A_IKE_SA_REQUEST];
	struct nlattr *response_attr = info->attrs[PQIKE_A_IKE_SA_RESPONSE];
	struct pqike_raw_message request, response;
	struct pqike_ike_sa *sa;
	bool initiator;
	struct reply reply;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_RESPONSE)) {
		NL_SET_ERR_MSG(info->extack, "the IKE_SA_INIT response is missing");
		return -EINVAL;
	}
	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	initiator = sa->role == PQIKE_ROLE_INITIATOR;
	if (initiator != !!request_attr) {
		NL_SET_ERR_MSG(info->extack, "only the initiator gives its IKE_SA_INIT request");
		err = -EINVAL;
		goto out;
	}
	err = reply_new(&reply, info, 0);
	if (err)
		goto out;
	response.data = nla_data(response_attr);
	response.len = nla_len(response_attr);
	if (initiator) {
		request.data = nla_data(request_attr);
		request.len = nla_len(request_attr);
	}
	err = pqike_ike_sa_init(sa, initiator ? &request : NULL, &response,
				info->extack);
	if (!err)
		err = nla_put_u32(reply.skb, PQIKE_A_IKE_SA_ID, sa->id);
	if (!err)
		err = put_suite(reply.skb, &sa->suite);
	err = reply_send(&reply, info, err);
out:
	pqike_ike_sa_unlock(sa);
	return err;
}

static int put_round(struct sk_buff *skb, const struct pqike_ike_sa *sa)
{
	if (nla_put_u32(skb, PQIKE_A_IKE_SA_ID, sa->id) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE,
			sa->rounds_done))
		return -EMSGSIZE;
	if (!sa->ke.data)
		return 0;
	return nla_put_u16(skb, PQIKE_A_IKE_SA_KE_METHOD, sa->ke.method) ?:
	       nla_put(skb, PQIKE_A_IKE_SA_KE_DATA, sa->ke.data_len,
		       sa->ke.data);
}

int pqike_nl_ike_sa_additional_ke_doit(struct sk_buff *skb,
				       struct genl_info *info)
{
	struct pqike_ike_sa *sa;
	struct reply reply;
	int err;

	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = reply_new(&reply, info, MLKEM_MAX_EK_LEN);
	if (err)
		goto out;
	err = pqike_ike_sa_additional_ke(sa, info->extack);
	if (!err)
		err = put_round(reply.skb, sa);
	err = reply_send(&reply, info, err);
out:
	pqike_ike_sa_unlock(sa);
	return err;
}

/* Each message that was sealed becomes an attribute. */
static int put_messages(struct sk_buff *skb, const u8 *messages, size_t len)
{
	while (len) {
		const struct ike_header *header = (const void *)messages;
		const size_t message_len = be32_to_cpu(header->length);

		if (nla_put(skb, PQIKE_A_IKE_SA_MESSAGE, message_len, messages))
			return -EMSGSIZE;
		messages += message_len;
		len -= message_len;
	}
	return 0;
}

static int request_plaintext(struct genl_info *info, const u8 **plaintext,
			     size_t *len)
{
	struct nlattr *attr = info->attrs[PQIKE_A_IKE_SA_PLAINTEXT];

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_EXCHANGE_TYPE) ||
	    GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_MESSAGE_ID)) {
		NL_SET_ERR_MSG(info->extack, "Exchange Type or Message ID is missing");
		return -EINVAL;
	}
	*plaintext = attr ? nla_data(attr) : NULL;
	*len = attr ? nla_len(attr) : 0;
	if (*len > PQIKE_MESSAGE_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "the plaintext is too long");
		return -EMSGSIZE;
	}
	if (!*len != !nla_get_u8_default(info->attrs[PQIKE_A_IKE_SA_FIRST_PAYLOAD], 0)) {
		NL_SET_ERR_MSG(info->extack, "first payload and plaintext go together");
		return -EINVAL;
	}
	return 0;
}

int pqike_nl_ike_sa_seal_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	size_t len, messages_len = 0, fragment_size;
	const u8 *plaintext;
	u8 *messages = NULL;
	struct pqike_ike_sa *sa;
	struct reply reply;
	int err;

	err = request_plaintext(info, &plaintext, &len);
	if (err)
		return err;
	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	fragment_size = nla_get_u32_default(attrs[PQIKE_A_IKE_SA_FRAGMENT_SIZE], 0);
	/* More than half of a fragment, even of the smallest, is plaintext. */
	err = reply_new(&reply, info, 2 * len);
	if (err)
		goto out;
	err = pqike_ike_sa_seal(sa, nla_get_u8(attrs[PQIKE_A_IKE_SA_EXCHANGE_TYPE]),
				nla_get_flag(attrs[PQIKE_A_IKE_SA_RESPONSE_FLAG]),
				nla_get_u32(attrs[PQIKE_A_IKE_SA_MESSAGE_ID]),
				nla_get_u8_default(attrs[PQIKE_A_IKE_SA_FIRST_PAYLOAD], 0),
				plaintext, len, fragment_size, &messages,
				&messages_len, info->extack);
	if (!err)
		err = nla_put_u32(reply.skb, PQIKE_A_IKE_SA_ID, sa->id);
	if (!err)
		err = put_messages(reply.skb, messages, messages_len);
	kfree(messages);
	err = reply_send(&reply, info, err);
out:
	pqike_ike_sa_unlock(sa);
	return err;
}

static int put_opened(struct sk_buff *skb, const struct pqike_sk_opened *opened)
{
	const struct ike_header *header = &opened->header;

	if (nla_put_u8(skb, PQIKE_A_IKE_SA_EXCHANGE_TYPE,
		       header->exchange_type) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_MESSAGE_ID,
			be32_to_cpu(header->message_id)) ||
	    nla_put_u8(skb, PQIKE_A_IKE_SA_FIRST_PAYLOAD,
		       opened->first_payload) ||
	    nla_put(skb, PQIKE_A_IKE_SA_PLAINTEXT, opened->len,
		    opened->plaintext))
		return -EMSGSIZE;
	if (!(header->flags & IKE_FLAG_RESPONSE))
		return 0;
	return nla_put_flag(skb, PQIKE_A_IKE_SA_RESPONSE_FLAG);
}

int pqike_nl_ike_sa_open_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *message = info->attrs[PQIKE_A_IKE_SA_MESSAGE];
	struct pqike_ike_sa *sa;
	struct reply reply;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_MESSAGE)) {
		NL_SET_ERR_MSG(info->extack, "the message is missing");
		return -EINVAL;
	}
	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = reply_new(&reply, info, PQIKE_MESSAGE_MAX);
	if (err)
		goto out;
	err = pqike_ike_sa_open(sa, nla_data(message), nla_len(message),
				info->extack);
	if (err > 0)
		err = nla_put_u32(reply.skb, PQIKE_A_IKE_SA_FRAGMENTS_MISSING,
				  err);
	else if (!err)
		err = put_opened(reply.skb, &sa->opened);
	if (!err)
		err = nla_put_u32(reply.skb, PQIKE_A_IKE_SA_ID, sa->id);
	err = reply_send(&reply, info, err);
out:
	pqike_ike_sa_unlock(sa);
	return err;
}

int pqike_nl_ike_sa_auth_make_doit(struct sk_buff *skb, struct genl_info *info)
{
	u8 auth[PQIKE_PRF_LEN_MAX];
	struct pqike_ike_sa *sa;
	struct reply reply;
	int err;

	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = reply_new(&reply, info, sizeof(auth));
	if (err)
		goto out;
	err = pqike_ike_sa_auth_make(sa, auth, info->extack);
	if (!err &&
	    (nla_put_u32(reply.skb, PQIKE_A_IKE_SA_ID, sa->id) ||
	     nla_put_u8(reply.skb, PQIKE_A_IKE_SA_AUTH_METHOD,
			IKE_AUTH_SHARED_KEY) ||
	     nla_put(reply.skb, PQIKE_A_IKE_SA_AUTH_DATA,
		     pqike_prf_len(sa->prf), auth)))
		err = -EMSGSIZE;
	err = reply_send(&reply, info, err);
out:
	pqike_ike_sa_unlock(sa);
	return err;
}

int pqike_nl_ike_sa_auth_verify_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct pqike_connection *named = NULL;
	struct pqike_ike_sa *sa;
	int err;

	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	if (sa->role == PQIKE_ROLE_RESPONDER) {
		named = request_connection(info, PQIKE_A_IKE_SA_CONNECTION);
		if (IS_ERR(named)) {
			err = PTR_ERR(named);
			goto out;
		}
	}
	err = pqike_ike_sa_auth_verify(sa, named ?: sa->connection,
				       info->extack);
	pqike_connection_put(named);
out:
	pqike_ike_sa_unlock(sa);
	return err;
}

int pqike_nl_ike_sa_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_ike_sa *sa;

	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	pqike_ike_sa_delete(sa);
	pqike_ike_sa_unlock(sa);
	return 0;
}

static size_t address_len(u16 family)
{
	return family == AF_INET ? 4 : 16;
}

static int put_ts(struct sk_buff *skb, int attribute, const struct pqike_ts *ts,
		  unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct nlattr *nest = nla_nest_start(skb, attribute);

		if (!nest ||
		    nla_put(skb, PQIKE_A_TRAFFIC_SELECTOR_ADDRESS,
			    address_len(ts[i].family), &ts[i].address) ||
		    nla_put_u8(skb, PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH,
			       ts[i].prefix_len) ||
		    nla_put_u8(skb, PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL,
			       ts[i].protocol) ||
		    nla_put_u16(skb, PQIKE_A_TRAFFIC_SELECTOR_PORT,
				be16_to_cpu(ts[i].port)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_installed(struct sk_buff *skb, struct net *net,
			 const struct pqike_esp *esp)
{
	struct pqike_esp_counters counters;

	pqike_esp_counters(net, esp, &counters);
	if (nla_put_flag(skb, PQIKE_A_CHILD_SA_INSTALLED) ||
	    nla_put_be32(skb, PQIKE_A_CHILD_SA_SPI_OUT, esp->spi_out) ||
	    nla_put_u16(skb, PQIKE_A_CHILD_SA_ENCR, esp->encr) ||
	    nla_put_u16(skb, PQIKE_A_CHILD_SA_ENCR_KEY_BITS,
			esp->encr_key_bits) ||
	    put_ts(skb, PQIKE_A_CHILD_SA_LOCAL_TS, esp->local_ts,
		   esp->n_local_ts) ||
	    put_ts(skb, PQIKE_A_CHILD_SA_REMOTE_TS, esp->remote_ts,
		   esp->n_remote_ts) ||
	    nla_put_u64_64bit(skb, PQIKE_A_CHILD_SA_BYTES_IN,
			      counters.bytes_in, PQIKE_A_CHILD_SA_PAD) ||
	    nla_put_u64_64bit(skb, PQIKE_A_CHILD_SA_PACKETS_IN,
			      counters.packets_in, PQIKE_A_CHILD_SA_PAD) ||
	    nla_put_u64_64bit(skb, PQIKE_A_CHILD_SA_BYTES_OUT,
			      counters.bytes_out, PQIKE_A_CHILD_SA_PAD) ||
	    nla_put_u64_64bit(skb, PQIKE_A_CHILD_SA_PACKETS_OUT,
			      counters.packets_out, PQIKE_A_CHILD_SA_PAD))
		return -EMSGSIZE;
	return 0;
}

static int put_child_sa(struct sk_buff *skb, struct net *net,
			const struct pqike_child_sa *child)
{
	const struct pqike_esp *esp = &child->esp;
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_IKE_SA_CHILD_SA);

	if (!nest ||
	    nla_put_u32(skb, PQIKE_A_CHILD_SA_ID, child->id) ||
	    nla_put_be32(skb, PQIKE_A_CHILD_SA_SPI_IN, esp->spi_in) ||
	    nla_put(skb, PQIKE_A_CHILD_SA_LOCAL_ADDRESS,
		    address_len(esp->family), &esp->local) ||
	    nla_put(skb, PQIKE_A_CHILD_SA_REMOTE_ADDRESS,
		    address_len(esp->family), &esp->remote) ||
	    (child->installed && put_installed(skb, net, esp)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_ike_sa(struct sk_buff *skb, const struct pqike_ike_sa *sa)
{
	const struct pqike_init_values *init = &sa->init;
	const struct pqike_child_sa *child;

	if (nla_put_u32(skb, PQIKE_A_IKE_SA_ID, sa->id) ||
	    (sa->connection &&
	     nla_put_string(skb, PQIKE_A_IKE_SA_CONNECTION,
			    sa->connection->name)) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_ROLE, sa->role) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_STATE, sa->state) ||
	    nla_put(skb, PQIKE_A_IKE_SA_SPI_I, IKE_SPI_LEN, init->spi_i) ||
	    nla_put(skb, PQIKE_A_IKE_SA_SPI_R, IKE_SPI_LEN, init->spi_r) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE,
			sa->rounds_done) ||
	    (sa->suite.ke && put_suite(skb, &sa->suite)))
		return -EMSGSIZE;
	list_for_each_entry(child, &sa->children, list) {
		if (put_child_sa(skb, sa->net, child))
			return -EMSGSIZE;
	}
	return 0;
}

int pqike_nl_ike_sa_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_ike_sa *sa;
	struct reply reply;
	int err;

	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = reply_new(&reply, info, NLMSG_GOODSIZE);
	if (!err)
		err = reply_send(&reply, info, put_ike_sa(reply.skb, sa));
	pqike_ike_sa_unlock(sa);
	return err;
}

int pqike_nl_ike_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	unsigned long id = cb->args[0];
	struct pqike_ike_sa *sa;
	void *header;
	int err = 0;

	while (!err &&
	       (sa = pqike_ike_sa_lock_next(sock_net(skb->sk), &id))) {
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, &pqike_nl_family,
				     NLM_F_MULTI, PQIKE_CMD_IKE_SA_GET);
		err = header ? put_ike_sa(skb, sa) : -EMSGSIZE;
		if (!err) {
			genlmsg_end(skb, header);
			id++;
		} else if (header) {
			genlmsg_cancel(skb, header);
		}
		pqike_ike_sa_unlock(sa);
	}
	cb->args[0] = id;
	/* One that does not fit into an empty message never will. */
	return skb->len ?: err;
}

static int request_child_attrs(struct genl_info *info, struct nlattr **attrs)
{
	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_CHILD_SA)) {
		NL_SET_ERR_MSG(info->extack, "the Child SA is missing");
		return -EINVAL;
	}
	return nla_parse_nested(attrs, PQIKE_A_CHILD_SA_MAX,
				info->attrs[PQIKE_A_IKE_SA_CHILD_SA],
				pqike_child_sa_nl_policy, info->extack);
}

/* The family follows from the length. */
static int read_address(const struct nlattr *attr, u16 *family,
			xfrm_address_t *address, struct netlink_ext_ack *extack)
{
	const int len = attr ? nla_len(attr) : 0;

	if (len != 4 && len != 16) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "an address has not 4 or 16 octets");
		return -EINVAL;
	}
	*family = len == 4 ? AF_INET : AF_INET6;
	memset(address, 0, sizeof(*address));
	memcpy(address, nla_data(attr), len);
	return 0;
}

static int reply_child_sa(struct reply *reply, const struct pqike_ike_sa *sa,
			  const struct pqike_child_sa *child)
{
	struct nlattr *nest;

	if (nla_put_u32(reply->skb, PQIKE_A_IKE_SA_ID, sa->id))
		return -EMSGSIZE;
	nest = nla_nest_start(reply->skb, PQIKE_A_IKE_SA_CHILD_SA);
	if (!nest || nla_put_u32(reply->skb, PQIKE_A_CHILD_SA_ID, child->id) ||
	    nla_put_be32(reply->skb, PQIKE_A_CHILD_SA_SPI_IN, child->esp.spi_in))
		return -EMSGSIZE;
	nla_nest_end(reply->skb, nest);
	return 0;
}

int pqike_nl_child_sa_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	xfrm_address_t local, remote;
	struct pqike_child_sa *child;
	u16 family, remote_family;
	struct pqike_ike_sa *sa;
	struct reply reply;
	int err;

	err = request_child_attrs(info, attrs);
	if (!err)
		err = read_address(attrs[PQIKE_A_CHILD_SA_LOCAL_ADDRESS],
				   &family, &local, info->extack);
	if (!err)
		err = read_address(attrs[PQIKE_A_CHILD_SA_REMOTE_ADDRESS],
				   &remote_family, &remote, info->extack);
	if (err)
		return err;
	if (family != remote_family) {
		NL_SET_ERR_MSG(info->extack, "the tunnel endpoints are of different families");
		return -EINVAL;
	}
	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = reply_new(&reply, info, 0);
	if (err)
		goto out;
	child = pqike_child_sa_new(sa, family, &local, &remote, info->extack);
	err = IS_ERR(child) ? PTR_ERR(child) : reply_child_sa(&reply, sa, child);
	err = reply_send(&reply, info, err);
out:
	pqike_ike_sa_unlock(sa);
	return err;
}

static int read_ts(const struct nlattr *nest, struct pqike_ts *ts,
		   struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_TRAFFIC_SELECTOR_MAX + 1];
	int err;

	err = nla_parse_nested(attrs, PQIKE_A_TRAFFIC_SELECTOR_MAX, nest,
			       pqike_traffic_selector_nl_policy, extack);
	if (!err)
		err = read_address(attrs[PQIKE_A_TRAFFIC_SELECTOR_ADDRESS],
				   &ts->family, &ts->address, extack);
	if (err)
		return err;
	ts->prefix_len =
		nla_get_u8_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH], 0);
	ts->protocol =
		nla_get_u8_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL], 0);
	ts->port = cpu_to_be16(nla_get_u16_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PORT],
						   0));
	if (ts->prefix_len > 8 * address_len(ts->family)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a prefix is longer than its address");
		return -EINVAL;
	}
	return 0;
}

static int add_ts(const struct nlattr *nest, struct pqike_ts *list,
		  unsigned int *n, struct netlink_ext_ack *extack)
{
	if (*n == PQIKE_ESP_TS_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "too many traffic selectors");
		return -E2BIG;
	}
	return read_ts(nest, &list[(*n)++], extack);
}

/* All selectors of a Child SA; they come as one attribute each. */
static int read_selectors(const struct nlattr *child, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int left, err = 0;

	nla_for_each_nested(attr, child, left) {
		if (nla_type(attr) == PQIKE_A_CHILD_SA_LOCAL_TS)
			err = add_ts(attr, esp->local_ts, &esp->n_local_ts,
				     extack);
		else if (nla_type(attr) == PQIKE_A_CHILD_SA_REMOTE_TS)
			err = add_ts(attr, esp->remote_ts, &esp->n_remote_ts,
				     extack);
		if (err)
			return err;
	}
	if (!esp->n_local_ts || !esp->n_remote_ts) {
		NL_SET_ERR_MSG(extack, "traffic selectors of both sides are needed");
		return -EINVAL;
	}
	return 0;
}

static int read_agreed(struct genl_info *info, struct nlattr **attrs,
		       struct pqike_esp *agreed)
{
	if (!attrs[PQIKE_A_CHILD_SA_SPI_OUT] || !attrs[PQIKE_A_CHILD_SA_ENCR] ||
	    !attrs[PQIKE_A_CHILD_SA_ENCR_KEY_BITS]) {
		NL_SET_ERR_MSG(info->extack, "outbound SPI or encryption algorithm is missing");
		return -EINVAL;
	}
	agreed->spi_out = nla_get_be32(attrs[PQIKE_A_CHILD_SA_SPI_OUT]);
	agreed->encr = nla_get_u16(attrs[PQIKE_A_CHILD_SA_ENCR]);
	agreed->encr_key_bits = nla_get_u16(attrs[PQIKE_A_CHILD_SA_ENCR_KEY_BITS]);
	return read_selectors(info->attrs[PQIKE_A_IKE_SA_CHILD_SA], agreed,
			      info->extack);
}

/* The Child SA that a request names. */
static struct pqike_child_sa *request_child_sa(struct pqike_ike_sa *sa,
					       struct nlattr **attrs,
					       struct netlink_ext_ack *extack)
{
	return pqike_child_sa_find(sa,
				   nla_get_u32_default(attrs[PQIKE_A_CHILD_SA_ID], 0),
				   extack);
}

int pqike_nl_child_sa_install_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;
	struct pqike_esp *agreed;
	struct pqike_ike_sa *sa;
	int err;

	agreed = kzalloc_obj(*agreed, GFP_KERNEL);
	if (!agreed)
		return -ENOMEM;
	err = request_child_attrs(info, attrs);
	if (!err)
		err = read_agreed(info, attrs, agreed);
	if (err)
		goto out_free;
	sa = request_ike_sa(info);
	if (IS_ERR(sa)) {
		err = PTR_ERR(sa);
		goto out_free;
	}
	child = request_child_sa(sa, attrs, info->extack);
	err = child ? pqike_child_sa_install(sa, child, agreed, info->extack) :
		-ENOENT;
	pqike_ike_sa_unlock(sa);
out_free:
	kfree(agreed);
	return err;
}

int pqike_nl_child_sa_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;
	struct pqike_ike_sa *sa;
	int err;

	err = request_child_attrs(info, attrs);
	if (err)
		return err;
	sa = request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	child = request_child_sa(sa, attrs, info->extack);
	if (child)
		pqike_child_sa_del(sa, child);
	pqike_ike_sa_unlock(sa);
	return child ? 0 : -ENOENT;
}

static struct genl_family pqike_nl_family __ro_after_init = {
	.name		= PQIKE_GENL_NAME,
	.version	= PQIKE_GENL_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= pqike_nl_ops,
	.n_ops		= ARRAY_SIZE(pqike_nl_ops),
	.resv_start_op	= __PQIKE_CMD_MAX,
};

/**
 * pqike_netlink_register() - offer the family
 *
 * Context: module init; may sleep.
 * Return: 0 or an error of genl_register_family().
 */
int pqike_netlink_register(void)
{
	return genl_register_family(&pqike_nl_family);
}

/**
 * pqike_netlink_unregister() - take the family back; no step runs afterwards
 *
 * Context: module exit; may sleep.
 */
void pqike_netlink_unregister(void)
{
	genl_unregister_family(&pqike_nl_family);
}
