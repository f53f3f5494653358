// SPDX-License-Identifier: GPL-2.0
/*
 * The ESP SAs and policies of one Child SA, in xfrm.
 *
 * Locks: every change is made under net->xfrm.xfrm_cfg_mutex, as are those of
 * xfrm_user and af_key, so what is looked up stays as it is until it has been
 * replaced or deleted, except that timers delete what expires. Transforms are
 * made before that lock is taken.
 */
#include "esp.h"

#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_policy.h"
#include "esp_retire.h"
#include "esp_spi.h"
#include "esp_state.h"
#include "policy_set.h"

/**
 * pqike_esp_reserve_spi() - take an SPI for the inbound ESP SA
 * @net: network namespace of the SA
 * @esp: family and local are read, spi_in is written
 * @extack: says what failed; may be NULL
 *
 * xfrm is told nothing: it has a state when pqike_esp_install() puts it there.
 * pqike_esp_remove() gives the SPI back, as does an installation that fails.
 *
 * Context: process; may sleep.
 * Return: 0, -EAFNOSUPPORT, or an error of pqike_esp_spi_reserve().
 */
int pqike_esp_reserve_spi(struct net *net, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack)
{
	struct pqike_esp_spi *spi;

	if (esp->family != AF_INET && esp->family != AF_INET6) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "tunnel endpoints of address family %u are not supported",
				       esp->family);
		return -EAFNOSUPPORT;
	}

	spi = pqike_esp_spi_reserve(net, esp->family, &esp->local, extack);
	if (IS_ERR(spi))
		return PTR_ERR(spi);
	esp->reserved = spi;
	esp->spi_in = pqike_esp_spi_value(spi);
	return 0;
}

/* What has the SPI in xfrm from now on is another one's. */
static void give_spi_back(struct net *net, struct pqike_esp *esp)
{
	pqike_esp_spi_give_back(net, esp->reserved);
	esp->reserved = NULL;
	esp->spi_in = 0;
}

/* xfrm_cfg_mutex is held, as for the one below. */
static void begin_to_send(struct net *net, struct pqike_esp *esp)
{
	esp->sends = true;
	pqike_policy_set_send(net, esp->set);
}

static void stop_sending(struct net *net, struct pqike_esp *esp)
{
	if (esp->sends)
		pqike_policy_set_stop(net, esp->set);
	esp->sends = false;
}

/* The reqid of the states is that of the selectors. */
static int get_set(struct net *net, struct pqike_esp *esp)
{
	struct pqike_policy_set *set;

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	set = pqike_policy_set_get(net, esp);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	if (IS_ERR(set))
		return PTR_ERR(set);
	esp->set = set;
	esp->reqid = pqike_policy_set_reqid(set);
	return 0;
}

static void put_set(struct net *net, struct pqike_esp *esp)
{
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	pqike_policy_set_put(esp->set);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	esp->set = NULL;
}

/* What has this SPI in xfrm is another one's, perhaps of our reqid. */
static void discard_pending(struct pqike_esp *esp)
{
	if (!esp->pending_out)
		return;
	pqike_esp_state_discard(esp->pending_out);
	esp->pending_out = NULL;
	esp->spi_out = 0;
}

static int insert_pending(struct pqike_esp *esp, struct netlink_ext_ack *extack)
{
	struct xfrm_state *x_out = esp->pending_out;

	esp->pending_out = NULL;
	return pqike_esp_state_insert(x_out, extack);
}

static int insert_in(struct net *net, struct pqike_esp *esp,
		     const u8 *key_in, struct netlink_ext_ack *extack)
{
	struct xfrm_state *x_in;
	int err;

	x_in = pqike_esp_state_create(net, esp, true, key_in, extack);
	if (IS_ERR(x_in))
		return PTR_ERR(x_in);

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	err = pqike_esp_state_insert(x_in, extack);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	return err;
}

/* Policies last: nothing is sent before both ways are there. */
static int insert_rest(struct net *net, struct pqike_esp *esp, bool out,
		       struct netlink_ext_ack *extack)
{
	int err = 0;

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	if (out)
		err = insert_pending(esp, extack);
	if (err)
		goto unlock;
	err = pqike_policy_set_hold(net, esp->set, extack);
	if (!err && out)
		begin_to_send(net, esp);
	if (err && out)
		esp->spent = !pqike_esp_state_delete(net, esp, false);
unlock:
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	return err;
}

static void delete_in(struct net *net, struct pqike_esp *esp)
{
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	if (!pqike_esp_state_delete(net, esp, true))
		esp->spent = true;
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
}

/*
 * The peer may send by the new Child SA already (RFC 7296 section 2.8), and what
 * comes before its state does is lost: that goes in before anything else is made.
 */
