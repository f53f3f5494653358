// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink attributes of what xfrm is told: read from a request, put into a
 * reply. What is 0 or false is not put.
 */
#include "netlink_esp.h"

#include <net/ipv6.h>
#include <net/netlink.h>

#include "compat.h"
#include "esp.h"
#include "netlink-gen.h"
#include "netlink.h"

/**
 * pqike_read_child_name() - the child that a Child SA or a trap is to be of
 * @attrs: of the Child SA
 * @name: receives it; it is part of the request
 * @extack: says that it is missing
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int pqike_read_child_name(struct nlattr **attrs, const char **name,
			  struct netlink_ext_ack *extack)
{
	if (!attrs[PQIKE_A_CHILD_SA_CHILD]) {
		NL_SET_ERR_MSG(extack, "the name of the child is missing");
		return -EINVAL;
	}
	*name = nla_data(attrs[PQIKE_A_CHILD_SA_CHILD]);
	return 0;
}

/**
 * pqike_read_endpoints() - the addresses of both sides
 * @attrs: of the Child SA
 * @family: receives AF_INET or AF_INET6
 * @local: receives the address of this side
 * @remote: receives the address of the peer
 * @extack: says what is wrong
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int pqike_read_endpoints(struct nlattr **attrs, u16 *family,
			 xfrm_address_t *local, xfrm_address_t *remote,
			 struct netlink_ext_ack *extack)
{
	u16 remote_family;
	int err;

	err = pqike_read_address(attrs[PQIKE_A_CHILD_SA_LOCAL_ADDRESS],
				 family, local, extack);
	if (!err)
		err = pqike_read_address(attrs[PQIKE_A_CHILD_SA_REMOTE_ADDRESS],
					 &remote_family, remote, extack);
	if (err)
		return err;
	if (*family != remote_family) {
		NL_SET_ERR_MSG(extack, "the tunnel endpoints are of different families");
		return -EINVAL;
	}
	return 0;
}

/*
 * What a policy does not look at. xfrm compares all bits of two policies'
 * selectors, and would have two that match the same packets.
 */
static void clear_ignored(struct pqike_ts *ts)
{
	xfrm_address_t network = {};

	ipv6_addr_prefix(&network.in6, &ts->address.in6, ts->prefix_len);
	ts->address = network;
	ts->port &= ts->port_mask;
}

static int read_network(struct nlattr **attrs, struct pqike_ts *ts,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *address = attrs[PQIKE_A_TRAFFIC_SELECTOR_ADDRESS];
	int err;

	err = pqike_read_address(address, &ts->family, &ts->address, extack);
	if (err)
		return err;
	ts->prefix_len =
		nla_get_u8_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH], 0);
	if (ts->prefix_len <= 8 * pqike_address_len(ts->family))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, address, "a prefix is longer than its address");
	return -EINVAL;
}

/* A dynamic one has no address before there are endpoints. */
static int read_dynamic(const struct nlattr *nest, struct nlattr **attrs,
			struct pqike_ts *ts, struct netlink_ext_ack *extack)
{
	ts->family = AF_UNSPEC;
	ts->prefix_len = 0;
	memset(&ts->address, 0, sizeof(ts->address));
	if (!attrs[PQIKE_A_TRAFFIC_SELECTOR_ADDRESS] &&
	    !attrs[PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH])
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nest, "a dynamic traffic selector has an address");
	return -EINVAL;
}

/**
 * pqike_read_ts() - a traffic selector of a child
 * @nest: the attribute
 * @ts: receives it; of family AF_UNSPEC it is the address of its side
 * @extack: says what is wrong
 *
 * Context: any.
 * Return: 0, -EINVAL, or an error of nla_parse_nested().
 */
