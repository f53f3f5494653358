// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink operation that shows IKE SAs with their Child SAs.
 */
#include <linux/string.h>
#include <net/sock.h>

#include "child_config.h"
#include "child_sa.h"
#include "connection.h"
#include "creation.h"
#include "esp.h"
#include "ike_sa.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink_esp.h"

/**
 * pqike_put_suite() - put the algorithms of an IKE SA into a message
 * @skb: the message
 * @suite: the algorithms
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int pqike_put_suite(struct sk_buff *skb, const struct pqike_suite *suite)
{
	if (nla_put_u16(skb, PQIKE_A_IKE_SA_ENCR, suite->encr) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_ENCR_KEY_BITS,
			suite->encr_key_bits) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_PRF, suite->prf) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_INTEG, suite->integ) ||
	    nla_put_u16(skb, PQIKE_A_IKE_SA_KE_METHOD, suite->ke))
		return -EMSGSIZE;
	for (unsigned int i = 0; i < suite->n_additional_ke; i++) {
		if (nla_put_u16(skb, PQIKE_A_IKE_SA_ADDITIONAL_KE,
				suite->additional_ke[i]))
			return -EMSGSIZE;
	}
	return 0;
}

/* Neither waiting to be installed nor removed. */
static bool is_complete(const struct pqike_esp *esp)
{
	return esp->spi_out && !esp->pending_out;
}

/* Of one direction; nothing where its state is gone. */
static int put_counters(struct sk_buff *skb, struct net *net,
			const struct pqike_esp *esp, bool inbound)
{
	const int bytes = inbound ? PQIKE_A_CHILD_SA_BYTES_IN :
				    PQIKE_A_CHILD_SA_BYTES_OUT;
	const int packets = inbound ? PQIKE_A_CHILD_SA_PACKETS_IN :
				      PQIKE_A_CHILD_SA_PACKETS_OUT;
	struct pqike_esp_counters counters;

	pqike_esp_counters(net, esp, inbound, &counters);
	if (!counters.there)
		return 0;
	return nla_put_u64_64bit(skb, bytes, counters.bytes,
				 PQIKE_A_CHILD_SA_PAD) ?:
	       nla_put_u64_64bit(skb, packets, counters.packets,
				 PQIKE_A_CHILD_SA_PAD);
}