static int install_states(struct net *net, struct pqike_esp *esp, const u8 *key_in,
			  const u8 *key_out, bool out, struct netlink_ext_ack *extack)
{
	struct xfrm_state *x_out;
	int err;

	err = get_set(net, esp);
	if (err)
		goto give_spi_back;
	err = insert_in(net, esp, key_in, extack);
	if (err)
		goto put_set;
	x_out = pqike_esp_state_create(net, esp, false, key_out, extack);
	if (IS_ERR(x_out)) {
		err = PTR_ERR(x_out);
		goto delete_in;
	}
	esp->pending_out = x_out;
	err = insert_rest(net, esp, out, extack);
	if (err)
		goto discard_pending;

	return 0;

discard_pending:
	discard_pending(esp);
delete_in:
	delete_in(net, esp);
put_set:
	put_set(net, esp);
give_spi_back:
	give_spi_back(net, esp);
	esp->spi_out = 0;
	return err;
}

/**
 * pqike_esp_check() - see whether a Child SA can be installed
 * @net: network namespace of the SA
 * @esp: the Child SA; all of it is read
 * @extack: names what is wrong; may be NULL
 *
 * All that can be known before there are keys. What others put into xfrm after this
 * can still stop the installation.
 *
 * Context: process; may sleep.
 * Return: 0, -EOPNOTSUPP for the algorithms, -EAFNOSUPPORT for an address
 * family, -EINVAL for SPIs, ports, the anti-replay window or the traffic
 * selectors, or -EEXIST when xfrm has another state with one of the SPIs, or a
 * policy of another one at one of the selectors.
 */
int pqike_esp_check(struct net *net, const struct pqike_esp *esp,
		    struct netlink_ext_ack *extack)
{
	int err;

	err = pqike_esp_state_check(esp, extack) ?:
	      pqike_esp_policies_check(esp, extack) ?:
	      pqike_esp_state_check_free(net, esp, true, extack) ?:
	      pqike_esp_state_check_free(net, esp, false, extack);
	if (err)
		return err;

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	err = pqike_policy_set_check(net, esp, extack);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	return err;
}

/**
 * pqike_esp_install() - put a Child SA's states and policies into xfrm
 * @net: network namespace of the SA
 * @esp: the Child SA, as pqike_esp_check() has found it to be right
 * @key_in: pqike_esp_key_len() octets of KEYMAT, for what is received
 * @key_out: as many for what is sent
 * @extack: says what failed, and names the selector of a policy that is there
 *	already; may be NULL
 *
 * For the policies see pqike_esp_policy_nth(), for the reqid policy_set.c.
 *
 * All or nothing: after an error no state and no policy of @esp is left, and it
 * has no SPIs any more; pqike_esp_remove() need not be called. @esp->spent says
 * then whether the keys must not be used again. A policy that
 * exists is never replaced, whoever owns it. The caller wipes his own copy of the
 * keys; xfrm keeps none but the transform's.
 *
 * Context: process; may sleep and load modules.
 * Return: 0, -EEXIST when an SPI or a selector is taken, -ENOENT when the kernel
 * lacks an algorithm, -ENOMEM, or what xfrm_init_state() returned.
 */
int pqike_esp_install(struct net *net, struct pqike_esp *esp, const u8 *key_in,
		      const u8 *key_out, struct netlink_ext_ack *extack)
{
	return install_states(net, esp, key_in, key_out, true, extack);
}

/**
 * pqike_esp_install_in() - begin to receive, but not yet to send
 * @net: network namespace of the SA
 * @esp: as for pqike_esp_install()
 * @key_in: as for pqike_esp_install()
 * @key_out: likewise
 * @extack: likewise
 *
 * As pqike_esp_install(), but the state for what is sent waits, keyed, for
 * pqike_esp_install_out() or pqike_esp_remove(). What the policies take until
 * then goes by another Child SA that holds them, or makes xfrm ask for one.
 *
 * Context: process; may sleep and load modules.
 * Return: as pqike_esp_install().
 */
int pqike_esp_install_in(struct net *net, struct pqike_esp *esp,
			 const u8 *key_in, const u8 *key_out,
			 struct netlink_ext_ack *extack)
{
	return install_states(net, esp, key_in, key_out, false, extack);
}

/**
 * pqike_esp_install_out() - begin to send
 * @net: network namespace of the SA
 * @esp: as pqike_esp_install_in() has left it
 * @extack: says what failed; may be NULL
 *
 * Packets move to this Child SA from another one of the same policies, with the
 * next one that is sent or when pqike_esp_remove_out() is called for the other,
 * see pqike_esp_state_insert().
 *
 * Context: process; may sleep.
 * Return: 0; -EPROTO when nothing waits; or -EEXIST when the SPI is taken, after
 * which nothing waits any more.
 */
