// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink attributes of a connection's children: read from a request, put into a
 * reply.
 */
#include <linux/string.h>
#include <net/netlink.h>

#include "child_config.h"
#include "compat.h"
#include "connection.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink_child_config.h"
#include "netlink_esp.h"
#include "sa_payload.h"

static unsigned int count_selectors(const struct nlattr *nest, int type)
{
	const struct nlattr *attr;
	unsigned int n = 0;
	int left;

	nla_for_each_nested(attr, nest, left)
		n += nla_type(attr) == type;
	return n;
}

/* As many as there is room for in @ts were counted. */
static int read_selectors(const struct nlattr *nest, int type,
			  struct pqike_ts *ts, struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int left, err = 0;

	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) == type)
			err = pqike_read_ts(attr, ts++, extack);
		if (err)
			break;
	}
	return err;
}

/* Without a mask all bits of the value count. */
static int read_mark(const struct nlattr *nest, struct xfrm_mark *mark,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_MARK_MAX + 1];
	int err;

	if (!nest)
		return 0;
	err = nla_parse_nested(attrs, PQIKE_A_MARK_MAX, nest,
			       pqike_mark_nl_policy, extack);
	if (err)
		return err;
	mark->v = nla_get_u32_default(attrs[PQIKE_A_MARK_VALUE], 0);
	mark->m = nla_get_u32_default(attrs[PQIKE_A_MARK_MASK], U32_MAX);
	return 0;
}

static int read_marks(struct nlattr **attrs, struct pqike_esp_options *options,
		      struct netlink_ext_ack *extack)
{
	return read_mark(attrs[PQIKE_A_CHILD_MARK_IN], &options->mark_in,
			 extack) ?:
	       read_mark(attrs[PQIKE_A_CHILD_MARK_OUT], &options->mark_out,
			 extack) ?:
	       read_mark(attrs[PQIKE_A_CHILD_SET_MARK_IN],
			 &options->set_mark_in, extack) ?:
	       read_mark(attrs[PQIKE_A_CHILD_SET_MARK_OUT],
			 &options->set_mark_out, extack);
}

static void read_options(struct nlattr **attrs,
			 struct pqike_esp_options *options)
{
	options->replay_window =
		nla_get_u32_default(attrs[PQIKE_A_CHILD_REPLAY_WINDOW],
				    PQIKE_ESP_REPLAY_WINDOW);
	options->if_id_in = nla_get_u32_default(attrs[PQIKE_A_CHILD_IF_ID_IN],
						0);
	options->if_id_out =
		nla_get_u32_default(attrs[PQIKE_A_CHILD_IF_ID_OUT], 0);
	options->dont_encap_dscp =
		nla_get_flag(attrs[PQIKE_A_CHILD_DONT_ENCAP_DSCP]);
	options->decap_dscp = nla_get_flag(attrs[PQIKE_A_CHILD_DECAP_DSCP]);
	options->nopmtudisc = nla_get_flag(attrs[PQIKE_A_CHILD_NOPMTUDISC]);
	options->noecn = nla_get_flag(attrs[PQIKE_A_CHILD_NOECN]);
}

static u64 limit_of(const struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

static int read_lifetime(const struct nlattr *nest,
			 struct pqike_child_config *config,
			 struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_LIFETIME_MAX + 1];
	struct pqike_esp_lifetime *lifetime = &config->lifetime;
	int err;

	if (!nest)
		return 0;
	err = nla_parse_nested(attrs, PQIKE_A_LIFETIME_MAX, nest,
			       pqike_lifetime_nl_policy, extack);
	if (err)
		return err;
	lifetime->soft_bytes = limit_of(attrs[PQIKE_A_LIFETIME_SOFT_BYTES]);
	lifetime->hard_bytes = limit_of(attrs[PQIKE_A_LIFETIME_HARD_BYTES]);
	lifetime->soft_packets = limit_of(attrs[PQIKE_A_LIFETIME_SOFT_PACKETS]);
	lifetime->hard_packets = limit_of(attrs[PQIKE_A_LIFETIME_HARD_PACKETS]);
	lifetime->soft_seconds = limit_of(attrs[PQIKE_A_LIFETIME_SOFT_SECONDS]);
	lifetime->hard_seconds = limit_of(attrs[PQIKE_A_LIFETIME_HARD_SECONDS]);
	config->rand.bytes = limit_of(attrs[PQIKE_A_LIFETIME_RAND_BYTES]);
	config->rand.packets = limit_of(attrs[PQIKE_A_LIFETIME_RAND_PACKETS]);
	config->rand.seconds = limit_of(attrs[PQIKE_A_LIFETIME_RAND_SECONDS]);
	return 0;
}