int pqike_read_ts(const struct nlattr *nest, struct pqike_ts *ts,
		  struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_TRAFFIC_SELECTOR_MAX + 1];
	u16 port;
	int err;

	err = nla_parse_nested(attrs, PQIKE_A_TRAFFIC_SELECTOR_MAX, nest,
			       pqike_traffic_selector_nl_policy, extack);
	if (err)
		return err;
	if (attrs[PQIKE_A_TRAFFIC_SELECTOR_DYNAMIC])
		err = read_dynamic(nest, attrs, ts, extack);
	else
		err = read_network(attrs, ts, extack);
	if (err)
		return err;
	ts->protocol =
		nla_get_u8_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL], 0);
	port = nla_get_u16_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PORT], 0);
	ts->port = cpu_to_be16(port);
	ts->port_mask =
		cpu_to_be16(nla_get_u16_default(attrs[PQIKE_A_TRAFFIC_SELECTOR_PORT_MASK],
						port ? U16_MAX : 0));
	clear_ignored(ts);
	return 0;
}

/**
 * pqike_read_transport() - whether a mode is transport
 * @mode: attribute, NULL for tunnel
 *
 * Context: any.
 * Return: as said.
 */
bool pqike_read_transport(const struct nlattr *mode)
{
	return nla_get_u32_default(mode, PQIKE_CHILD_SA_MODE_TUNNEL) ==
	       PQIKE_CHILD_SA_MODE_TRANSPORT;
}

/**
 * pqike_put_endpoints() - the addresses of both sides
 * @skb: the message
 * @esp: the Child SA
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_endpoints(struct sk_buff *skb, const struct pqike_esp *esp)
{
	const size_t len = pqike_address_len(esp->family);

	return nla_put(skb, PQIKE_A_CHILD_SA_LOCAL_ADDRESS, len, &esp->local) ?:
	       nla_put(skb, PQIKE_A_CHILD_SA_REMOTE_ADDRESS, len, &esp->remote);
}

static int put_network(struct sk_buff *skb, const struct pqike_ts *ts)
{
	if (ts->family == AF_UNSPEC)
		return nla_put_flag(skb, PQIKE_A_TRAFFIC_SELECTOR_DYNAMIC);
	return nla_put(skb, PQIKE_A_TRAFFIC_SELECTOR_ADDRESS,
		       pqike_address_len(ts->family), &ts->address) ?:
	       nla_put_u8(skb, PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH,
			  ts->prefix_len);
}

static int put_ts(struct sk_buff *skb, int attribute, const struct pqike_ts *ts)
{
	struct nlattr *nest = nla_nest_start(skb, attribute);

	if (!nest || put_network(skb, ts) ||
	    nla_put_u8(skb, PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL, ts->protocol) ||
	    nla_put_u16(skb, PQIKE_A_TRAFFIC_SELECTOR_PORT,
			be16_to_cpu(ts->port)) ||
	    nla_put_u16(skb, PQIKE_A_TRAFFIC_SELECTOR_PORT_MASK,
			be16_to_cpu(ts->port_mask)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * pqike_put_ts_list() - traffic selectors, one attribute each
 * @skb: the message
 * @attribute: of each
 * @ts: the first one
 * @n: how many
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_ts_list(struct sk_buff *skb, int attribute,
		      const struct pqike_ts *ts, unsigned int n)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < n; i++)
		err = put_ts(skb, attribute, &ts[i]);
	return err;
}

/**
 * pqike_put_mark() - a mark, if there is one
 * @skb: the message
 * @attribute: of the mark
 * @mark: the mark
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_mark(struct sk_buff *skb, int attribute,
		   const struct xfrm_mark *mark)
{
	struct nlattr *nest;

	if (!mark->m)
		return 0;
	nest = nla_nest_start(skb, attribute);
	if (!nest || nla_put_u32(skb, PQIKE_A_MARK_VALUE, mark->v) ||
	    nla_put_u32(skb, PQIKE_A_MARK_MASK, mark->m))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * pqike_put_mode() - a mode, as pqike_read_transport() reads it
 * @skb: the message
 * @attribute: of the mode
 * @transport: whether it is transport, else tunnel
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_mode(struct sk_buff *skb, int attribute, bool transport)
{
	return nla_put_u32(skb, attribute,
			   transport ? PQIKE_CHILD_SA_MODE_TRANSPORT :
				       PQIKE_CHILD_SA_MODE_TUNNEL);
}

/**
 * pqike_room_for_policies() - what a message needs for pqike_put_policies(), at most
 * @esp: the Child SA
 *
 * Context: any.
 * Return: octets.
 */