int pqike_esp_install_out(struct net *net, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack)
{
	int err;

	if (!esp->pending_out) {
		NL_SET_ERR_MSG_MOD(extack, "no outbound ESP SA waits to be installed");
		return -EPROTO;
	}

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	err = insert_pending(esp, extack);
	if (err)
		esp->spi_out = 0;
	else
		begin_to_send(net, esp);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	return err;
}

static void remove_installed(struct net *net, struct pqike_esp *esp)
{
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	stop_sending(net, esp);
	pqike_policy_set_release(net, esp->set);
	pqike_policy_set_put(esp->set);
	esp->set = NULL;
	pqike_esp_state_delete(net, esp, true);
	pqike_esp_state_delete(net, esp, false);
	if (esp->superseded_out)
		pqike_esp_retire_now(esp->superseded_out);
	esp->superseded_out = NULL;
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
}

/**
 * pqike_esp_remove() - take a Child SA out of xfrm
 * @net: network namespace of the SA
 * @esp: the Child SA, in any condition
 *
 * Lets go of the policies first, then deletes the states, and tells the key
 * managers of each. What is not there any more, or belongs to somebody else
 * (the reqid and the addresses tell), is passed over.
 * Soon after this returns no transform holds the keys, whoever holds on to a
 * state: see pqike_esp_retire().
 *
 * Context: process; may sleep, but waits for no grace period.
 */
void pqike_esp_remove(struct net *net, struct pqike_esp *esp)
{
	discard_pending(esp);
	if (esp->set)
		remove_installed(net, esp);
	give_spi_back(net, esp);
}

/**
 * pqike_esp_remove_out() - send no more by a Child SA, but still receive
 * @net: network namespace of the SA
 * @esp: the Child SA
 *
 * The policies stay, @esp has no outbound SPI any more. Where another Child SA
 * sends by them already, no packet is lost: who was given this state before may send
 * by it for a moment more.
 *
 * Context: process; may sleep, but waits for no grace period.
 */
void pqike_esp_remove_out(struct net *net, struct pqike_esp *esp)
{
	discard_pending(esp);
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	stop_sending(net, esp);
	if (!esp->superseded_out)
		esp->superseded_out = pqike_esp_state_supersede(net, esp);
	esp->spi_out = 0;
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
}

/* xfrm reads ports under the state's lock, but one alone also without. */
static void set_encap_port(struct xfrm_state *x, bool inbound, __be16 port)
{
	spin_lock_bh(&x->lock);
	if (x->encap && inbound)
		WRITE_ONCE(x->encap->encap_sport, port);
	else if (x->encap)
		WRITE_ONCE(x->encap->encap_dport, port);
	spin_unlock_bh(&x->lock);
}

static void set_found_port(struct net *net, const struct pqike_esp *esp,
			   bool inbound, __be16 port)
{
	struct xfrm_state *x = pqike_esp_state_find(net, esp, inbound);

	if (!x)
		return;

	set_encap_port(x, inbound, port);
	xfrm_state_put(x);
}

/**
 * pqike_esp_set_remote_port() - the peer's UDP port has changed behind a NAT
 * @net: network namespace of the SA
 * @esp: an installed Child SA; encap_remote_port is written
 * @port: where it is now
 * @extack: says why not; may be NULL
 *
 * Sequence numbers, anti-replay window and keys are as before: the states are
 * the same ones.
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL when the Child SA has no UDP encapsulation or the port is 0.
 */
int pqike_esp_set_remote_port(struct net *net, struct pqike_esp *esp, u16 port,
			      struct netlink_ext_ack *extack)
{
	__be16 be_port = cpu_to_be16(port);

	if (!esp->encap_local_port || !port) {
		NL_SET_ERR_MSG_MOD(extack, "no UDP encapsulation, or port 0");
		return -EINVAL;
	}

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	set_found_port(net, esp, true, be_port);
	set_found_port(net, esp, false, be_port);
	if (esp->pending_out)
		set_encap_port(esp->pending_out, false, be_port);
	esp->encap_remote_port = port;
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	return 0;
}

/**
 * pqike_esp_counters() - what an ESP SA of a Child SA has carried
 * @net: network namespace of the SA
 * @esp: the Child SA
 * @inbound: of what is received, else of what is sent
 * @counters: receives it
 *
 * Context: any but hard interrupts; does not sleep.
 */
void pqike_esp_counters(struct net *net, const struct pqike_esp *esp,
			bool inbound, struct pqike_esp_counters *counters)
{
	struct xfrm_state *x = pqike_esp_state_find(net, esp, inbound);

	memset(counters, 0, sizeof(*counters));
	if (!x)
		return;

	counters->there = true;
	spin_lock_bh(&x->lock);
	counters->bytes = x->curlft.bytes;
	counters->packets = x->curlft.packets;
	spin_unlock_bh(&x->lock);
	xfrm_state_put(x);
}