/* 0 for none, where there is the attribute. */
static int read_reqid(const struct nlattr *attr,
		      struct pqike_child_config *config,
		      struct netlink_ext_ack *extack)
{
	config->reqid = nla_get_u32_default(attr, 0);
	if (!attr || config->reqid)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "the reqid is 0");
	return -EINVAL;
}

static int read_attributes(const struct nlattr *nest, struct nlattr **attrs,
			   struct pqike_child_config *config,
			   struct netlink_ext_ack *extack)
{
	const struct nlattr *proposals = attrs[PQIKE_A_CHILD_ESP_PROPOSALS];
	int err;

	nla_strscpy(config->name, attrs[PQIKE_A_CHILD_NAME],
		    sizeof(config->name));
	config->transport = pqike_read_transport(attrs[PQIKE_A_CHILD_MODE]);
	config->trap = nla_get_flag(attrs[PQIKE_A_CHILD_TRAP]);
	read_options(attrs, &config->options);
	err = read_marks(attrs, &config->options, extack) ?:
	      read_reqid(attrs[PQIKE_A_CHILD_REQID], config, extack) ?:
	      read_lifetime(attrs[PQIKE_A_CHILD_LIFETIME], config, extack) ?:
	      read_selectors(nest, PQIKE_A_CHILD_LOCAL_TS, config->ts,
			     extack) ?:
	      read_selectors(nest, PQIKE_A_CHILD_REMOTE_TS,
			     config->ts + config->n_local_ts, extack);
	if (!err && proposals)
		err = pqike_proposals_set(&config->proposals, PROTOCOL_ESP,
					  nla_data(proposals),
					  nla_len(proposals), extack);
	return err;
}

/**
 * pqike_read_child() - give a connection the child that a request describes
 * @connection: not in the list yet
 * @nest: the child
 * @extack: says what is wrong
 *
 * Context: may sleep.
 * Return: 0; or, with @connection as it was, -EINVAL, -ENOMEM, or an error of
 * nla_parse_nested(), of pqike_child_config_alloc(), of
 * pqike_proposals_set() or of pqike_connection_add_child().
 */
int pqike_read_child(struct pqike_connection *connection,
		     const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[PQIKE_A_CHILD_MAX + 1];
	struct pqike_child_config *config;
	const struct nlattr *name;
	int err;

	err = nla_parse_nested(attrs, PQIKE_A_CHILD_MAX, nest,
			       pqike_child_nl_policy, extack);
	if (err)
		return err;
	name = attrs[PQIKE_A_CHILD_NAME];
	if (!name || nla_len(name) < 2) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "the name of a child is missing");
		return -EINVAL;
	}
	config = pqike_child_config_alloc(count_selectors(nest,
							  PQIKE_A_CHILD_LOCAL_TS),
					  count_selectors(nest,
							  PQIKE_A_CHILD_REMOTE_TS),
					  extack);
	if (IS_ERR(config))
		return PTR_ERR(config);
	err = read_attributes(nest, attrs, config, extack);
	if (!err)
		err = pqike_connection_add_child(connection, config, extack);
	if (err)
		pqike_child_config_put(config);
	return err;
}

