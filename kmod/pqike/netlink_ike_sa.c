// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations that take an IKE SA a step on.
 */
#include <linux/string.h>

#include "../mlkem/mlkem.h"
#include "connection.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

static int begin_initiator(struct pqike_ike_sa *sa, struct genl_info *info)
{
	struct nlattr *method = info->attrs[PQIKE_A_IKE_SA_KE_METHOD];
	struct pqike_connection *connection;

	if (!method) {
		NL_SET_ERR_MSG(info->extack, "the initiator's key exchange method is missing");
		return -EINVAL;
	}
	connection = pqike_request_connection(info, PQIKE_A_IKE_SA_CONNECTION);
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
	const struct pqike_ke *ke = pqike_ike_sa_own_ke(sa);

	if (nla_put_u32(skb, PQIKE_A_IKE_SA_ID, sa->id) ||
	    nla_put(skb, PQIKE_A_IKE_SA_SPI_I, IKE_SPI_LEN, init->spi_i) ||
	    (!initiator &&
	     nla_put(skb, PQIKE_A_IKE_SA_SPI_R, IKE_SPI_LEN, init->spi_r)) ||
	    nla_put(skb, PQIKE_A_IKE_SA_NONCE,
		    initiator ? init->ni_len : init->nr_len,
		    initiator ? init->ni : init->nr) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_KE_METHOD, ke->method) ||
	    nla_put(skb, PQIKE_A_IKE_SA_KE_DATA, ke->data_len, ke->data))
		return -EMSGSIZE;
	return 0;
}

/* Of SPIs, nonce and KE data of this side. */
#define ROOM_OWN_VALUES	(PQIKE_ROOM_U32 + 2 * PQIKE_ROOM(IKE_SPI_LEN) +	\
			 PQIKE_ROOM(PQIKE_OWN_NONCE_LEN) + PQIKE_ROOM_U16)

/*
 * Nobody may touch it before the reply has been filled, and nobody knows its
 * number where that is not delivered.
 */
static int insert_and_reply(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent,
			    struct genl_info *info)
{
	struct pqike_reply reply;
	bool inserted;
	int err;

	err = pqike_reply_new(&reply, info, ROOM_OWN_VALUES +
			      PQIKE_ROOM(pqike_ike_sa_own_ke(sa)->data_len));
	if (err)
		return err;
	mutex_lock_nested(&sa->lock, parent ? SINGLE_DEPTH_NESTING : 0);
	err = parent ? pqike_ike_sa_insert_rekeying(sa, parent) :
		pqike_ike_sa_insert(sa);
	inserted = !err;
	if (inserted)
		err = put_own_values(reply.skb, sa);
	err = pqike_reply_send(&reply, info, err);
	if (err && inserted)
		pqike_ike_sa_delete(sa);
	else if (!err && parent && sa->role == PQIKE_ROLE_RESPONDER)
		pqike_ike_sa_opened_used(parent);
	mutex_unlock(&sa->lock);
	return err;
}

static int begin_rekey(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent,
		       struct genl_info *info)
{
	struct nlattr *method = info->attrs[PQIKE_A_IKE_SA_KE_METHOD];
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;

	if (info->attrs[PQIKE_A_IKE_SA_CONNECTION] ||
	    info->attrs[PQIKE_A_IKE_SA_REQUEST]) {
		NL_SET_ERR_MSG(info->extack,
			       "a rekey takes connection and request from the IKE SA rekeyed");
		return -EINVAL;
	}
	if (initiator && (!method || !nla_get_u16(method))) {
		NL_SET_ERR_MSG(info->extack, "the initiator's key exchange method is missing");
		return -EINVAL;
	}
	return initiator ?
		pqike_ike_sa_begin_rekey(sa, parent, nla_get_u16(method),
					 info->extack) :
		pqike_ike_sa_answer_rekey(sa, parent, info->extack);
}

/* Others may have found it by now. */
static void count_new(struct pqike_ike_sa *sa, u64 begun, int err)
{
	mutex_lock(&sa->lock);
	pqike_stats_operation(sa, PQIKE_OPERATION_IKE_SA_NEW, begun, err);
	mutex_unlock(&sa->lock);
}

static int new_rekeying(struct pqike_ike_sa *sa, const struct pqike_owner *owner,
			struct genl_info *info)
{
	struct pqike_ike_sa *parent;
	u64 begun;
	int err;

	parent = pqike_ike_sa_lock(genl_info_net(info),
				   nla_get_u32(info->attrs[PQIKE_A_IKE_SA_REKEYS]),
				   info->extack);
	if (!parent)
		return -ENOENT;
	begun = pqike_stats_begin();
	err = pqike_check_owner(parent, owner, info->extack);
	if (!err)
		err = begin_rekey(sa, parent, info);
	if (!err)
		err = insert_and_reply(sa, parent, info);
	pqike_ike_sa_unlock(parent);
	count_new(sa, begun, err);
	return err;
}

