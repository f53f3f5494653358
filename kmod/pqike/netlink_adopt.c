// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations for a helper that comes after another one: what it is told of
 * an IKE SA, and how that becomes its own.
 */
#include <linux/ktime.h>

#include "compat.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

static int take_note(struct pqike_step *step, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[PQIKE_A_IKE_SA_NOTE];
	struct nlattr *lifetime = info->attrs[PQIKE_A_IKE_SA_LIFETIME];
	struct pqike_ike_sa *sa = step->sa;
	int err;

	if (!attr) {
		NL_SET_ERR_MSG(info->extack, "the note is missing");
		return -EINVAL;
	}
	err = pqike_ike_sa_note(sa, nla_data(attr), nla_len(attr));
	if (err || !lifetime)
		return err;
	sa->orphan_ends = nla_get_u32(lifetime) ?
		ktime_get_boottime_seconds() + nla_get_u32(lifetime) : 0;
	return 0;
}

int pqike_nl_ike_sa_note_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_NOTE,
		.take = take_note,
	};

	return pqike_step_without_reply(info, pqike_request_owner(info), &kind);
}

static bool is_outstanding(const struct pqike_ike_sa *sa,
			   const struct pqike_sealed *sealed)
{
	return sealed->plaintext &&
	       sealed->message_id == sa->message_ids.request;
}

/* The payloads of the request that is outstanding, if it has any. */
static const struct pqike_sealed *outstanding_request(const struct pqike_ike_sa *sa)
{
	if (is_outstanding(sa, &sa->sealed_request))
		return &sa->sealed_request;
	return is_outstanding(sa, &sa->sealed_other) ? &sa->sealed_other : NULL;
}

static size_t room_to_go_on(const struct pqike_ike_sa *sa,
			    struct genl_info *info)
{
	return PQIKE_ROOM(sa->note.len) +
	       PQIKE_ROOM(max(sa->sealed_request.len, sa->sealed_other.len)) +
	       pqike_room_for_messages(sa->sent_request.data,
				       sa->sent_request.len) +
	       pqike_room_for_messages(sa->sent_response.data,
				       sa->sent_response.len);
}

static int put_outstanding(struct sk_buff *skb, const struct pqike_ike_sa *sa)
{
	const struct pqike_sealed *sealed = outstanding_request(sa);

	if (nla_put_u8(skb, PQIKE_A_IKE_SA_EXCHANGE_TYPE,
		       sa->message_ids.request_exchange) ||
	    pqike_put_messages(skb, PQIKE_A_IKE_SA_SENT_REQUEST,
			       sa->sent_request.data, sa->sent_request.len))
		return -EMSGSIZE;
	if (!sealed)
		return 0;
	return nla_put_u8(skb, PQIKE_A_IKE_SA_FIRST_PAYLOAD,
			  sealed->first_payload) ?:
	       nla_put(skb, PQIKE_A_IKE_SA_PLAINTEXT, sealed->len,
		       sealed->plaintext);
}

static int put_to_go_on(struct sk_buff *skb, const struct pqike_ike_sa *sa)
{
	const struct pqike_message_ids *ids = &sa->message_ids;

	if (nla_put_u32(skb, PQIKE_A_IKE_SA_NEXT_REQUEST, ids->request) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_NEXT_PEER_REQUEST,
			ids->peer_request) ||
	    (sa->note.len && nla_put(skb, PQIKE_A_IKE_SA_NOTE, sa->note.len,
				     sa->note.data)) ||
	    pqike_put_messages(skb, PQIKE_A_IKE_SA_SENT_RESPONSE,
			       sa->sent_response.data, sa->sent_response.len))
		return -EMSGSIZE;
	return ids->awaiting_response ? put_outstanding(skb, sa) : 0;
}

static int take_adopt(struct pqike_step *step, struct genl_info *info)
{
	int err;

	err = pqike_ike_sa_adopt(step->sa, step->owner, info->extack);
	return err ?: put_to_go_on(step->reply.skb, step->sa);
}

int pqike_nl_ike_sa_adopt_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_ADOPT,
		.of_any = true,
		.room = 2 * PQIKE_ROOM_U32 + 2 * PQIKE_ROOM_U8,
		.more_room = room_to_go_on,
		.take = take_adopt,
	};

	return pqike_step(info, &kind);
}
