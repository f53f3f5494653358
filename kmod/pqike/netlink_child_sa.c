// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on Child SAs.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "child_sa.h"
#include "compat.h"
#include "esp.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"

/**
 * pqike_request_child_attrs() - the attributes of the Child SA in a request
 * @info: the request
 * @attrs: receives PQIKE_A_CHILD_SA_MAX + 1 of them
 *
 * Context: any.
 * Return: 0, -EINVAL when there is none, or an error of nla_parse_nested().
 */
int pqike_request_child_attrs(struct genl_info *info, struct nlattr **attrs)
{
	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_IKE_SA_CHILD_SA)) {
		NL_SET_ERR_MSG(info->extack, "the Child SA is missing");
		return -EINVAL;
	}
	return nla_parse_nested(attrs, PQIKE_A_CHILD_SA_MAX,
				info->attrs[PQIKE_A_IKE_SA_CHILD_SA],
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

static int read_ts(const struct nlattr *nest, struct pqike_ts *ts,
		   struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_TRAFFIC_SELECTOR_MAX + 1];
	int err;

	err = nla_parse_nested(attrs, PQIKE_A_TRAFFIC_SELECTOR_MAX, nest,
			       pqike_traffic_selector_nl_policy, extack);
	if (!err)
		err = pqike_read_address(attrs[PQIKE_A_TRAFFIC_SELECTOR_ADDRESS],
					 &ts->family, &ts->address, extack);
	if (err)
		return err;
	ts->prefix_len =
		nla_get_u8_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH], 0);
	ts->protocol =
		nla_get_u8_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL], 0);
	ts->port = cpu_to_be16(nla_get_u16_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PORT],
						   0));
	if (ts->prefix_len > 8 * pqike_address_len(ts->family)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a prefix is longer than its address");
		return -EINVAL;
	}
	return 0;
}

static int add_ts(const struct nlattr *nest, struct pqike_ts *list,
		  unsigned int *n, struct netlink_ext_ack *extack)
{
	if (*n == PQIKE_ESP_TS_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "too many traffic selectors");
		return -E2BIG;
	}
	return read_ts(nest, &list[(*n)++], extack);
}

/* All selectors of a Child SA; they come as one attribute each. */
static int read_selectors(const struct nlattr *child, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int left, err = 0;

	nla_for_each_nested(attr, child, left) {
		if (nla_type(attr) == PQIKE_A_CHILD_SA_LOCAL_TS)
			err = add_ts(attr, esp->local_ts, &esp->n_local_ts,
				     extack);
		else if (nla_type(attr) == PQIKE_A_CHILD_SA_REMOTE_TS)
			err = add_ts(attr, esp->remote_ts, &esp->n_remote_ts,
				     extack);
		if (err)
			return err;
	}
	if (!esp->n_local_ts || !esp->n_remote_ts) {
		NL_SET_ERR_MSG(extack, "traffic selectors of both sides are needed");
		return -EINVAL;
	}
	return 0;
}

static int read_agreed(struct genl_info *info, struct nlattr **attrs,
		       struct pqike_esp *agreed)
{
	if (!attrs[PQIKE_A_CHILD_SA_SPI_OUT] || !attrs[PQIKE_A_CHILD_SA_ENCR] ||
	    !attrs[PQIKE_A_CHILD_SA_ENCR_KEY_BITS]) {
		NL_SET_ERR_MSG(info->extack, "outbound SPI or encryption algorithm is missing");
		return -EINVAL;
	}
	agreed->spi_out = nla_get_be32(attrs[PQIKE_A_CHILD_SA_SPI_OUT]);
	agreed->encr = nla_get_u16(attrs[PQIKE_A_CHILD_SA_ENCR]);
	agreed->encr_key_bits = nla_get_u16(attrs[PQIKE_A_CHILD_SA_ENCR_KEY_BITS]);
	return read_selectors(info->attrs[PQIKE_A_IKE_SA_CHILD_SA], agreed,
			      info->extack);
}

/**
 * pqike_request_child_sa() - the Child SA that a request names
 * @sa: locked
 * @attrs: from pqike_request_child_attrs()
 * @extack: says that there is none
 *
 * Context: any.
 * Return: the Child SA or NULL.
 */
struct pqike_child_sa *pqike_request_child_sa(struct pqike_ike_sa *sa,
					      struct nlattr **attrs,
					      struct netlink_ext_ack *extack)
{
	return pqike_child_sa_find(sa,
				   nla_get_u32_default(attrs[PQIKE_A_CHILD_SA_ID], 0),
				   extack);
}

int pqike_nl_child_sa_install_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;
	struct pqike_esp *agreed;
	struct pqike_ike_sa *sa;
	int err;

	agreed = kzalloc_obj(*agreed, GFP_KERNEL);
	if (!agreed)
		return -ENOMEM;
	err = pqike_request_child_attrs(info, attrs);
	if (!err)
		err = read_agreed(info, attrs, agreed);
	if (err)
		goto out_free;
	sa = pqike_request_ike_sa(info);
	if (IS_ERR(sa)) {
		err = PTR_ERR(sa);
		goto out_free;
	}
	child = pqike_request_child_sa(sa, attrs, info->extack);
	err = child ? pqike_child_sa_install(sa, child, agreed, info->extack) :
		-ENOENT;
	pqike_ike_sa_unlock(sa);
out_free:
	kfree(agreed);
	return err;
}

int pqike_nl_child_sa_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[PQIKE_A_CHILD_SA_MAX + 1];
	struct pqike_child_sa *child;
	struct pqike_ike_sa *sa;
	int err;

	err = pqike_request_child_attrs(info, attrs);
	if (err)
		return err;
	sa = pqike_request_ike_sa(info);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	child = pqike_request_child_sa(sa, attrs, info->extack);
	if (child)
		pqike_child_sa_del(sa, child);
	pqike_ike_sa_unlock(sa);
	return child ? 0 : -ENOENT;
}

int pqike_nl_child_sa_update_doit(struct sk_buff *skb, struct genl_info *info)
{
	NL_SET_ERR_MSG(info->extack, "an installed Child SA cannot be changed");
	return -EOPNOTSUPP;
}