static int new_ike_sa(struct pqike_ike_sa *sa, struct genl_info *info)
{
	const u64 begun = pqike_stats_begin();
	int err;

	err = sa->role == PQIKE_ROLE_INITIATOR ? begin_initiator(sa, info) :
		begin_responder(sa, info);
	if (!err)
		err = insert_and_reply(sa, NULL, info);
	count_new(sa, begun, err);
	return err;
}

int pqike_nl_ike_sa_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_owner *owner = pqike_request_owner(info);
	struct pqike_ike_sa *sa;
	u64 begun;
	int err;

	if (IS_ERR(owner))
		return PTR_ERR(owner);
	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_ROLE)) {
		NL_SET_ERR_MSG(info->extack, "the role is missing");
		return -EINVAL;
	}
	begun = pqike_stats_begin();
	sa = pqike_ike_sa_alloc(genl_info_net(info), owner,
				nla_get_u32(info->attrs[PQIKE_A_IKE_SA_ROLE]),
				info->extack);
	if (IS_ERR(sa)) {
		pqike_stats_not_made(genl_info_net(info), begun, PTR_ERR(sa));
		return PTR_ERR(sa);
	}
	err = info->attrs[PQIKE_A_IKE_SA_REKEYS] ? new_rekeying(sa, owner, info) :
		new_ike_sa(sa, info);
	pqike_ike_sa_put(sa);
	return err;
}

static int init_from_messages(struct pqike_ike_sa *sa, struct genl_info *info)
{
	struct nlattr *request_attr = info->attrs[PQIKE_A_IKE_SA_REQUEST];
	struct nlattr *response_attr = info->attrs[PQIKE_A_IKE_SA_RESPONSE];
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;
	struct pqike_raw_message request, response;

	if (!response_attr) {
		NL_SET_ERR_MSG(info->extack, "the IKE_SA_INIT response is missing");
		return -EINVAL;
	}
	if (initiator != !!request_attr) {
		NL_SET_ERR_MSG(info->extack, "only the initiator gives its IKE_SA_INIT request");
		return -EINVAL;
	}
	response.data = nla_data(response_attr);
	response.len = nla_len(response_attr);
	if (initiator) {
		request.data = nla_data(request_attr);
		request.len = nla_len(request_attr);
	}
	return pqike_ike_sa_init(sa, initiator ? &request : NULL, &response,
				 info->extack);
}

static int init_rekey(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent,
		      struct genl_info *info)
{
	int err;

	if (info->attrs[PQIKE_A_IKE_SA_REQUEST] ||
	    info->attrs[PQIKE_A_IKE_SA_RESPONSE]) {
		NL_SET_ERR_MSG(info->extack,
			       "a rekey takes its messages from the IKE SA rekeyed");
		return -EINVAL;
	}
	err = pqike_ike_sa_init_rekey(sa, parent, info->extack);
	/* The KE data that was made has been told before. */
	if (!err && sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED)
		pqike_ke_wipe(&sa->ke);
	return err;
}

static int take_init(struct pqike_step *step, struct genl_info *info)
{
	struct pqike_ike_sa *sa = step->sa;
	int err;

	err = step->parent ? init_rekey(sa, step->parent, info) :
		init_from_messages(sa, info);
	if (!err)
		err = pqike_put_suite(step->reply.skb, &sa->suite);
	if (!err && !step->parent && sa->role == PQIKE_ROLE_INITIATOR &&
	    pqike_ike_sa_ppk_is_due(sa))
		err = nla_put_flag(step->reply.skb,
				   PQIKE_A_IKE_SA_PPK_INTERMEDIATE);
	return err;
}

int pqike_nl_ike_sa_init_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_INIT,
		.with_parent = true,
		.room = PQIKE_ROOM_SUITE + PQIKE_ROOM(0),
		.take = take_init,
	};

	return pqike_step(info, &kind);
}

static int put_round(struct sk_buff *skb, const struct pqike_ike_sa *sa,
		     const struct pqike_ppk_notify *notify)
{
	const struct pqike_ke *ke = pqike_ike_sa_own_ke(sa);

	if (nla_put_u32(skb, PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE,
			sa->rounds_done) ||
	    (sa->ppk && nla_put_flag(skb, PQIKE_A_IKE_SA_PPK_MIXED)) ||
	    (notify->len && nla_put(skb, PQIKE_A_IKE_SA_PPK_IDENTITY,
				    notify->len, notify->data)))
		return -EMSGSIZE;
	if (!ke->data)
		return 0;
	return nla_put_u16(skb, PQIKE_A_IKE_SA_KE_METHOD, ke->method) ?:
	       nla_put(skb, PQIKE_A_IKE_SA_KE_DATA, ke->data_len, ke->data);
}

