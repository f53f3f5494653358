// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations that make a Child SA: its SPI, and the key exchanges of
 * CREATE_CHILD_SA and IKE_FOLLOWUP_KE.
 */
#include "../mlkem/mlkem.h"
#include "child_sa.h"
#include "compat.h"
#include "creation.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink_esp.h"

static int read_wanted(struct genl_info *info,
		       struct pqike_child_sa_request *wanted)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	const struct nlattr *role;
	int err;

	err = pqike_request_child_attrs(info, PQIKE_A_IKE_SA_CHILD_SA, attrs);
	if (!err)
		err = pqike_read_child_name(attrs, &wanted->child, info->extack);
	if (!err)
		err = pqike_read_endpoints(attrs, &wanted->family,
					   &wanted->local, &wanted->remote,
					   info->extack);
	if (err)
		return err;
	role = attrs[PQIKE_A_CHILD_SA_ROLE];
	wanted->creates = role;
	wanted->role = nla_get_u32_default(role, 0);
	wanted->ke_method =
		nla_get_u16_default(attrs[PQIKE_A_CHILD_SA_KE_METHOD], 0);
	return 0;
}

/* What this side has to send. */
static int put_own_values(struct sk_buff *skb,
			  const struct pqike_creation *creation)
{
	const struct pqike_init_values *init = &creation->init;
	const bool initiator = creation->role == PQIKE_ROLE_INITIATOR;

	return nla_put(skb, PQIKE_A_CHILD_SA_NONCE,
		       initiator ? init->ni_len : init->nr_len,
		       initiator ? init->ni : init->nr);
}

#define ROOM_KE	(PQIKE_ROOM_U16 + PQIKE_ROOM(MLKEM_MAX_EK_LEN))

static int put_ke(struct sk_buff *skb, const struct pqike_ke *ke)
{
	if (!ke->data)
		return 0;
	return nla_put_u16(skb, PQIKE_A_CHILD_SA_KE_METHOD, ke->method) ?:
	       nla_put(skb, PQIKE_A_CHILD_SA_KE_DATA, ke->data_len, ke->data);
}

static int put_new_child_sa(struct sk_buff *skb,
			    const struct pqike_child_sa *child)
{
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_IKE_SA_CHILD_SA);

	if (!nest || nla_put_u32(skb, PQIKE_A_CHILD_SA_ID, child->id) ||
	    nla_put_be32(skb, PQIKE_A_CHILD_SA_SPI_IN, child->esp.spi_in))
		return -EMSGSIZE;
	if (child->creation && (put_own_values(skb, child->creation) ||
				put_ke(skb, &child->creation->ke)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int take_new(struct pqike_step *step, struct genl_info *info)
{
	struct pqike_child_sa_request wanted = {};
	struct pqike_child_sa *child;
	int err;

	err = read_wanted(info, &wanted);
	if (err)
		return err;
	child = pqike_child_sa_new(step->sa, &wanted, info->extack);
	if (IS_ERR(child))
		return PTR_ERR(child);
	return put_new_child_sa(step->reply.skb, child);
}

int pqike_nl_child_sa_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_CHILD_SA_NEW,
		.room = PQIKE_ROOM(0) + 2 * PQIKE_ROOM_U32 +
			PQIKE_ROOM(PQIKE_OWN_NONCE_LEN) + ROOM_KE,
		.take = take_new,
	};

	return pqike_step(info, &kind);
}

static int put_followup(struct sk_buff *skb, const struct pqike_child_sa *child)
{
	const struct pqike_creation *creation = child->creation;
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_IKE_SA_CHILD_SA);

	if (!nest || nla_put_u32(skb, PQIKE_A_CHILD_SA_ID, child->id) ||
	    nla_put_u32(skb, PQIKE_A_CHILD_SA_ADDITIONAL_KE_DONE,
			pqike_creation_followups_done(creation)) ||
	    put_ke(skb, &creation->ke))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int take_ke(struct pqike_step *step, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;
	int err;

	child = pqike_request_child_sa(info, step->sa, attrs);
	if (IS_ERR(child))
		return PTR_ERR(child);
	err = pqike_child_sa_ke(step->sa, child, info->extack);
	return err ?: put_followup(step->reply.skb, child);
}

int pqike_nl_child_sa_ke_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_CHILD_SA_KE,
		.room = PQIKE_ROOM(0) + 2 * PQIKE_ROOM_U32 + ROOM_KE,
		.take = take_ke,
	};

	return pqike_step(info, &kind);
}
