// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations that seal and open messages.
 */
#include "compat.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

/* That of the first of what was sealed. */
static size_t message_len(const u8 *messages)
{
	const struct ike_header *header = (const void *)messages;

	return be32_to_cpu(header->length);
}

/**
 * pqike_put_messages() - put what was sealed into a reply, each as an attribute
 * @skb: the reply
 * @attribute: its type
 * @messages: one after the other, each as long as its header says
 * @len: octets of all
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_messages(struct sk_buff *skb, int attribute, const u8 *messages,
		       size_t len)
{
	const u8 *const end = messages + len;

	for (; messages != end; messages += message_len(messages)) {
		if (nla_put(skb, attribute, message_len(messages), messages))
			return -EMSGSIZE;
	}
	return 0;
}

/**
 * pqike_room_for_messages() - what pqike_put_messages() takes
 * @messages: as there
 * @len: as there
 *
 * Context: any.
 * Return: octets.
 */
size_t pqike_room_for_messages(const u8 *messages, size_t len)
{
	const u8 *const end = messages + len;
	size_t room = 0;

	for (; messages != end; messages += message_len(messages))
		room += PQIKE_ROOM(message_len(messages));
	return room;
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

static size_t request_fragment_size(struct genl_info *info)
{
	return nla_get_u32_default(info->attrs[PQIKE_A_IKE_SA_FRAGMENT_SIZE],
				   0);
}

/* What cannot be sealed at all needs none. */
static size_t room_for_messages(const struct pqike_ike_sa *sa,
				struct genl_info *info)
{
	const struct nlattr *plaintext = info->attrs[PQIKE_A_IKE_SA_PLAINTEXT];
	struct pqike_sk_layout layout;

	if (!sa->ciphers.sealing.algorithm ||
	    pqike_sk_lay_out(&layout, sa->ciphers.sealing.algorithm,
			     plaintext ? nla_len(plaintext) : 0,
			     request_fragment_size(info)))
		return 0;
	return layout.n_messages * PQIKE_ROOM(layout.message_len);
}

static int take_seal(struct pqike_step *step, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	const bool response = nla_get_flag(attrs[PQIKE_A_IKE_SA_RESPONSE_FLAG]);
	size_t len, messages_len;
	const u8 *plaintext;
	u8 *messages;
	int err;

	err = request_plaintext(info, &plaintext, &len);
	if (err)
		return err;
	err = pqike_ike_sa_seal(step->sa,
				nla_get_u8(attrs[PQIKE_A_IKE_SA_EXCHANGE_TYPE]),
				response,
				nla_get_u32(attrs[PQIKE_A_IKE_SA_MESSAGE_ID]),
				nla_get_u8_default(attrs[PQIKE_A_IKE_SA_FIRST_PAYLOAD], 0),
				plaintext, len, request_fragment_size(info),
				&messages, &messages_len, info->extack);
	if (err)
		return err;
	err = pqike_put_messages(step->reply.skb, PQIKE_A_IKE_SA_MESSAGE,
				 messages, messages_len);
	pqike_ike_sa_sent(step->sa, response, messages, messages_len);
	return err;
}

int pqike_nl_ike_sa_seal_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_SEAL,
		.more_room = room_for_messages,
		.take = take_seal,
	};

	return pqike_step(info, &kind);
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

/* Its fragments that came before, and no more than itself. */
static size_t room_for_plaintext(const struct pqike_ike_sa *sa,
				 struct genl_info *info)
{
	const struct nlattr *message = info->attrs[PQIKE_A_IKE_SA_MESSAGE];
	const size_t before = max(sa->reassembly[0].len, sa->reassembly[1].len);

	return before + (message ? nla_len(message) : 0);
}

static int take_open(struct pqike_step *step, struct genl_info *info)
{
	struct nlattr *message = info->attrs[PQIKE_A_IKE_SA_MESSAGE];
	int err;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_MESSAGE)) {
		NL_SET_ERR_MSG(info->extack, "the message is missing");
		return -EINVAL;
	}
	err = pqike_ike_sa_open(step->sa, nla_data(message), nla_len(message),
				info->extack);
	if (err > 0)
		return nla_put_u32(step->reply.skb,
				   PQIKE_A_IKE_SA_FRAGMENTS_MISSING, err);
	return err ?: put_opened(step->reply.skb, &step->sa->opened);
}

int pqike_nl_ike_sa_open_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_OPEN,
		.room = 2 * PQIKE_ROOM_U8 + PQIKE_ROOM_U32 + 2 * PQIKE_ROOM(0) +
			NLA_ALIGNTO,
		.more_room = room_for_plaintext,
		.take = take_open,
	};

	return pqike_step(info, &kind);
}
