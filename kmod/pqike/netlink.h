/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family pqike: what its operations share.
 */
#ifndef PQIKE_NETLINK_H
#define PQIKE_NETLINK_H

#include <linux/types.h>
#include <linux/xfrm.h>
#include <net/genetlink.h>
#include <uapi/linux/pqike.h>

struct pqike_child_sa;
struct pqike_connection;
struct pqike_ike_sa;
struct pqike_quota;
struct pqike_owner;
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
 * struct pqike_step - a step of an IKE SA, under way
 * @owner: the socket that asks for it; NULL for a step without reply
 * @sa: locked
 * @parent: the IKE SA that @sa rekeys, locked, where the step needs it; or NULL
 * @reply: has room for the result, and the IKE SA's number in it; or is empty
 */
struct pqike_step {
	struct pqike_owner *owner;
	struct pqike_ike_sa *sa;
	struct pqike_ike_sa *parent;
	struct pqike_reply reply;
};

typedef int pqike_step_take(struct pqike_step *step, struct genl_info *info);

/**
 * struct pqike_step_kind - how an operation takes a step
 * @operation: as which it is counted
 * @of_any: it is for IKE SAs of other sockets, and @take says which; else of @owner
 * @with_parent: it needs the IKE SA that is rekeyed, where there is one
 * @room: octets of the attributes that it puts into the reply, headers included; of a
 *	step without reply this and @of_any are not looked at
 * @more_room: how many more for this request of this IKE SA; or NULL
 * @take: does so, and puts the attributes; its errors drop the reply
 */
struct pqike_step_kind {
	enum pqike_operation operation;
	bool of_any;
	bool with_parent;
	size_t room;
	size_t (*more_room)(const struct pqike_ike_sa *sa,
			    struct genl_info *info);
	pqike_step_take *take;
};

int pqike_reply_new(struct pqike_reply *reply, struct genl_info *info,
		    size_t size);
int pqike_reply_send(struct pqike_reply *reply, struct genl_info *info, int err);
struct pqike_owner *pqike_request_owner(struct genl_info *info);
const struct pqike_owner *pqike_owner_or_admin(const struct sk_buff *skb,
					       struct net *net,
					       struct netlink_ext_ack *extack);
int pqike_check_admin(const struct sk_buff *skb, struct net *net,
		      struct netlink_ext_ack *extack);
struct pqike_ike_sa *pqike_request_ike_sa(struct genl_info *info,
					  const struct pqike_owner *owner);
struct pqike_connection *pqike_request_connection(struct genl_info *info,
						  int attribute);
int pqike_request_child_attrs(struct genl_info *info, int type,
			      struct nlattr **attrs);
struct pqike_child_sa *pqike_request_child_sa(struct genl_info *info,
					      struct pqike_ike_sa *sa,
					      struct nlattr **attrs);
int pqike_read_address(const struct nlattr *attr, u16 *family,
		       xfrm_address_t *address, struct netlink_ext_ack *extack);
struct pqike_ike_sa *
pqike_request_ike_sa_with_parent(struct genl_info *info,
				 const struct pqike_owner *owner,
				 struct pqike_ike_sa **parent);
int pqike_check_owner(const struct pqike_ike_sa *sa,
		      const struct pqike_owner *owner,
		      struct netlink_ext_ack *extack);
int pqike_check_shown(const struct pqike_ike_sa *sa,
		      const struct pqike_owner *owner,
		      struct netlink_ext_ack *extack);
int pqike_step_without_reply(struct genl_info *info,
			     const struct pqike_owner *owner,
			     const struct pqike_step_kind *kind);
int pqike_step(struct genl_info *info, const struct pqike_step_kind *kind);
int pqike_read_quota(const struct nlattr *nest, struct pqike_quota *quota,
		     struct netlink_ext_ack *extack);
int pqike_put_messages(struct sk_buff *skb, int attribute, const u8 *messages,
		       size_t len);
size_t pqike_room_for_messages(const u8 *messages, size_t len);
int pqike_put_suite(struct sk_buff *skb, const struct pqike_suite *suite);
int pqike_netlink_register(void);
void pqike_netlink_unregister(void);

/* Octets of a reply's attributes: each has a header, and is padded. */
#define PQIKE_ROOM(len)	(NLA_HDRLEN + NLA_ALIGN(len))
#define PQIKE_ROOM_U8	PQIKE_ROOM(sizeof(u8))
#define PQIKE_ROOM_U16	PQIKE_ROOM(sizeof(u16))
#define PQIKE_ROOM_U32	PQIKE_ROOM(sizeof(u32))

/* Of nla_put_u64_64bit(): padding may be before it. */
#define PQIKE_ROOM_U64	(PQIKE_ROOM(sizeof(u64)) + PQIKE_ROOM(0))

/* Of PQIKE_A_IKE_SA_ENCR and the others that pqike_put_suite() puts. */
#define PQIKE_ROOM_SUITE	((5 + PQIKE_ADDITIONAL_KE_MAX) * PQIKE_ROOM_U16)

/* Octets of an address of a family, in an attribute. */
static inline size_t pqike_address_len(u16 family)
{
	return family == AF_INET ? 4 : 16;
}

#endif /* PQIKE_NETLINK_H */
