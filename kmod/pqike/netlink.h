/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family pqike: what its operations share.
 */
#ifndef PQIKE_NETLINK_H
#define PQIKE_NETLINK_H

#include <linux/socket.h>
#include <linux/types.h>
#include <linux/xfrm.h>
#include <net/genetlink.h>

struct pqike_child_sa;
struct pqike_connection;
struct pqike_ike_sa;
struct pqike_suite;

extern struct genl_family pqike_nl_family;

/**
 * struct pqike_reply - a reply under construction
 * @skb: the message
 * @header: of the family
 */
struct pqike_reply {
	struct sk_buff *skb;
	void *header;
};

/**
 * struct pqike_step - a step of an IKE SA that has a reply
 * @sa: locked
 * @parent: the IKE SA that @sa rekeys, locked, where the step needs it; or NULL
 * @reply: has room for the result, and the IKE SA's number in it
 */
struct pqike_step {
	struct pqike_ike_sa *sa;
	struct pqike_ike_sa *parent;
	struct pqike_reply reply;
};

int pqike_reply_new(struct pqike_reply *reply, struct genl_info *info,
		    size_t size);
int pqike_reply_send(struct pqike_reply *reply, struct genl_info *info, int err);
struct pqike_ike_sa *pqike_request_ike_sa(struct genl_info *info);
struct pqike_connection *pqike_request_connection(struct genl_info *info,
						  int attribute);
int pqike_request_child_attrs(struct genl_info *info, int type,
			      struct nlattr **attrs);
struct pqike_child_sa *pqike_request_child_sa(struct pqike_ike_sa *sa,
					      struct nlattr **attrs,
					      struct netlink_ext_ack *extack);
int pqike_read_address(const struct nlattr *attr, u16 *family,
		       xfrm_address_t *address, struct netlink_ext_ack *extack);
struct pqike_ike_sa *
pqike_request_ike_sa_with_parent(struct genl_info *info,
				 struct pqike_ike_sa **parent);
int pqike_step_begin(struct pqike_step *step, struct genl_info *info,
		     size_t size);
int pqike_step_begin_with_parent(struct pqike_step *step,
				 struct genl_info *info, size_t size);
int pqike_step_end(struct pqike_step *step, struct genl_info *info, int err);
int pqike_put_suite(struct sk_buff *skb, const struct pqike_suite *suite);
int pqike_netlink_register(void);
void pqike_netlink_unregister(void);

/* Octets of an address of a family, in an attribute. */
static inline size_t pqike_address_len(u16 family)
{
	return family == AF_INET ? 4 : 16;
}

#endif /* PQIKE_NETLINK_H */
