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
	struct pqike_reply reply;
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
	err = pqike_reply_new(&reply, info, sa->ke.data_len);
	if (err)
		goto out;

	/* Nobody may touch it before the reply has been filled. */
	mutex_lock(&sa->lock);
	err = pqike_ike_sa_insert(sa);
	if (!err)
		err = put_own_values(reply.skb, sa);
	mutex_unlock(&sa->lock);
	err = pqike_reply_send(&reply, info, err);
out:
	pqike_ike_sa_put(sa);
	return err;
}

int pqike_nl_ike_sa_init_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *request_attr = info->attrs[PQIKE_A_IKE_SA_REQUEST];
	struct nlattr *response_attr = info->attrs[PQIKE_A_IKE_SA_RESPONSE];
	struct pqike_raw_message request, response;
	struct pqike_step step;
	bool initiator;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_RESPONSE)) {
		NL_SET_ERR_MSG(info->extack, "the IKE_SA_INIT response is missing");
		return -EINVAL;
	}
	err = pqike_step_begin(&step, info, 0);
	if (err)
		return err;
	initiator = step.sa->role == PQIKE_ROLE_INITIATOR;
	if (initiator != !!request_attr) {
		NL_SET_ERR_MSG(info->extack, "only the initiator gives its IKE_SA_INIT request");
		return pqike_step_end(&step, info, -EINVAL);
	}
	response.data = nla_data(response_attr);
	response.len = nla_len(response_attr);
	if (initiator) {
		request.data = nla_data(request_attr);
		request.len = nla_len(request_attr);
	}
	err = pqike_ike_sa_init(step.sa, initiator ? &request : NULL, &response,
				info->extack);
	if (!err)
		err = pqike_put_suite(step.reply.skb, &step.sa->suite);
	return pqike_step_end(&step, info, err);
}

static int put_round(struct sk_buff *skb, const struct pqike_ike_sa *sa)
{
	if (nla_put_u32(skb, PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE,
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
	struct pqike_step step;
	int err;

	err = pqike_step_begin(&step, info, MLKEM_MAX_EK_LEN);
	if (err)
		return err;
	err = pqike_ike_sa_additional_ke(step.sa, info->extack);
	if (!err)
		err = put_round(step.reply.skb, step.sa);
	return pqike_step_end(&step, info, err);
}

int pqike_nl_ike_sa_auth_make_doit(struct sk_buff *skb, struct genl_info *info)
{
	u8 auth[PQIKE_PRF_LEN_MAX];
	struct pqike_step step;
	int err;

	err = pqike_step_begin(&step, info, sizeof(auth));
	if (err)
		return err;
	err = pqike_ike_sa_auth_make(step.sa, auth, info->extack);
	if (!err &&
	    (nla_put_u8(step.reply.skb, PQIKE_A_IKE_SA_AUTH_METHOD,
			IKE_AUTH_SHARED_KEY) ||
	     nla_put(step.reply.skb, PQIKE_A_IKE_SA_AUTH_DATA,
		     pqike_prf_len(step.sa->prf), auth)))
		err = -EMSGSIZE;
	return pqike_step_end(&step, info, err);
}

int pqike_nl_ike_sa_auth_verify_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct pqike_connection *named = NULL;
	struct pqike_ike_sa *sa;
	int err;

	sa = pqike_request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	if (sa->role == PQIKE_ROLE_RESPONDER) {
		named = pqike_request_connection(info, PQIKE_A_IKE_SA_CONNECTION);
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

	sa = pqike_request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	pqike_ike_sa_delete(sa);
	pqike_ike_sa_unlock(sa);
	return 0;
}

int pqike_nl_ike_sa_inherit_doit(struct sk_buff *skb, struct genl_info *info)
{
	NL_SET_ERR_MSG(info->extack, "the IKE SA rekeys no other");
	return -EOPNOTSUPP;
}