static int put_methods(struct sk_buff *skb, const struct pqike_methods *methods)
{
	if (!methods->ke)
		return 0;
	if (nla_put_u16(skb, PQIKE_A_CHILD_SA_KE_METHOD, methods->ke))
		return -EMSGSIZE;
	for (unsigned int i = 0; i < methods->n_additional; i++) {
		if (nla_put_u16(skb, PQIKE_A_CHILD_SA_ADDITIONAL_KE,
				methods->additional[i]))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_installed(struct sk_buff *skb, struct net *net,
			 const struct pqike_child_sa *child)
{
	const struct pqike_esp *esp = &child->esp;

	if (nla_put_u32(skb, PQIKE_A_CHILD_SA_INSTALLED_AT,
			child->installed_at) ||
	    put_methods(skb, &child->methods) ||
	    (is_complete(esp) && nla_put_flag(skb, PQIKE_A_CHILD_SA_INSTALLED)) ||
	    nla_put_be32(skb, PQIKE_A_CHILD_SA_SPI_OUT, esp->spi_out) ||
	    pqike_put_states(skb, esp) || pqike_put_policies(skb, esp) ||
	    put_counters(skb, net, esp, true) ||
	    put_counters(skb, net, esp, false))
		return -EMSGSIZE;
	return 0;
}

/* Key exchanges under way. */
static int put_creation(struct sk_buff *skb,
			const struct pqike_creation *creation)
{
	struct pqike_methods methods;

	pqike_creation_methods(creation, &methods);
	return nla_put_u32(skb, PQIKE_A_CHILD_SA_ADDITIONAL_KE_DONE,
			   pqike_creation_followups_done(creation)) ?:
	       put_methods(skb, &methods);
}

/* What put_methods() and put_installed() put, but for the policies. */
#define ROOM_METHODS	((1 + PQIKE_ADDITIONAL_KE_MAX) * PQIKE_ROOM_U16)
#define ROOM_INSTALLED	(2 * PQIKE_ROOM_U32 + ROOM_METHODS + PQIKE_ROOM(0) +	\
			 PQIKE_ROOM_STATES + 4 * PQIKE_ROOM_U64)

/* What put_child_sa() puts. */
static size_t room_for_child_sa(const struct pqike_child_sa *child)
{
	size_t room = PQIKE_ROOM(0) + 5 * PQIKE_ROOM_U32 +
		      PQIKE_ROOM(strlen(child->config->name) + 1) +
		      PQIKE_ROOM_ENDPOINTS;

	if (child->creation)
		room += PQIKE_ROOM_U32 + ROOM_METHODS;
	if (child->installed)
		room += ROOM_INSTALLED + pqike_room_for_policies(&child->esp);
	return room;
}

static int put_child_sa(struct sk_buff *skb, struct net *net,
			const struct pqike_child_sa *child)
{
	const struct pqike_esp *esp = &child->esp;
	struct nlattr *nest = nla_nest_start(skb, PQIKE_A_IKE_SA_CHILD_SA);

	if (!nest ||
	    nla_put_u32(skb, PQIKE_A_CHILD_SA_ID, child->id) ||
	    nla_put_string(skb, PQIKE_A_CHILD_SA_CHILD, child->config->name) ||
	    nla_put_u32(skb, PQIKE_A_CHILD_SA_ROLE, child->role) ||
	    (child->creation && put_creation(skb, child->creation)) ||
	    nla_put_be32(skb, PQIKE_A_CHILD_SA_SPI_IN, esp->spi_in) ||
	    nla_put_u32(skb, PQIKE_A_CHILD_SA_REQID,
			esp->reqid ?: esp->child_reqid) ||
	    nla_put_u32(skb, PQIKE_A_CHILD_SA_CHILD_REQID, esp->child_reqid) ||
	    pqike_put_endpoints(skb, esp) ||
	    (child->installed && put_installed(skb, net, child))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* The Child SA of the lowest number above @id; NULL without any. */
static const struct pqike_child_sa *
child_sa_above(const struct pqike_ike_sa *sa, u32 id)
{
	const struct pqike_child_sa *child, *lowest = NULL;

	list_for_each_entry(child, &sa->children, list) {
		if (child->id > id && (!lowest || child->id < lowest->id))
			lowest = child;
	}
	return lowest;
}

/* As many as there is room for; @shown is the number of the last one. */
static int put_child_sas(struct sk_buff *skb, const struct pqike_ike_sa *sa,
			 u32 *shown)
{
	const struct pqike_child_sa *child;

	while ((child = child_sa_above(sa, *shown))) {
		if (put_child_sa(skb, sa->net, child))
			return -EMSGSIZE;
		*shown = child->id;
	}
	return 0;
}

static int put_ike_sa(struct sk_buff *skb, const struct pqike_ike_sa *sa)
{
	const struct pqike_init_values *init = &sa->init;

	if (nla_put_u32(skb, PQIKE_A_IKE_SA_ID, sa->id) ||
	    (sa->connection &&
	     nla_put_string(skb, PQIKE_A_IKE_SA_CONNECTION,
			    sa->connection->name)) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_ROLE, sa->role) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_STATE, sa->state) ||
	    nla_put(skb, PQIKE_A_IKE_SA_SPI_I, IKE_SPI_LEN, init->spi_i) ||
	    nla_put(skb, PQIKE_A_IKE_SA_SPI_R, IKE_SPI_LEN, init->spi_r) ||
	    nla_put_u32(skb, PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE,
			sa->rounds_done) ||
	    (sa->suite.ke && pqike_put_suite(skb, &sa->suite)) ||
	    (sa->full_transcript &&
	     nla_put_flag(skb, PQIKE_A_IKE_SA_FULL_TRANSCRIPT_AUTH)) ||
	    (sa->ppk && nla_put_flag(skb, PQIKE_A_IKE_SA_PPK_MIXED)) ||
	    (pqike_ike_sa_is_orphan(sa) &&
	     nla_put_flag(skb, PQIKE_A_IKE_SA_ORPHAN)) ||
	    (sa->parent &&
	     nla_put_u32(skb, PQIKE_A_IKE_SA_REKEYS, sa->parent->id)))
		return -EMSGSIZE;
	return 0;
}

/* What put_ike_sa() puts. */
#define ROOM_IKE_SA	(5 * PQIKE_ROOM_U32 + PQIKE_ROOM(PQIKE_NAME_MAX + 1) +	\
			 2 * PQIKE_ROOM(IKE_SPI_LEN) + PQIKE_ROOM_SUITE +	\
			 3 * PQIKE_ROOM(0))

