// SPDX-License-Identifier: GPL-2.0
/*
 * One ESP SA as a state of xfrm.
 *
 * This does what xfrm_user does for XFRM_MSG_NEWSA, but no state is inserted
 * while it still holds key bytes: they are wiped, and their length set to 0,
 * once the transform has them. A dump or notification then has none to show,
 * and XFRM_MSG_MIGRATE, which keys a new transform from the bytes of the old
 * state, fails instead of encrypting under zeros.
 *
 * References: xfrm_state_alloc() gives the one that insertion hands over to
 * xfrm and that deletion drops. Whoever touches a state after it could have
 * been deleted holds one of his own.
 */
#include "esp_state.h"

#include <linux/in.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/udp.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_child.h"
#include "esp_algorithm.h"
#include "esp_retire.h"

/* The widest window that a state has without a bitmap of its own. */
#define LEGACY_WINDOW_MAX	32

/* Seconds between two XFRM_MSG_MAPPING of one new port. */
#define MAPPING_INTERVAL	1

/* RFC 4303, section 2.1: SPIs below 256 are reserved. */
static int check_spi(__be32 spi, struct netlink_ext_ack *extack)
{
	if (be32_to_cpu(spi) >= 256)
		return 0;

	NL_SET_ERR_MSG_FMT_MOD(extack, "ESP SPI %u is reserved",
			       be32_to_cpu(spi));
	return -EINVAL;
}

/* The high half of an ESN is inferred from the window (RFC 4303, appendix A2). */
static int check_window(const struct pqike_esp *esp,
			struct netlink_ext_ack *extack)
{
	if (esp->options.replay_window > PQIKE_ESP_REPLAY_WINDOW_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "anti-replay window of %u packets, %u at most",
				       esp->options.replay_window,
				       PQIKE_ESP_REPLAY_WINDOW_MAX);
		return -EINVAL;
	}
	if (esp->esn && !esp->options.replay_window) {
		NL_SET_ERR_MSG_MOD(extack,
				   "extended sequence numbers need an anti-replay window");
		return -EINVAL;
	}
	return 0;
}

static int check_encap(const struct pqike_esp *esp,
		       struct netlink_ext_ack *extack)
{
	if (!esp->encap_local_port == !esp->encap_remote_port)
		return 0;

	NL_SET_ERR_MSG_MOD(extack, "UDP encapsulation needs the ports of both sides");
	return -EINVAL;
}

/**
 * pqike_esp_state_check() - see whether a Child SA makes states
 * @esp: all but its traffic selectors is read
 * @extack: names what is wrong; may be NULL
 *
 * Context: any.
 * Return: 0, -EAFNOSUPPORT for the addresses' family, -EOPNOTSUPP for the
 * algorithms, or -EINVAL for SPIs, ports, or the anti-replay window.
 */
int pqike_esp_state_check(const struct pqike_esp *esp,
			  struct netlink_ext_ack *extack)
{
	int key_len;

	if (esp->family != AF_INET && esp->family != AF_INET6) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "tunnel endpoints of address family %u are not supported",
				       esp->family);
		return -EAFNOSUPPORT;
	}
	key_len = pqike_esp_key_len(esp, extack);
	if (key_len < 0)
		return key_len;

	return check_spi(esp->spi_in, extack) ?:
	       check_spi(esp->spi_out, extack) ?:
	       check_window(esp, extack) ?:
	       check_encap(esp, extack);
}

static int set_replay(struct xfrm_state *x, const struct pqike_esp *esp,
		      bool inbound)
{
	u32 window = inbound ? esp->options.replay_window :
			       pqike_xfrm_outbound_window(esp->esn);
	u32 bmp_len = DIV_ROUND_UP(window, 32);

	if (!esp->esn && window <= LEGACY_WINDOW_MAX) {
		x->props.replay_window = window;
		return 0;
	}

	if (esp->esn)
		x->props.flags |= XFRM_STATE_ESN;
	x->replay_esn = kzalloc(struct_size(x->replay_esn, bmp, bmp_len),
				GFP_KERNEL_ACCOUNT);
	x->preplay_esn = kzalloc(struct_size(x->preplay_esn, bmp, bmp_len),
				 GFP_KERNEL_ACCOUNT);
	if (!x->replay_esn || !x->preplay_esn)
		return -ENOMEM;

	x->replay_esn->bmp_len = bmp_len;
	x->replay_esn->replay_window = window;
	x->preplay_esn->bmp_len = bmp_len;
	x->preplay_esn->replay_window = window;
	return 0;
}

