// SPDX-License-Identifier: GPL-2.0
/*
 * Child SAs.  The inbound SPI is reserved before the peer is authenticated;
 * keys are derived and installed only afterwards (R4), once for each KEYMAT.
 */
#include <linux/atomic.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_sa.h"
#include "compat.h"
#include "ike_sa.h"

/* AES-256 and the four octets of salt. */
#define ESP_KEY_LEN_MAX	36

/*
 * Reqids tie policies to states in all of the network stack.  Ours begin far
 * above those that other key managers and operators count up from 1.
 */
static atomic_t last_child_id = ATOMIC_INIT(0x10000000);

/**
 * pqike_child_sa_new() - reserve the SPI of the inbound ESP SA
 * @sa: locked, with keys and not failed
 * @family: AF_INET or AF_INET6
 * @local: tunnel endpoint of this side
 * @remote: tunnel endpoint of the peer
 * @extack: says what went wrong
 *
 * Context: may sleep.
 * Return: the Child SA; or ERR_PTR() of -EPROTO in another state, -ENOMEM, or
 * an error of pqike_esp_reserve_spi().
 */
struct pqike_child_sa *pqike_child_sa_new(struct pqike_ike_sa *sa, u16 family,
					  const xfrm_address_t *local,
					  const xfrm_address_t *remote,
					  struct netlink_ext_ack *extack)
{
	struct pqike_child_sa *child;
	int err;

	if (sa->state == PQIKE_IKE_SA_STATE_HALF_OPEN ||
	    sa->state == PQIKE_IKE_SA_STATE_FAILED) {
		NL_SET_ERR_MSG(extack, "the IKE SA has no keys or has failed");
		return ERR_PTR(-EPROTO);
	}
	child = kzalloc_obj(*child, GFP_KERNEL_ACCOUNT);
	if (!child)
		return ERR_PTR(-ENOMEM);
	child->id = atomic_inc_return(&last_child_id);
	child->esp.family = family;
	child->esp.local = *local;
	child->esp.remote = *remote;
	child->esp.reqid = child->id;
	err = pqike_esp_reserve_spi(sa->net, &child->esp, extack);
	if (err) {
		kfree(child);
		return ERR_PTR(err);
	}
	list_add_tail(&child->list, &sa->children);
	return child;
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

static int check_installable(const struct pqike_ike_sa *sa,
			     const struct pqike_child_sa *child,
			     struct netlink_ext_ack *extack)
{
	if (sa->state != PQIKE_IKE_SA_STATE_AUTHENTICATED &&
	    sa->state != PQIKE_IKE_SA_STATE_ESTABLISHED) {
		NL_SET_ERR_MSG(extack, "the peer is not authenticated");
		return -EPROTO;
	}
	if (child->installed || sa->keymat_used) {
		NL_SET_ERR_MSG(extack, "the keys of the first Child SA have been used");
		return -EPROTO;
	}
	return 0;
}

/* KEYMAT has the keys of the initiator's SA first (RFC 7296 section 2.17). */
static int install_with_keymat(struct pqike_ike_sa *sa, const struct pqike_esp *esp,
			       unsigned int key_len,
			       struct netlink_ext_ack *extack)
{
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;
	u8 keymat[2 * ESP_KEY_LEN_MAX];
	const u8 *of_initiator = keymat, *of_responder = keymat + key_len;
	int err;

	err = pqike_derive_keymat(sa->prf, &sa->init, sa->keys.sk_d, keymat,
				  2 * key_len);
	if (!err)
		err = pqike_esp_install(sa->net, esp,
					initiator ? of_responder : of_initiator,
					initiator ? of_initiator : of_responder,
					extack);
	memzero_explicit(keymat, sizeof(keymat));
	return err;
}

/**
 * pqike_child_sa_install() - install the ESP SAs and policies
 * @sa: locked, its peer authenticated
 * @child: of @sa, not installed
 * @agreed: outbound SPI, encryption and selectors are taken from here
 * @extack: says what went wrong
 *
 * KEYMAT is used at most once, even when the installation fails: under the
 * same keys no second SA may start its sequence numbers.
 *
 * Context: may sleep.
 * Return: 0; -EPROTO out of order or -EOPNOTSUPP for an algorithm that is not
 * supported, with nothing changed; or an error of pqike_esp_install().
 */
int pqike_child_sa_install(struct pqike_ike_sa *sa,
			   struct pqike_child_sa *child,
			   const struct pqike_esp *agreed,
			   struct netlink_ext_ack *extack)
{
	struct pqike_esp *esp = &child->esp;
	int err, key_len;

	err = check_installable(sa, child, extack);
	if (err)
		return err;
	key_len = pqike_esp_key_len(agreed->encr, agreed->encr_key_bits, extack);
	if (key_len < 0)
		return key_len;

	esp->spi_out = agreed->spi_out;
	esp->encr = agreed->encr;
	esp->encr_key_bits = agreed->encr_key_bits;
	esp->n_local_ts = agreed->n_local_ts;
	esp->n_remote_ts = agreed->n_remote_ts;
	memcpy(esp->local_ts, agreed->local_ts, sizeof(esp->local_ts));
	memcpy(esp->remote_ts, agreed->remote_ts, sizeof(esp->remote_ts));
	sa->keymat_used = true;
	err = install_with_keymat(sa, esp, key_len, extack);
	child->installed = !err;
	return err;
}

/**
 * pqike_child_sa_del() - remove a Child SA, its ESP SAs and policies
 * @sa: locked
 * @child: of @sa; freed
 *
 * Context: may sleep.
 */
void pqike_child_sa_del(struct pqike_ike_sa *sa, struct pqike_child_sa *child)
{
	pqike_esp_remove(sa->net, &child->esp);
	list_del(&child->list);
	kfree(child);
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

	list_for_each_entry_safe(child, next, &sa->children, list)
		pqike_child_sa_del(sa, child);
}
