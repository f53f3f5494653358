// SPDX-License-Identifier: GPL-2.0
#include "config/config_diff.h"

#include <string.h>

static bool same_proposal(const struct proposal *a, const struct proposal *b)
{
	if (a->n_transforms != b->n_transforms)
		return false;
	for (size_t i = 0; i < a->n_transforms; i++)
		if (a->transforms[i].type != b->transforms[i].type ||
		    a->transforms[i].id != b->transforms[i].id ||
		    a->transforms[i].key_bits != b->transforms[i].key_bits)
			return false;
	return true;
}

static bool same_proposals(const struct proposal *a, size_t n_a,
			   const struct proposal *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!same_proposal(&a[i], &b[i]))
			return false;
	return true;
}

static bool same_selectors(const struct prefix *a, size_t n_a,
			   const struct prefix *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!prefix_equal(&a[i], &b[i]))
			return false;
	return true;
}

static bool same_limits(const struct limits *a, const struct limits *b)
{
	return a->rekey == b->rekey && a->life == b->life && a->rand == b->rand;
}

static bool same_mark(const struct mark *a, const struct mark *b)
{
	return a->value == b->value && a->mask == b->mask;
}

static bool same_actions(const struct child_config *a,
			 const struct child_config *b)
{
	return a->start_action == b->start_action &&
	       a->dpd_action == b->dpd_action &&
	       a->close_action == b->close_action;
}

/* What xfrm is told beside selectors and keys. */
static bool same_xfrm(const struct child_config *a, const struct child_config *b)
{
	return a->mode == b->mode && a->reqid == b->reqid &&
	       a->reqid_said == b->reqid_said &&
	       a->replay_window == b->replay_window &&
	       a->if_id_in == b->if_id_in && a->if_id_out == b->if_id_out &&
	       !strcmp(a->xfrm_interface, b->xfrm_interface) &&
	       same_mark(&a->mark_in, &b->mark_in) &&
	       same_mark(&a->mark_out, &b->mark_out) &&
	       same_mark(&a->set_mark_in, &b->set_mark_in) &&
	       same_mark(&a->set_mark_out, &b->set_mark_out) &&
	       a->copy_df == b->copy_df && a->copy_ecn == b->copy_ecn &&
	       a->copy_dscp == b->copy_dscp;
}

static bool child_same(const struct child_config *a,
		       const struct child_config *b)
{
	return !strcmp(a->name, b->name) &&
	       same_selectors(a->local_ts, a->n_local_ts, b->local_ts,
			      b->n_local_ts) &&
	       same_selectors(a->remote_ts, a->n_remote_ts, b->remote_ts,
			      b->n_remote_ts) &&
	       same_proposals(a->esp_proposals, a->n_esp_proposals,
			      b->esp_proposals, b->n_esp_proposals) &&
	       same_actions(a, b) && same_xfrm(a, b) &&
	       same_limits(&a->time, &b->time) &&
	       same_limits(&a->bytes, &b->bytes) &&
	       same_limits(&a->packets, &b->packets);
}

static bool same_remote_networks(const struct connection_config *a,
				 const struct connection_config *b)
{
	for (size_t i = 0; i < a->n_remote_networks; i++)
		if (i >= b->n_remote_networks ||
		    !prefix_same_network(&a->remote_networks[i],
					 &b->remote_networks[i]))
			return false;
	return a->n_remote_networks == b->n_remote_networks;
}

/* Where they stand, the entries of both are the same. */
static bool same_remote_names(const struct connection_config *a,
			      const struct connection_config *b)
{
	for (size_t i = 0; i < a->n_remote_names; i++)
		if (i >= b->n_remote_names ||
		    a->remote_names[i].entry != b->remote_names[i].entry ||
		    strcmp(a->remote_names[i].text, b->remote_names[i].text) != 0)
			return false;
	return a->n_remote_names == b->n_remote_names;
}

bool config_same_addresses(const struct connection_config *a,
			   const struct connection_config *b)
{
	return a->n_local_addrs == b->n_local_addrs &&
	       !memcmp(a->local_addrs, b->local_addrs, sizeof(a->local_addrs)) &&
	       a->n_remote_addrs == b->n_remote_addrs &&
	       !memcmp(a->remote_addrs, b->remote_addrs,
		       sizeof(a->remote_addrs)) &&
	       same_remote_names(a, b) && same_remote_networks(a, b) &&
	       a->remote_any == b->remote_any &&
	       a->local_port == b->local_port &&
	       a->remote_port == b->remote_port && a->encap == b->encap;
}

static bool same_authentication(const struct connection_config *a,
				const struct connection_config *b)
{
	return identity_identical(&a->local_id, &b->local_id) &&
	       identity_identical(&a->remote_id, &b->remote_id) &&
	       !strcmp(a->psk, b->psk) &&
	       secret_version_same(&a->psk_version, &b->psk_version) &&
	       identity_identical(&a->ppk.id, &b->ppk.id) &&
	       a->ppk.required == b->ppk.required &&
	       !strcmp(a->ppk.key, b->ppk.key) &&
	       secret_version_same(&a->ppk.version, &b->ppk.version) &&
	       a->require_pq == b->require_pq;
}

static bool same_children(const struct connection_config *a,
			  const struct connection_config *b)
{
	if (a->n_children != b->n_children)
		return false;
	for (size_t i = 0; i < a->n_children; i++)
		if (!child_same(&a->children[i], &b->children[i]))
			return false;
	return true;
}

bool config_same_negotiation(const struct connection_config *a,
			     const struct connection_config *b)
{
	return config_same_addresses(a, b) && same_authentication(a, b) &&
	       a->fragment_size == b->fragment_size &&
	       same_proposals(a->proposals, a->n_proposals, b->proposals,
			      b->n_proposals);
}

bool config_connection_same(const struct connection_config *a,
			    const struct connection_config *b)
{
	return !strcmp(a->name, b->name) && config_same_negotiation(a, b) &&
	       a->dpd_delay == b->dpd_delay &&
	       a->dpd_esp == b->dpd_esp &&
	       !memcmp(&a->retransmission, &b->retransmission,
		       sizeof(a->retransmission)) &&
	       a->keyingtries == b->keyingtries &&
	       same_limits(&a->time, &b->time) &&
	       a->unique == b->unique &&
	       same_children(a, b);
}
