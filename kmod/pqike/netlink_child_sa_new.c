// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations that make a Child SA: its SPI, and the key exchanges of
 * CREATE_CHILD_SA and IKE_FOLLOWUP_KE.
 */
#include "child_sa.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

static int put_new_child_sa(struct sk_buff *skb,
			    const struct pqike_child_sa *child)
{
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_IKE_SA_CHILD_SA);

	if (!nest || nla_put_u32(skb, PQIKE_A_CHILD_SA_ID, child->id) ||
	    nla_put_be32(skb, PQIKE_A_CHILD_SA_SPI_IN, child->esp.spi_in))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int pqike_nl_child_sa_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	xfrm_address_t local, remote;
	struct pqike_child_sa *child;
	u16 family, remote_family;
	struct pqike_step step;
	int err;

	err = pqike_request_child_attrs(info, attrs);
	if (!err)
		err = pqike_read_address(attrs[PQIKE_A_CHILD_SA_LOCAL_ADDRESS],
					 &family, &local, info->extack);
	if (!err)
		err = pqike_read_address(attrs[PQIKE_A_CHILD_SA_REMOTE_ADDRESS],
					 &remote_family, &remote, info->extack);
	if (err)
		return err;
	if (family != remote_family) {
		NL_SET_ERR_MSG(info->extack, "the tunnel endpoints are of different families");
		return -EINVAL;
	}
	err = pqike_step_begin(&step, info, 0);
	if (err)
		return err;
	child = pqike_child_sa_new(step.sa, family, &local, &remote,
				   info->extack);
	err = IS_ERR(child) ? PTR_ERR(child) :
		put_new_child_sa(step.reply.skb, child);
	return pqike_step_end(&step, info, err);
}

int pqike_nl_child_sa_ke_doit(struct sk_buff *skb, struct genl_info *info)
{
	NL_SET_ERR_MSG(info->extack, "no key exchange of a Child SA is due");
	return -EOPNOTSUPP;
}
