/* SPDX-License-Identifier: GPL-2.0 */
/* The reply of a step that was taken, kept until it could be delivered. */
#ifndef PQIKE_KEPT_REPLY_H
#define PQIKE_KEPT_REPLY_H

#include <crypto/sha2.h>
#include <linux/types.h>

struct genl_info;
struct sk_buff;

/**
 * struct pqike_kept_reply - the reply of an IKE SA's last step, not delivered
 * @skb: the message, complete; NULL where the last step's was delivered
 * @command: of the request
 * @attributes: SHA-256 of all attributes of the request
 */
struct pqike_kept_reply {
	struct sk_buff *skb;
	u8 command;
	u8 attributes[SHA256_DIGEST_SIZE];
};

void pqike_kept_reply_drop(struct pqike_kept_reply *kept);
int pqike_kept_reply_send(struct pqike_kept_reply *kept, struct sk_buff *skb,
			  struct genl_info *info);
bool pqike_kept_reply_is_of(const struct pqike_kept_reply *kept,
			    struct genl_info *info);
int pqike_kept_reply_repeat(struct pqike_kept_reply *kept,
			    struct genl_info *info);

#endif /* PQIKE_KEPT_REPLY_H */
