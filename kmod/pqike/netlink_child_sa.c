// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on Child SAs.
 */
#include <linux/err.h>
#include <linux/string.h>

#include "child_sa.h"
#include "compat.h"
#include "esp.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink_esp.h"

/**
 * pqike_request_child_attrs() - the attributes of the Child SA in a request
 * @info: the request
 * @type: attribute that is the Child SA's nest
 * @attrs: receives PQIKE_A_CHILD_SA_MAX + 1 of them
 *
 * Context: any.
 * Return: 0, -EINVAL when there is none, or an error of nla_parse_nested().
 */
int pqike_request_child_attrs(struct genl_info *info, int type,
			      struct nlattr **attrs)
{
	if (GENL_REQ_ATTR_CHECK(info, type)) {
		NL_SET_ERR_MSG(info->extack, "the Child SA is missing");
		return -EINVAL;
	}
	return nla_parse_nested(attrs, PQIKE_A_CHILD_SA_MAX, info->attrs[type],
				pqike_child_sa_nl_policy, info->extack);
}

/**
 * pqike_read_address() - an address, whose family follows from its length
 * @attr: the attribute, or NULL
 * @family: receives AF_INET or AF_INET6
 * @address: receives the address
 * @extack: says what is wrong
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int pqike_read_address(const struct nlattr *attr, u16 *family,
		       xfrm_address_t *address, struct netlink_ext_ack *extack)
{
	const int len = attr ? nla_len(attr) : 0;

	if (len != 4 && len != 16) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "an address has not 4 or 16 octets");
		return -EINVAL;
	}
	*family = len == 4 ? AF_INET : AF_INET6;
	memset(address, 0, sizeof(*address));
	memcpy(address, nla_data(attr), len);
	return 0;
}

/**
 * pqike_request_child_sa() - the Child SA that a request names
 * @info: the request
 * @sa: the IKE SA that it names, locked
 * @attrs: receives the attributes of the Child SA, as of pqike_request_child_attrs()
 *
 * Context: any.
 * Return: the Child SA; or ERR_PTR() of -ENOENT when there is none, or of an error of
 * pqike_request_child_attrs().
 */
struct pqike_child_sa *pqike_request_child_sa(struct genl_info *info,
					      struct pqike_ike_sa *sa,
					      struct nlattr **attrs)
{
	struct pqike_child_sa *child;
	u32 id;
	int err;

	err = pqike_request_child_attrs(info, PQIKE_A_IKE_SA_CHILD_SA, attrs);
	if (err)
		return ERR_PTR(err);
	id = nla_get_u32_default(attrs[PQIKE_A_CHILD_SA_ID], 0);
	child = pqike_child_sa_find(sa, id, info->extack);
	return child ?: ERR_PTR(-ENOENT);
}

static enum pqike_direction request_direction(struct nlattr **attrs)
{
	return nla_get_u32_default(attrs[PQIKE_A_CHILD_SA_DIRECTION],
				   PQIKE_DIRECTION_BOTH);
}

static int install_child_sa(struct genl_info *info, struct nlattr **attrs,
			    struct pqike_ike_sa *sa, struct pqike_child_sa *child)
{
	const struct nlattr *plaintext = info->attrs[PQIKE_A_IKE_SA_PLAINTEXT];
	const struct nlattr *first = info->attrs[PQIKE_A_IKE_SA_FIRST_PAYLOAD];
	const struct ike_payload_chain response = {
		.next_type = first ? nla_get_u8(first) : 0,
		.data = plaintext ? nla_data(plaintext) : NULL,
		.len = plaintext ? nla_len(plaintext) : 0,
	};
	const struct pqike_child_sa_install install = {
		.encap_local_port =
			nla_get_u16_default(attrs[PQIKE_A_CHILD_SA_ENCAP_LOCAL_PORT],
					    0),
		.encap_remote_port =
			nla_get_u16_default(attrs[PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT],
					    0),
		.begin_out = request_direction(attrs) == PQIKE_DIRECTION_BOTH,
		.response = plaintext ? &response : NULL,
	};

	return pqike_child_sa_install(sa, child, &install, info->extack);
}

static int put_installed(struct sk_buff *skb, const struct pqike_child_sa *child)
{
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_IKE_SA_CHILD_SA);

	if (!nest || nla_put_u32(skb, PQIKE_A_CHILD_SA_ID, child->id) ||
	    nla_put_u32(skb, PQIKE_A_CHILD_SA_REQID, child->esp.reqid) ||
	    pqike_put_lifetime(skb, &child->esp.lifetime))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int take_install(struct pqike_step *step, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;
	int err;

	child = pqike_request_child_sa(info, step->sa, attrs);
	if (IS_ERR(child))
		return PTR_ERR(child);
	if (request_direction(attrs) == PQIKE_DIRECTION_OUT)
		err = pqike_child_sa_install_out(step->sa, child, info->extack);
	else
		err = install_child_sa(info, attrs, step->sa, child);
	return err ?: put_installed(step->reply.skb, child);
}

int pqike_nl_child_sa_install_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_CHILD_SA_INSTALL,
		.room = 2 * PQIKE_ROOM(0) + 2 * PQIKE_ROOM_U32 +
			6 * PQIKE_ROOM(sizeof(u64)),
		.take = take_install,
	};

	return pqike_step(info, &kind);
}

/* What comes in while the Child SA is there cannot be refused. */
static int take_delete(struct pqike_step *step, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;

	child = pqike_request_child_sa(info, step->sa, attrs);
	if (IS_ERR(child))
		return PTR_ERR(child);
	switch (request_direction(attrs)) {
	case PQIKE_DIRECTION_BOTH:
		pqike_child_sa_del(step->sa, child);
		return 0;
	case PQIKE_DIRECTION_OUT:
		pqike_child_sa_del_out(step->sa, child);
		return 0;
	default:
		NL_SET_ERR_MSG(info->extack,
			       "the inbound ESP SA cannot be removed alone");
		return -EINVAL;
	}
}

int pqike_nl_child_sa_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_CHILD_SA_DEL,
		.take = take_delete,
	};

	return pqike_step_without_reply(info, pqike_request_owner(info), &kind);
}

static int take_update(struct pqike_step *step, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;
	u16 port;

	child = pqike_request_child_sa(info, step->sa, attrs);
	if (IS_ERR(child))
		return PTR_ERR(child);
	port = nla_get_u16_default(attrs[PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT], 0);
	return pqike_esp_set_remote_port(step->sa->net, &child->esp, port,
					 info->extack);
}

int pqike_nl_child_sa_update_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct pqike_step_kind kind = {
		.operation = PQIKE_OPERATION_CHILD_SA_UPDATE,
		.take = take_update,
	};

	return pqike_step_without_reply(info, pqike_request_owner(info), &kind);
}