static int put_lifetime(struct sk_buff *skb,
			const struct pqike_child_config *config)
{
	const struct pqike_child_rand *rand = &config->rand;
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_CHILD_LIFETIME);

	if (!nest || pqike_put_limits(skb, &config->lifetime) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_RAND_BYTES, rand->bytes) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_RAND_PACKETS,
			    rand->packets) ||
	    pqike_put_limit(skb, PQIKE_A_LIFETIME_RAND_SECONDS, rand->seconds))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_options(struct sk_buff *skb,
		       const struct pqike_esp_options *options)
{
	return nla_put_u32(skb, PQIKE_A_CHILD_REPLAY_WINDOW,
			   options->replay_window) ?:
	       pqike_put_u32(skb, PQIKE_A_CHILD_IF_ID_IN, options->if_id_in) ?:
	       pqike_put_u32(skb, PQIKE_A_CHILD_IF_ID_OUT,
			     options->if_id_out) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_MARK_IN, &options->mark_in) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_MARK_OUT,
			      &options->mark_out) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_SET_MARK_IN,
			      &options->set_mark_in) ?:
	       pqike_put_mark(skb, PQIKE_A_CHILD_SET_MARK_OUT,
			      &options->set_mark_out) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_DONT_ENCAP_DSCP,
			      options->dont_encap_dscp) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_DECAP_DSCP,
			      options->decap_dscp) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_NOPMTUDISC,
			      options->nopmtudisc) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_NOECN, options->noecn);
}

static int put_attributes(struct sk_buff *skb,
			  const struct pqike_child_config *config)
{
	return nla_put_string(skb, PQIKE_A_CHILD_NAME, config->name) ?:
	       pqike_put_ts_list(skb, PQIKE_A_CHILD_LOCAL_TS, config->ts,
				 config->n_local_ts) ?:
	       pqike_put_ts_list(skb, PQIKE_A_CHILD_REMOTE_TS,
				 config->ts + config->n_local_ts,
				 config->n_remote_ts) ?:
	       (config->proposals.len ?
		nla_put(skb, PQIKE_A_CHILD_ESP_PROPOSALS, config->proposals.len,
			config->proposals.octets) : 0) ?:
	       pqike_put_mode(skb, PQIKE_A_CHILD_MODE, config->transport) ?:
	       pqike_put_u32(skb, PQIKE_A_CHILD_REQID, config->reqid) ?:
	       put_options(skb, &config->options) ?:
	       put_lifetime(skb, config) ?:
	       pqike_put_flag(skb, PQIKE_A_CHILD_TRAP, config->trap);
}

/**
 * pqike_put_child() - a child, as pqike_read_child() reads it
 * @skb: the message
 * @config: the child
 *
 * Context: any.
 * Return: 0; or -EMSGSIZE with @skb as it was.
 */
int pqike_put_child(struct sk_buff *skb,
		    const struct pqike_child_config *config)
{
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_CONNECTION_CHILD);

	if (!nest || put_attributes(skb, config)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Limits, and margins below those of bytes, packets and seconds. */
#define ROOM_LIFETIME	(PQIKE_ROOM_LIFETIME + 3 * PQIKE_ROOM(sizeof(u64)))
#define ROOM_CHILD	(PQIKE_ROOM(0) + PQIKE_ROOM(PQIKE_NAME_MAX + 1) +	\
			 5 * PQIKE_ROOM_U32 + 4 * PQIKE_ROOM_MARK +		\
			 5 * PQIKE_ROOM(0) + ROOM_LIFETIME)

/**
 * pqike_child_room() - what a message needs for a child, at most
 * @config: the child
 *
 * Context: any.
 * Return: octets.
 */
size_t pqike_child_room(const struct pqike_child_config *config)
{
	return ROOM_CHILD + PQIKE_ROOM(config->proposals.len) +
	       (config->n_local_ts + config->n_remote_ts) * PQIKE_ROOM_TS;
}
