// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations that seal and open messages.
 */
#include <linux/slab.h>

#include "compat.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

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
	struct pqike_step step;
	int err;

	err = request_plaintext(info, &plaintext, &len);
	if (err)
		return err;
	fragment_size = nla_get_u32_default(attrs[PQIKE_A_IKE_SA_FRAGMENT_SIZE], 0);
	/* More than half of a fragment, even of the smallest, is plaintext. */
	err = pqike_step_begin(&step, info, 2 * len);
	if (err)
		return err;
	err = pqike_ike_sa_seal(step.sa,
				nla_get_u8(attrs[PQIKE_A_IKE_SA_EXCHANGE_TYPE]),
				nla_get_flag(attrs[PQIKE_A_IKE_SA_RESPONSE_FLAG]),
				nla_get_u32(attrs[PQIKE_A_IKE_SA_MESSAGE_ID]),
				nla_get_u8_default(attrs[PQIKE_A_IKE_SA_FIRST_PAYLOAD], 0),
				plaintext, len, fragment_size, &messages,
				&messages_len, info->extack);
	if (!err)
		err = put_messages(step.reply.skb, messages, messages_len);
	kfree(messages);
	return pqike_step_end(&step, info, err);
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
	struct pqike_step step;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_MESSAGE)) {
		NL_SET_ERR_MSG(info->extack, "the message is missing");
		return -EINVAL;
	}
	err = pqike_step_begin(&step, info, PQIKE_MESSAGE_MAX);
	if (err)
		return err;
	err = pqike_ike_sa_open(step.sa, nla_data(message), nla_len(message),
				info->extack);
	if (err > 0)
		err = nla_put_u32(step.reply.skb,
				  PQIKE_A_IKE_SA_FRAGMENTS_MISSING, err);
	else if (!err)
		err = put_opened(step.reply.skb, &step.sa->opened);
	return pqike_step_end(&step, info, err);
}