static int take_additional_ke(struct pqike_step *step, struct genl_info *info)
{
	struct pqike_ppk_notify notify = {};
	struct pqike_ike_sa *sa = step->sa;
	int err;

	err = step->parent ?
		pqike_ike_sa_followup(sa, step->parent, info->extack) :
		pqike_ike_sa_additional_ke(sa, &notify, info->extack);
	if (!err)
		err = put_round(step->reply.skb, sa, &notify);
	/* What a rekey made last is in the reply. */
	if (!err && sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED)
		pqike_ke_wipe(&sa->ke);
	return err;
}

int pqike_nl_ike_sa_additional_ke_doit(struct sk_buff *skb,
				       struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_ADDITIONAL_KE,
		.with_parent = true,
		.room = PQIKE_ROOM_U32 + PQIKE_ROOM(0) +
			PQIKE_ROOM(sizeof(struct pqike_ppk_notify)) +
			PQIKE_ROOM_U16 + PQIKE_ROOM(MLKEM_MAX_EK_LEN),
		.take = take_additional_ke,
	};

	return pqike_step(info, &kind);
}

static int put_auth(struct sk_buff *skb, const struct pqike_ike_sa *sa,
		    const struct pqike_auth_made *made)
{
	const unsigned int len = pqike_prf_len(sa->prf);

	if (nla_put_u8(skb, PQIKE_A_IKE_SA_AUTH_METHOD, IKE_AUTH_SHARED_KEY) ||
	    nla_put(skb, PQIKE_A_IKE_SA_AUTH_DATA, len, made->auth) ||
	    (made->with_ppk &&
	     nla_put(skb, PQIKE_A_IKE_SA_PPK_IDENTITY, made->ppk_identity.len,
		     made->ppk_identity.data)) ||
	    (made->with_no_ppk_auth &&
	     nla_put(skb, PQIKE_A_IKE_SA_NO_PPK_AUTH, len, made->no_ppk_auth)))
		return -EMSGSIZE;
	return 0;
}

static int take_auth_make(struct pqike_step *step, struct genl_info *info)
{
	struct pqike_auth_made made;
	int err;

	err = pqike_ike_sa_auth_make(step->sa, &made, info->extack);
	if (!err)
		err = put_auth(step->reply.skb, step->sa, &made);
	memzero_explicit(&made, sizeof(made));
	return err;
}

int pqike_nl_ike_sa_auth_make_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_AUTH_MAKE,
		.room = PQIKE_ROOM_U8 + 2 * PQIKE_ROOM(PQIKE_PRF_LEN_MAX) +
			PQIKE_ROOM(sizeof(struct pqike_ppk_notify)),
		.take = take_auth_make,
	};

	return pqike_step(info, &kind);
}

/* The initiator has had its connection from the beginning. */
static int take_auth_verify(struct pqike_step *step, struct genl_info *info)
{
	struct pqike_connection *named = NULL;
	struct pqike_ike_sa *sa = step->sa;
	int err;

	if (sa->role == PQIKE_ROLE_RESPONDER) {
		named = pqike_request_connection(info, PQIKE_A_IKE_SA_CONNECTION);
		if (IS_ERR(named))
			return PTR_ERR(named);
	}
	err = pqike_ike_sa_auth_verify(sa, named ?: sa->connection,
				       info->extack);
	pqike_connection_put(named);
	return err;
}

int pqike_nl_ike_sa_auth_verify_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_AUTH_VERIFY,
		.take = take_auth_verify,
	};

	return pqike_step_without_reply(info, pqike_request_owner(info), &kind);
}

static int take_ike_sa_delete(struct pqike_step *step, struct genl_info *info)
{
	pqike_ike_sa_delete(step->sa);
	return 0;
}

int pqike_nl_ike_sa_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_DEL,
		.with_parent = true,
		.take = take_ike_sa_delete,
	};
	const struct pqike_owner *owner =
		pqike_owner_or_admin(skb, genl_info_net(info), info->extack);

	return pqike_step_without_reply(info, owner, &kind);
}

static int take_inherit(struct pqike_step *step, struct genl_info *info)
{
	return pqike_ike_sa_inherit(step->sa, step->parent, info->extack);
}

int pqike_nl_ike_sa_inherit_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_IKE_SA_INHERIT,
		.with_parent = true,
		.take = take_inherit,
	};

	return pqike_step_without_reply(info, pqike_request_owner(info), &kind);
}
