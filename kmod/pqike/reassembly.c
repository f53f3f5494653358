// SPDX-License-Identifier: GPL-2.0
/*
 * Reassembly.  Only fragments that verified under the keys of the IKE SA come
 * here, and only of the one message that is expected, so what can be held is
 * bounded by one message of the authenticated key holder.
 */
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/pqike.h>

#include "reassembly.h"

/**
 * pqike_reassembly_drop() - forget the fragments, wiped
 * @reassembly: all zero afterwards
 *
 * Context: may sleep.
 */
void pqike_reassembly_drop(struct pqike_reassembly *reassembly)
{
	for (unsigned int i = 0; i < reassembly->n_fragments; i++)
		kfree_sensitive(reassembly->fragments[i].plaintext);
	kfree(reassembly->fragments);
	kfree_sensitive(reassembly->whole);
	memset(reassembly, 0, sizeof(*reassembly));
}

static int reassembly_begin(struct pqike_reassembly *reassembly,
			    unsigned int n_fragments)
{
	struct pqike_sk_opened *fragments;

	fragments = kcalloc(n_fragments, sizeof(*fragments),
			    GFP_KERNEL_ACCOUNT);
	if (!fragments)
		return -ENOMEM;
	pqike_reassembly_drop(reassembly);
	reassembly->fragments = fragments;
	reassembly->n_fragments = n_fragments;
	reassembly->n_missing = n_fragments;
	return 0;
}

/* Before the last fragment is taken: without it, it can come again. */
static int make_room(struct pqike_reassembly *reassembly,
		     const struct pqike_sk_opened *fragment)
{
	if (reassembly->n_missing > 1)
		return 0;
	reassembly->whole = kmalloc(reassembly->len + fragment->len,
				    GFP_KERNEL_ACCOUNT);
	return reassembly->whole ? 0 : -ENOMEM;
}

/**
 * pqike_reassembly_add() - keep a fragment
 * @reassembly: fragments of the same message
 * @fragment: verified; its plaintext is taken over on success
 * @len_max: octets that all fragments may have together
 * @extack: says why a fragment is refused
 *
 * A peer that begins anew with smaller fragments has a larger total: what came
 * before is dropped then.  One that comes twice, or has a smaller total, is
 * dropped itself (RFC 7383 section 2.6).
 *
 * Context: may sleep.
 * Return: 0 or more: how many are missing; -EALREADY for one that is dropped;
 * -EMSGSIZE when there are too many or too much; -ENOMEM, and it may come again.
 */
int pqike_reassembly_add(struct pqike_reassembly *reassembly,
			 struct pqike_sk_opened *fragment, size_t len_max,
			 struct netlink_ext_ack *extack)
{
	const unsigned int place = fragment->fragment - 1;
	int err;

	if (fragment->n_fragments > PQIKE_FRAGMENTS_MAX) {
		NL_SET_ERR_MSG(extack, "message has more than 64 fragments");
		return -EMSGSIZE;
	}
	if (fragment->n_fragments > reassembly->n_fragments) {
		err = reassembly_begin(reassembly, fragment->n_fragments);
		if (err)
			return err;
	}
	if (fragment->n_fragments < reassembly->n_fragments ||
	    reassembly->fragments[place].plaintext) {
		NL_SET_ERR_MSG(extack, "fragment has come before");
		return -EALREADY;
	}
	if (reassembly->len + fragment->len > len_max) {
		NL_SET_ERR_MSG(extack, "message is too long");
		return -EMSGSIZE;
	}
	err = make_room(reassembly, fragment);
	if (err)
		return err;
	reassembly->fragments[place] = *fragment;
	reassembly->len += fragment->len;
	reassembly->n_missing--;
	return reassembly->n_missing;
}

/**
 * pqike_reassembly_finish() - the message of all its fragments
 * @reassembly: with none missing; dropped
 * @whole: receives the message as if it had come in one SK payload
 *
 * Context: any.
 */
void pqike_reassembly_finish(struct pqike_reassembly *reassembly,
			     struct pqike_sk_opened *whole)
{
	u8 *end = reassembly->whole;

	for (unsigned int i = 0; i < reassembly->n_fragments; i++) {
		const struct pqike_sk_opened *fragment =
			&reassembly->fragments[i];

		memcpy(end, fragment->plaintext, fragment->len);
		end += fragment->len;
	}
	*whole = reassembly->fragments[0];
	whole->fragment = 0;
	whole->n_fragments = 0;
	whole->plaintext = reassembly->whole;
	whole->len = reassembly->len;
	reassembly->whole = NULL;
	pqike_reassembly_drop(reassembly);
}
