// SPDX-License-Identifier: GPL-2.0
/*
 * Child SAs: installed once they have keys, and removed.
 */
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_sa.h"
#include "creation.h"
#include "ike_sa.h"

/* AES-256 and the four octets of salt. */
#define ESP_KEY_LEN_MAX	36

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
static int install_with_keymat(struct pqike_ike_sa *sa,
			       struct pqike_child_sa *child,
			       unsigned int key_len,
			       struct netlink_ext_ack *extack)
{
	const bool initiator = child->role == PQIKE_ROLE_INITIATOR;
	u8 keymat[2 * ESP_KEY_LEN_MAX];
	const u8 *of_initiator = keymat, *of_responder = keymat + key_len;
	int err;

	err = pqike_child_sa_keymat(sa, child, keymat, 2 * key_len);
	if (!err)
		err = pqike_esp_install(sa->net, &child->esp,
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

	err = pqike_child_sa_check_keyable(sa, child, extack);
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
	err = install_with_keymat(sa, child, key_len, extack);
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
	pqike_creation_free(child->creation);
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
