// SPDX-License-Identifier: GPL-2.0
/*
 * Child SAs: installed once they have keys, and removed.
 */
#include <linux/ktime.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "child_config.h"
#include "child_negotiation.h"
#include "child_sa.h"
#include "compat.h"
#include "creation.h"
#include "esp_algorithm.h"
#include "esp_policy.h"
#include "ike_sa.h"
#include "namespace.h"
#include "trace.h"
#include "trap.h"

/**
 * pqike_child_sa_count() - the Child SAs of an IKE SA, in any condition
 * @sa: locked
 *
 * Context: any.
 * Return: their number.
 */
unsigned int pqike_child_sa_count(const struct pqike_ike_sa *sa)
{
	const struct pqike_child_sa *child;
	unsigned int n = 0;

	list_for_each_entry(child, &sa->children, list)
		n++;
	return n;
}

/**
 * pqike_child_sa_policies() - the policies of an IKE SA's Child SAs
 * @sa: locked
 *
 * One that several Child SAs share counts for each.
 *
 * Context: any.
 * Return: a number that is not less than theirs.
 */
unsigned int pqike_child_sa_policies(const struct pqike_ike_sa *sa)
{
	const struct pqike_child_sa *child;
	unsigned int n = 0;

	list_for_each_entry(child, &sa->children, list)
		n += pqike_esp_policy_count(&child->esp);
	return n;
}

/**
 * pqike_child_sa_find() - a Child SA by its number
 * @sa: locked
 * @id: its number
 * @extack: says that there is none
 *
 * Context: any.
 * Return: the Child SA or NULL.
 */
struct pqike_child_sa *pqike_child_sa_find(struct pqike_ike_sa *sa, u32 id,
					   struct netlink_ext_ack *extack)
{
	struct pqike_child_sa *child;

	list_for_each_entry(child, &sa->children, list) {
		if (child->id == id)
			return child;
	}
	NL_SET_ERR_MSG(extack, "the IKE SA has no Child SA of this number");
	return NULL;
}

/* KEYMAT has the keys of the initiator's SA first (RFC 7296 section 2.17). */
static int install_with_keymat(const struct pqike_ike_sa *sa,
			       const struct pqike_child_sa *child,
			       struct pqike_esp *esp, unsigned int key_len,
			       bool begin_out, struct netlink_ext_ack *extack)
{
	const bool initiator = child->role == PQIKE_ROLE_INITIATOR;
	u8 keymat[2 * PQIKE_ESP_KEY_LEN_MAX];
	const u8 *of_initiator = keymat, *of_responder = keymat + key_len;
	const u8 *in = initiator ? of_responder : of_initiator;
	const u8 *out = initiator ? of_initiator : of_responder;
	int err;

	err = pqike_child_sa_keymat(sa, child, keymat, 2 * key_len);
	if (!err && begin_out)
		err = pqike_esp_install(sa->net, esp, in, out, extack);
	else if (!err)
		err = pqike_esp_install_in(sa->net, esp, in, out, extack);
	memzero_explicit(keymat, sizeof(keymat));
	return err;
}

static int take_messages(const struct pqike_ike_sa *sa,
			 struct pqike_child_sa *child,
			 const struct ike_payload_chain *response,
			 struct netlink_ext_ack *extack)
{
	if (child->role == PQIKE_ROLE_RESPONDER)
		return pqike_child_sa_take_answer(child, response, extack);
	if (!response)
		return pqike_child_sa_take_exchange(sa, child, extack);
	NL_SET_ERR_MSG(extack, "the response is the peer's to say");
	return -EINVAL;
}

static int check_policies(const struct pqike_ike_sa *sa,
			  const struct pqike_esp *agreed,
			  struct netlink_ext_ack *extack)
{
	if (pqike_child_sa_policies(sa) + pqike_esp_policy_count(agreed) <=
	    PQIKE_POLICIES_MAX)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "the Child SAs of the IKE SA have as many policies as they may have");
	return -EDQUOT;
}

/* What the messages do not say is the child's, or of the addresses and ports. */
static int complete_agreed(const struct pqike_ike_sa *sa,
			   const struct pqike_child_sa *child,
			   const struct pqike_child_sa_install *install,
			   struct pqike_esp *agreed,
			   struct pqike_child_suite *suite,
			   struct netlink_ext_ack *extack)
{
	const struct pqike_esp *esp = &child->esp;
	int err;

	agreed->family = esp->family;
	agreed->local = esp->local;
	agreed->remote = esp->remote;
	agreed->spi_in = esp->spi_in;
	agreed->child_reqid = esp->child_reqid;
	agreed->encap_local_port = install->encap_local_port;
	agreed->encap_remote_port = install->encap_remote_port;
	err = pqike_child_sa_agree(child, agreed, suite, extack);
	if (!err)
		err = check_policies(sa, agreed, extack);
	if (err)
		return err;
	pqike_child_config_apply(child->config, agreed);
	return pqike_esp_check(sa->net, agreed, extack);
}

static int install_agreed(struct pqike_ike_sa *sa, struct pqike_child_sa *child,
			  struct pqike_esp *agreed,
			  const struct pqike_methods *methods, bool begin_out,
			  struct netlink_ext_ack *extack)
{
	struct pqike_esp *esp = &child->esp;
	int err, key_len;