static int set_encap(struct xfrm_state *x, const struct pqike_esp *esp,
		     bool inbound)
{
	__be16 local = cpu_to_be16(esp->encap_local_port);
	__be16 remote = cpu_to_be16(esp->encap_remote_port);

	if (!esp->encap_local_port)
		return 0;

	x->encap = kzalloc_obj(*x->encap, GFP_KERNEL_ACCOUNT);
	if (!x->encap)
		return -ENOMEM;

	x->encap->encap_type = UDP_ENCAP_ESPINUDP;
	x->encap->encap_sport = inbound ? remote : local;
	x->encap->encap_dport = inbound ? local : remote;
	/* Without this, each packet from a new port would make an event. */
	if (inbound)
		x->mapping_maxage = MAPPING_INTERVAL;
	return 0;
}

static void set_lifetime(struct xfrm_state *x,
			 const struct pqike_esp_lifetime *lifetime)
{
	x->lft.soft_byte_limit = lifetime->soft_bytes ?: XFRM_INF;
	x->lft.hard_byte_limit = lifetime->hard_bytes ?: XFRM_INF;
	x->lft.soft_packet_limit = lifetime->soft_packets ?: XFRM_INF;
	x->lft.hard_packet_limit = lifetime->hard_packets ?: XFRM_INF;
	x->lft.soft_add_expires_seconds = lifetime->soft_seconds;
	x->lft.hard_add_expires_seconds = lifetime->hard_seconds;
	/*
	 * xfrm first looks at these a second after the state is inserted, by
	 * the wall clock; if that was set forward meanwhile, the state would
	 * end. With this it begins anew, as it does later, when the state has
	 * a soft expiry before it. Without one, it would never end.
	 */
	if (lifetime->soft_seconds &&
	    lifetime->soft_seconds < lifetime->hard_seconds)
		x->xflags |= XFRM_SOFT_EXPIRE;
}

/* Flags of the other direction are refused by xfrm_user in Linux 6.10. */
static void set_flags(struct xfrm_state *x, const struct pqike_esp *esp,
		      bool inbound)
{
	if (esp->options.noecn)
		x->props.flags |= XFRM_STATE_NOECN;
	if (inbound && esp->options.decap_dscp)
		x->props.flags |= XFRM_STATE_DECAP_DSCP;
	if (!inbound && esp->options.nopmtudisc)
		x->props.flags |= XFRM_STATE_NOPMTUDISC;
	if (!inbound && esp->options.dont_encap_dscp)
		x->props.extra_flags |= XFRM_SA_XFLAG_DONT_ENCAP_DSCP;
}

/*
 * The policies select; a tunnel carries either address family. Transport mode
 * has one, which xfrm_input() takes for the wrong one if it is not said here.
 */
static void set_selector(struct xfrm_state *x, const struct pqike_esp *esp)
{
	if (esp->transport)
		x->sel.family = esp->family;
	else
		x->props.flags |= XFRM_STATE_AF_UNSPEC;
}

static void set_properties(struct xfrm_state *x, const struct pqike_esp *esp,
			   bool inbound)
{
	x->id.daddr = inbound ? esp->local : esp->remote;
	x->id.spi = inbound ? esp->spi_in : esp->spi_out;
	x->id.proto = IPPROTO_ESP;
	x->props.saddr = inbound ? esp->remote : esp->local;
	x->props.family = esp->family;
	x->props.mode = esp->transport ? XFRM_MODE_TRANSPORT : XFRM_MODE_TUNNEL;
	x->props.reqid = esp->reqid;
	x->props.smark = inbound ? esp->options.set_mark_in : esp->options.set_mark_out;
	x->if_id = inbound ? esp->options.if_id_in : esp->options.if_id_out;
	if (!inbound) {
		/* With a bit outside the mask, no lookup would find it again. */
		x->mark.m = esp->options.mark_out.m;
		x->mark.v = esp->options.mark_out.v & esp->options.mark_out.m;
	}
	pqike_xfrm_set_dir(x, inbound);
	set_selector(x, esp);
	set_flags(x, esp, inbound);
	set_lifetime(x, &esp->lifetime);
}

/*
 * Key the transform, then take the key bytes away, whether or not that worked.
 */