/* More is not in one message. */
#define ROOM_MAX	30000

static size_t room_for_ike_sa(const struct pqike_ike_sa *sa)
{
	const struct pqike_child_sa *child;
	size_t room = ROOM_IKE_SA;

	list_for_each_entry(child, &sa->children, list)
		room += room_for_child_sa(child);
	return room;
}

static int reply_ike_sa(const struct pqike_ike_sa *sa, struct genl_info *info)
{
	const size_t room = room_for_ike_sa(sa);
	struct pqike_reply reply;
	u32 shown = 0;
	int err;

	if (room > ROOM_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "too many Child SAs for one message: a dump with this id has all");
		return -EMSGSIZE;
	}
	err = pqike_reply_new(&reply, info, room);
	if (err)
		return err;
	err = put_ike_sa(reply.skb, sa);
	if (!err)
		err = put_child_sas(reply.skb, sa, &shown);
	return pqike_reply_send(&reply, info, err);
}

int pqike_nl_ike_sa_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct pqike_owner *owner;
	struct pqike_ike_sa *sa;
	int err;

	owner = pqike_owner_or_admin(skb, genl_info_net(info), info->extack);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	sa = pqike_request_ike_sa(info, NULL);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = pqike_check_shown(sa, owner, info->extack) ?:
	      reply_ike_sa(sa, info);
	pqike_ike_sa_unlock(sa);
	return err;
}

/* A message that has no Child SA is worth sending only where it is complete. */
static int dump_ike_sa(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct pqike_ike_sa *sa, u32 *shown)
{
	const u32 shown_before = *shown;
	void *header;
	int err;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &pqike_nl_family, NLM_F_MULTI,
			     PQIKE_CMD_IKE_SA_GET);
	if (!header)
		return -EMSGSIZE;
	err = put_ike_sa(skb, sa);
	if (!err)
		err = put_child_sas(skb, sa, shown);
	if (err && *shown == shown_before)
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);
	return err;
}

/* The number of the one that is to be shown; 0 for all. */
static u32 dumped_id(const struct netlink_callback *cb)
{
	const struct nlattr *id = nlmsg_find_attr(cb->nlh, GENL_HDRLEN,
						  PQIKE_A_IKE_SA_ID);

	return id && nla_len(id) == sizeof(u32) ? nla_get_u32(id) : 0;
}

int pqike_nl_ike_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const u32 only = dumped_id(cb);
	unsigned long id = cb->args[0] ?: only;
	u32 shown = cb->args[1];	/* the last Child SA; none has 0 */
	struct net *net = sock_net(skb->sk);
	const struct pqike_owner *owner;
	struct pqike_ike_sa *sa;
	int err = 0;

	owner = pqike_owner_or_admin(cb->skb, net, cb->extack);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	while (!err && (!only || id == only) &&
	       (sa = pqike_ike_sa_lock_next(net, &id))) {
		if (only && id != only) {
			pqike_ike_sa_unlock(sa);
			break;
		}
		/* The one that was begun may be gone. */
		if (id != cb->args[0])
			shown = 0;
		cb->args[0] = id;
		if (!pqike_check_shown(sa, owner, NULL))
			err = dump_ike_sa(skb, cb, sa, &shown);
		if (!err) {
			shown = 0;
			id++;
		}
		pqike_ike_sa_unlock(sa);
	}
	cb->args[0] = id;
	cb->args[1] = shown;
	/* One that does not fit into an empty message never will. */
	return skb->len ?: err;
}