	key_len = pqike_esp_key_len(agreed, extack);
	if (key_len < 0)
		return key_len;
	err = pqike_child_sa_complete(sa, child, methods, extack);
	if (err)
		return err;

	/* The SPI stays reserved for another attempt. */
	err = install_with_keymat(sa, child, agreed, key_len, begin_out,
				  extack);
	if (err && !agreed->spent) {
		pqike_child_sa_keys_unused(child);
		return err;
	}
	if (!err)
		pqike_stats_child_sa(sa, child, methods);
	pqike_child_sa_keys_used(sa, child);
	child->peer_spi = agreed->spi_out;
	agreed->reserved = esp->reserved;
	*esp = *agreed;
	child->installed = !err;
	child->installed_at = ktime_get_boottime_seconds();
	pqike_child_sa_terms_used(child);
	if (!err)
		trace_pqike_child_sa_installed(sa, child);
	if (!err && begin_out)
		pqike_trap_answered(sa->net, esp->child_reqid);
	return err;
}

/**
 * pqike_child_sa_install() - install the ESP SAs and policies
 * @sa: locked, its peer authenticated
 * @child: of @sa, not installed
 * @install: what no message says
 * @extack: says what went wrong
 *
 * Where one key exchange of the initiator is not complete, the message opened last
 * is the response that completes it: so what the peer may send by already goes in
 * with the first step that there is.
 *
 * An ESP SA that has carried a packet before the installation failed has used its
 * keys up: under the same keys no second SA may start its sequence numbers.
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed unless the keys are used up, -EPROTO out of
 * order, -EINVAL for a response of the initiator, -EDQUOT when the Child SAs of @sa
 * would have more than %PQIKE_POLICIES_MAX policies, -ENOMEM, or an error of
 * pqike_child_sa_take_exchange(), of pqike_child_sa_take_answer(), of
 * pqike_child_sa_agree(), of pqike_esp_check(), of pqike_child_sa_complete() or of
 * pqike_esp_install().
 */
int pqike_child_sa_install(struct pqike_ike_sa *sa,
			   struct pqike_child_sa *child,
			   const struct pqike_child_sa_install *install,
			   struct netlink_ext_ack *extack)
{
	struct pqike_child_suite suite;
	struct pqike_esp *agreed;
	int err;

	err = pqike_child_sa_check_keyable(sa, child, extack);
	if (!err)
		err = take_messages(sa, child, install->response, extack);
	if (err)
		return err;
	agreed = kzalloc_obj(*agreed, GFP_KERNEL);
	if (!agreed)
		return -ENOMEM;
	err = complete_agreed(sa, child, install, agreed, &suite, extack);
	if (!err)
		err = pqike_child_sa_check_exchanges(child, &suite.methods, extack);
	if (!err)
		err = install_agreed(sa, child, agreed, &suite.methods,
				     install->begin_out, extack);
	kfree(agreed);
	return err;
}

/**
 * pqike_child_sa_install_out() - install the outbound ESP SA that waits
 * @sa: locked
 * @child: of @sa
 * @extack: says what went wrong
 *
 * Context: may sleep.
 * Return: 0 or an error of pqike_esp_install_out().
 */
int pqike_child_sa_install_out(struct pqike_ike_sa *sa,
			       struct pqike_child_sa *child,
			       struct netlink_ext_ack *extack)
{
	int err = pqike_esp_install_out(sa->net, &child->esp, extack);

	if (err)
		return err;
	trace_pqike_child_sa_installed_out(sa, child);
	pqike_trap_answered(sa->net, child->esp.child_reqid);
	return 0;
}

/**
 * pqike_child_sa_del_out() - remove the outbound ESP SA of a Child SA
 * @sa: locked
 * @child: of @sa, in any condition
 *
 * Context: may sleep.
 */
void pqike_child_sa_del_out(struct pqike_ike_sa *sa, struct pqike_child_sa *child)
{
	pqike_esp_remove_out(sa->net, &child->esp);
	trace_pqike_child_sa_deleted_out(sa, child);
}

/**
 * pqike_child_sa_del() - remove a Child SA, its ESP SAs and policies
 * @sa: locked
 * @child: of @sa, in any condition; freed
 *
 * Context: may sleep.
 */
void pqike_child_sa_del(struct pqike_ike_sa *sa, struct pqike_child_sa *child)
{
	/* One that could not be made has not been told of. */
	if (!list_empty(&child->list))
		trace_pqike_child_sa_deleted(sa, child);
	pqike_esp_remove(sa->net, &child->esp);
	xa_erase(&pqike_pernet(sa->net)->child_sas, child->id);
	list_del(&child->list);
	pqike_creation_free(child->creation);
	pqike_child_sa_drop_terms(child);
	pqike_child_config_put(child->config);
	kfree(child);
	pqike_owner_give_child_sa(sa->owned.owner);
}

/**
 * pqike_child_sa_del_all() - remove every Child SA of an IKE SA
 * @sa: locked, or without other users
 *
 * Context: may sleep.
 */
void pqike_child_sa_del_all(struct pqike_ike_sa *sa)
{
	struct pqike_child_sa *child, *next;

	list_for_each_entry_safe(child, next, &sa->children, list) {
		pqike_child_sa_del(sa, child);
		cond_resched();
	}
}