static int set_key(struct xfrm_state *x, const struct pqike_esp *esp,
		   const u8 *key, struct netlink_ext_ack *extack)
{
	int err;

	err = pqike_esp_state_set_algorithms(x, esp, key, extack);
	if (!err)
		err = pqike_xfrm_init_state(x, extack);
	pqike_esp_state_wipe_keys(x);
	if (err && extack && !extack->_msg)
		NL_SET_ERR_MSG_MOD(extack, "xfrm refused the ESP state");
	return err;
}

/**
 * pqike_esp_state_create() - make and key a state that is not yet in xfrm
 * @net: network namespace of the SA
 * @esp: the Child SA, as pqike_esp_state_check() has found it to be right
 * @inbound: for what is received, else for what is sent
 * @key: pqike_esp_key_len() octets
 * @extack: says what failed; may be NULL
 *
 * Its lifetime in seconds begins now, with the use of its key.
 *
 * Context: process; may sleep and load modules.
 * Return: the state, for pqike_esp_state_insert() or pqike_esp_state_discard();
 * or ERR_PTR() of -ENOENT when the kernel lacks an algorithm, -ENOMEM, or what
 * xfrm_init_state() returned.
 */
struct xfrm_state *pqike_esp_state_create(struct net *net,
					  const struct pqike_esp *esp,
					  bool inbound, const u8 *key,
					  struct netlink_ext_ack *extack)
{
	struct xfrm_state *x;
	int err;

	x = xfrm_state_alloc(net);
	if (!x)
		return ERR_PTR(-ENOMEM);

	set_properties(x, esp, inbound);
	err = set_replay(x, esp, inbound) ?:
	      set_encap(x, esp, inbound) ?:
	      set_key(x, esp, key, extack);
	if (err) {
		pqike_esp_state_discard(x);
		return ERR_PTR(err);
	}
	pqike_xfrm_set_type_offload(x);

	return x;
}

/**
 * pqike_esp_state_discard() - the end of a state that was not inserted
 * @x: of pqike_esp_state_create(); freed, with its transform and key
 *
 * Context: any.
 */
void pqike_esp_state_discard(struct xfrm_state *x)
{
	/* xfrm warns of one that is not. */
	x->km.state = XFRM_STATE_DEAD;
	xfrm_state_put(x);
}

/* As xfrm_state_add() looks for it, whosever it is; or NULL. */
static struct xfrm_state *look_up(struct net *net, const struct pqike_esp *esp,
				  bool inbound)
{
	const xfrm_address_t *daddr = inbound ? &esp->local : &esp->remote;
	__be32 spi = inbound ? esp->spi_in : esp->spi_out;
	u32 mark = inbound ? 0 : esp->options.mark_out.v & esp->options.mark_out.m;

	return xfrm_state_lookup(net, mark, daddr, spi, IPPROTO_ESP,
				 esp->family);
}

static void say_spi_is_taken(__be32 spi, struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG_FMT_MOD(extack, "xfrm has another state with SPI %08x",
			       be32_to_cpu(spi));
}

/**
 * pqike_esp_state_check_free() - see whether the SPI of one direction is free
 * @net: network namespace of the SA
 * @esp: a Child SA that is not installed
 * @inbound: for what is received, else for what is sent
 * @extack: says that xfrm has a state with it; may be NULL
 *
 * Context: any but hard interrupts.
 * Return: 0 or -EEXIST.
 */
int pqike_esp_state_check_free(struct net *net, const struct pqike_esp *esp,
			       bool inbound, struct netlink_ext_ack *extack)
{
	struct xfrm_state *x = look_up(net, esp, inbound);

	if (!x)
		return 0;

	say_spi_is_taken(x->id.spi, extack);
	xfrm_state_put(x);
	return -EEXIST;
}

/**
 * pqike_esp_state_insert() - hand a state over to xfrm
 * @x: of pqike_esp_state_create(); discarded on error
 * @extack: says that its SPI is taken; may be NULL
 *
 * Make before break: where an older state of the same reqid and addresses
 * sends, this one takes over. xfrm_state_add() ages the older one's
 * cached routes (genid), and xfrm_state_find(), asked again, takes the state
 * that is not dying before one that is, then the one made in a later second,
 * and of one second that which it sees first, which is the one inserted last;
 * where policies cache states, as soon as pqike_esp_state_supersede() is called
 * for the older one.
 * An acquire's larval state goes, too.
 *
 * Context: process; net->xfrm.xfrm_cfg_mutex is held.
 * Return: 0 or -EEXIST.
 */