size_t pqike_room_for_policies(const struct pqike_esp *esp)
{
	return 3 * PQIKE_ROOM_U32 + 2 * PQIKE_ROOM_MARK +
	       (esp->n_local_ts + esp->n_remote_ts) * PQIKE_ROOM_TS;
}

/**
 * pqike_put_policies() - what policies are made of, besides the addresses
 * @skb: the message
 * @esp: the Child SA
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_policies(struct sk_buff *skb, const struct pqike_esp *esp)
{
	const struct pqike_esp_options *options = &esp->options;

	return pqike_put_mode(skb, PQIKE_A_CHILD_SA_MODE, esp->transport) ?:
	       pqike_put_u32(skb, PQIKE_A_CHILD_SA_IF_ID_IN, options->if_id_in) ?:
	       pqike_put_u32(skb, PQIKE_A_CHILD_SA_IF_ID_OUT,
			     options->if_id_out) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_SA_MARK_IN,
			      &options->mark_in) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_SA_MARK_OUT,
			      &options->mark_out) ?:
	       pqike_put_ts_list(skb, PQIKE_A_CHILD_SA_LOCAL_TS, esp->local_ts,
				 esp->n_local_ts) ?:
	       pqike_put_ts_list(skb, PQIKE_A_CHILD_SA_REMOTE_TS,
				 esp->remote_ts, esp->n_remote_ts);
}

/**
 * pqike_put_limits() - the limits of ESP SAs, those that there are
 * @skb: the message, in its lifetime's nest
 * @l: the limits
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_limits(struct sk_buff *skb, const struct pqike_esp_lifetime *l)
{
	if (pqike_put_limit(skb, PQIKE_A_LIFETIME_SOFT_BYTES, l->soft_bytes) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_HARD_BYTES, l->hard_bytes) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_SOFT_PACKETS, l->soft_packets) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_HARD_PACKETS, l->hard_packets) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_SOFT_SECONDS, l->soft_seconds) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_HARD_SECONDS, l->hard_seconds))
		return -EMSGSIZE;
	return 0;
}

/**
 * pqike_put_lifetime() - how long the ESP SAs live
 * @skb: the message, in the Child SA's nest
 * @lifetime: their limits
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_lifetime(struct sk_buff *skb,
		       const struct pqike_esp_lifetime *lifetime)
{
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_CHILD_SA_LIFETIME);

	if (!nest || pqike_put_limits(skb, lifetime))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_encap(struct sk_buff *skb, const struct pqike_esp *esp)
{
	if (!esp->encap_local_port)
		return 0;
	return nla_put_u16(skb, PQIKE_A_CHILD_SA_ENCAP_LOCAL_PORT,
			   esp->encap_local_port) ?:
	       nla_put_u16(skb, PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT,
			   esp->encap_remote_port);
}

/**
 * pqike_put_states() - what ESP SAs are made of, besides what policies are
 * @skb: the message
 * @esp: the Child SA
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_states(struct sk_buff *skb, const struct pqike_esp *esp)
{
	const struct pqike_esp_options *options = &esp->options;

	return nla_put_u16(skb, PQIKE_A_CHILD_SA_ENCR, esp->encr) ?:
	       nla_put_u16(skb, PQIKE_A_CHILD_SA_ENCR_KEY_BITS,
			   esp->encr_key_bits) ?:
	       nla_put_u16(skb, PQIKE_A_CHILD_SA_INTEG, esp->integ) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_SA_ESN, esp->esn) ?:
	       nla_put_u32(skb, PQIKE_A_CHILD_SA_REPLAY_WINDOW,
			   options->replay_window) ?:
	       put_encap(skb, esp) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_SA_SET_MARK_IN,
			      &options->set_mark_in) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_SA_SET_MARK_OUT,
			      &options->set_mark_out) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_SA_DONT_ENCAP_DSCP,
			      options->dont_encap_dscp) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_SA_DECAP_DSCP,
			      options->decap_dscp) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_SA_NOPMTUDISC,
			      options->nopmtudisc) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_SA_NOECN, options->noecn) ?:
	       pqike_put_lifetime(skb, &esp->lifetime);
}
