// SPDX-License-Identifier: GPL-2.0
/*
 * The reply of a step that was taken, kept until it could be delivered.
 *
 * Netlink does not wait for room in the receive buffer of who asked: it drops
 * the reply, the acknowledgment, too, and recv() gives ENOBUFS.  What the step
 * made could be told by no other step: nonces, KE data, sealed messages and
 * opened ones are made once (R6).  So the reply stays with the IKE SA, and the
 * same request again, which is one with the same command and attributes, gets
 * that reply and takes no step.  The next step, which is another request, drops
 * it, as does the end of the IKE SA.
 */
#include <linux/string.h>
#include <net/genetlink.h>

#include "kept_reply.h"

static void digest_attributes(const struct genl_info *info, u8 *digest)
{
	sha256(genlmsg_data(info->genlhdr), genlmsg_len(info->genlhdr), digest);
}

/**
 * pqike_kept_reply_drop() - forget it
 * @kept: the reply, or none; none afterwards
 *
 * Context: may sleep.
 */
void pqike_kept_reply_drop(struct pqike_kept_reply *kept)
{
	nlmsg_free(kept->skb);
	kept->skb = NULL;
}

/* What is sent is a reference: netlink frees it where it is not delivered. */
static int send_reply(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	err = genlmsg_reply(skb_get(skb), info);
	if (err)
		NL_SET_ERR_MSG(info->extack,
			       "the step is taken, its reply was not delivered: repeat the request");
	return err;
}

/**
 * pqike_kept_reply_send() - send a reply, and keep it if it is not delivered
 * @kept: none; receives it
 * @skb: the message, complete; taken over
 * @info: the request
 *
 * Context: may sleep.
 * Return: 0 or an error of genlmsg_reply().
 */
int pqike_kept_reply_send(struct pqike_kept_reply *kept, struct sk_buff *skb,
			  struct genl_info *info)
{
	int err;

	err = send_reply(skb, info);
	if (!err) {
		nlmsg_free(skb);
		return 0;
	}
	kept->skb = skb;
	kept->command = info->genlhdr->cmd;
	digest_attributes(info, kept->attributes);
	return err;
}

/**
 * pqike_kept_reply_is_of() - does a request ask for it again?
 * @kept: the reply, or none
 * @info: the request
 *
 * Context: any.
 * Return: whether it does.
 */
bool pqike_kept_reply_is_of(const struct pqike_kept_reply *kept,
			    struct genl_info *info)
{
	u8 digest[SHA256_DIGEST_SIZE];

	if (!kept->skb || kept->command != info->genlhdr->cmd)
		return false;
	digest_attributes(info, digest);
	return !memcmp(digest, kept->attributes, sizeof(digest));
}

/**
 * pqike_kept_reply_repeat() - send it to who asks for it again
 * @kept: the reply; none afterwards if it was delivered
 * @info: the request
 *
 * Context: may sleep.
 * Return: 0 or an error of genlmsg_reply().
 */
int pqike_kept_reply_repeat(struct pqike_kept_reply *kept,
			    struct genl_info *info)
{
	struct nlmsghdr *header = nlmsg_hdr(kept->skb);
	int err;

	header->nlmsg_seq = info->snd_seq;
	header->nlmsg_pid = info->snd_portid;
	err = send_reply(kept->skb, info);
	if (!err)
		pqike_kept_reply_drop(kept);
	return err;
}