int pqike_esp_state_insert(struct xfrm_state *x, struct netlink_ext_ack *extack)
{
	const struct km_event event = { .event = XFRM_MSG_NEWSA };
	int err;

	xfrm_state_hold(x);
	err = xfrm_state_add(x);
	xfrm_audit_state_add(x, !err, true);
	if (err) {
		say_spi_is_taken(x->id.spi, extack);
		__xfrm_state_put(x);
		pqike_esp_state_discard(x);
		return err;
	}

	km_state_notify(x, &event);
	xfrm_state_put(x);
	return 0;
}

/*
 * A larval state is xfrm's or another key manager's, and without a transform
 * from its beginning to its end: xfrm puts another one in its place, whereas
 * km.state of one that is about to go changes at any moment.
 */
static bool is_ours(const struct xfrm_state *x, const struct pqike_esp *esp,
		    bool inbound)
{
	const xfrm_address_t *saddr = inbound ? &esp->remote : &esp->local;

	return x->data && x->props.reqid == esp->reqid &&
	       xfrm_addr_equal(&x->props.saddr, saddr, esp->family);
}

/**
 * pqike_esp_state_find() - the state of one direction
 * @net: network namespace of the SA
 * @esp: the Child SA
 * @inbound: for what is received, else for what is sent
 *
 * Context: any but hard interrupts.
 * Return: with a reference, and keyed, but perhaps about to be deleted; NULL if
 * there is none or if it is somebody else's.
 */
struct xfrm_state *pqike_esp_state_find(struct net *net,
					const struct pqike_esp *esp,
					bool inbound)
{
	__be32 spi = inbound ? esp->spi_in : esp->spi_out;
	struct xfrm_state *x;

	if (!spi)
		return NULL;

	x = look_up(net, esp, inbound);
	if (!x || is_ours(x, esp, inbound))
		return x;

	xfrm_state_put(x);
	return NULL;
}

/**
 * pqike_esp_state_supersede() - let newer states be found in place of this one
 * @net: network namespace of the SA
 * @esp: the Child SA, whose outbound state it is
 *
 * Newer kernels keep, beside a policy, the states that it has used, and look for
 * no other while one of them is valid: without this the old state would be in use
 * until the moment of its deletion. That comes a moment later, see
 * pqike_esp_retire_superseded(); as a dying one it is not found until then, even
 * where it is the newest.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 * Return: the state, for pqike_esp_retire_now() or xfrm_state_put(); or NULL.
 */
struct xfrm_state *pqike_esp_state_supersede(struct net *net,
					     const struct pqike_esp *esp)
{
	struct xfrm_state *x = pqike_esp_state_find(net, esp, false);

	if (!x)
		return NULL;

	spin_lock_bh(&x->lock);
	x->km.dying = 1;
	spin_unlock_bh(&x->lock);
	spin_lock_bh(&net->xfrm.xfrm_state_lock);
	pqike_xfrm_uncache_state(x);
	spin_unlock_bh(&net->xfrm.xfrm_state_lock);
	xfrm_state_hold(x);
	pqike_esp_retire_superseded(x);
	return x;
}

/* Of a state that is dead, for good: xfrm counts before it takes a number. */
static bool is_unused(struct xfrm_state *x)
{
	bool unused;

	spin_lock_bh(&x->lock);
	unused = !x->curlft.packets;
	spin_unlock_bh(&x->lock);
	return unused;
}

/**
 * pqike_esp_state_delete() - take the state of one direction out of xfrm
 * @net: network namespace of the SA
 * @esp: the Child SA
 * @inbound: of what is received, else of what is sent
 *
 * Passes over what is not there, as pqike_esp_state_find() sees it.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 * Return: whether it was there, and has carried no packet.
 */
bool pqike_esp_state_delete(struct net *net, const struct pqike_esp *esp,
			    bool inbound)
{
	struct xfrm_state *x;
	bool unused;

	x = pqike_esp_state_find(net, esp, inbound);
	if (!x)
		return false;

	xfrm_state_hold(x);
	pqike_esp_retire(x);
	unused = is_unused(x);
	xfrm_state_put(x);
	return unused;
}
