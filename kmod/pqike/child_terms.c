// SPDX-License-Identifier: GPL-2.0
/*
 * What the messages of two sides say of a Child SA (R3): the request offers, the
 * response chooses, and what is installed is of both.  The response's proposal has one
 * transform of each type, so that what it has is what was agreed on; selectors may be
 * less than either has.
 */
#include "child_terms.h"

#include <linux/bits.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_negotiation.h"
#include "esp.h"
#include "methods.h"
#include "sa_payload.h"
#include "ts_payload.h"

static int find_payloads(struct ike_payload_chain chain,
			 struct pqike_child_terms *found,
			 struct netlink_ext_ack *extack)
{
	if (ike_payload_find(chain, IKE_PAYLOAD_SA, &found->sa) ||
	    ike_payload_find(chain, IKE_PAYLOAD_TSI, &found->tsi) ||
	    ike_payload_find(chain, IKE_PAYLOAD_TSR, &found->tsr)) {
		NL_SET_ERR_MSG(extack, "the message has not one SA, TSi and TSr payload each");
		return -EBADMSG;
	}
	if (!ike_ts_is_well_formed(&found->tsi) ||
	    !ike_ts_is_well_formed(&found->tsr)) {
		NL_SET_ERR_MSG(extack, "a TS payload of the message is malformed");
		return -EBADMSG;
	}
	if (found->sa.len + found->tsi.len + found->tsr.len >
	    PQIKE_CHILD_TERMS_MAX) {
		NL_SET_ERR_MSG(extack, "the SA, TSi and TSr payloads are too long");
		return -EBADMSG;
	}
	return 0;
}

static u8 *copy_payload(struct ike_payload *copy,
			const struct ike_payload *payload, u8 *to)
{
	*copy = *payload;
	copy->body = to;
	memcpy(to, payload->body, payload->len);
	return to + payload->len;
}

/**
 * pqike_child_terms_read() - copy what a message says of a Child SA
 * @chain: its payloads
 * @extack: says what it lacks
 *
 * Context: may sleep.
 * Return: to be freed with kfree(); or ERR_PTR() of -EBADMSG or -ENOMEM.
 */
struct pqike_child_terms *pqike_child_terms_read(struct ike_payload_chain chain,
						 struct netlink_ext_ack *extack)
{
	struct pqike_child_terms found = {};
	struct pqike_child_terms *terms;
	u8 *to;
	int err;

	err = find_payloads(chain, &found, extack);
	if (err)
		return ERR_PTR(err);
	terms = kzalloc(struct_size(terms, octets, found.sa.len +
				    found.tsi.len + found.tsr.len),
			GFP_KERNEL_ACCOUNT);
	if (!terms)
		return ERR_PTR(-ENOMEM);
	terms->transport = ike_notify_present(chain,
					      IKE_NOTIFY_USE_TRANSPORT_MODE);
	terms->rekeys = ike_notify_rekey_esp(chain);
	to = copy_payload(&terms->sa, &found.sa, terms->octets);
	to = copy_payload(&terms->tsi, &found.tsi, to);
	copy_payload(&terms->tsr, &found.tsr, to);
	return terms;
}

static bool holds_all(const struct ike_payload *payload,
		      const struct pqike_ts *list, unsigned int n,
		      const xfrm_address_t *endpoint)
{
	for (unsigned int i = 0; i < n; i++)
		if (!ike_ts_holds(payload, &list[i], endpoint))
			return false;
	return true;
}

/* PQIKE_ESP_TS_MAX times 255 comparisons at most, on each side. */
static bool holds_selectors(const struct pqike_child_terms *terms,
			    const struct pqike_esp *esp, bool initiator)
{
	const struct ike_payload *local = initiator ? &terms->tsi : &terms->tsr;
	const struct ike_payload *remote = initiator ? &terms->tsr : &terms->tsi;

	return holds_all(local, esp->local_ts, esp->n_local_ts,
			 esp->transport ? &esp->local : NULL) &&
	       holds_all(remote, esp->remote_ts, esp->n_remote_ts,
			 esp->transport ? &esp->remote : NULL);
}

static bool is_of_spi(const struct ike_proposal *proposal, __be32 spi)
{
	return proposal->protocol == PROTOCOL_ESP &&
	       proposal->spi_len == sizeof(spi) &&
	       !memcmp(proposal->spi, &spi, sizeof(spi));
}

/* A proposal of the number, 0 for any, with the SPI, that offers all of it. */
static bool is_offered(const struct ike_payload *sa, const struct pqike_esp *esp,
		       const struct pqike_methods *methods, __be32 spi, u8 number)
{
	const u8 *data = sa->body;
	size_t len = sa->len;
	struct ike_proposal proposal;

	while (ike_proposal_next(&data, &len, &proposal) > 0)
		if ((!number || proposal.number == number) &&
		    is_of_spi(&proposal, spi) &&
		    pqike_child_suite_fits(&proposal, esp, methods))
			return true;
	return false;
}

/**
 * pqike_child_terms_check_offer() - whether a request offers a Child SA
 * @offer: the request
 * @esp: SPIs, addresses, mode, selectors, algorithms and ESN are read
 * @methods: its key exchanges; NULL within IKE_AUTH
 * @initiator: the request is of this side
 * @number: of the proposal that was chosen, 0 for any
 * @extack: says what it does not offer
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_child_terms_check_offer(const struct pqike_child_terms *offer,
				  const struct pqike_esp *esp,
				  const struct pqike_methods *methods,
				  bool initiator, u8 number,
				  struct netlink_ext_ack *extack)
{
	const __be32 spi = initiator ? esp->spi_in : esp->spi_out;

	if (!is_offered(&offer->sa, esp, methods, spi, number)) {
		NL_SET_ERR_MSG(extack,
			       "no proposal of the request has this SPI and suite");
		return -EPERM;
	}
	if (!holds_selectors(offer, esp, initiator)) {
		NL_SET_ERR_MSG(extack, "a traffic selector is not within one of the request");
		return -EPERM;
	}
	if (esp->transport && !offer->transport) {
		NL_SET_ERR_MSG(extack, "the request does not ask for transport mode");
		return -EPERM;
	}
	return 0;
}

/* One transform of each type: what a proposal has is what was chosen. */
static bool is_choice(struct ike_proposal proposal)
{
	struct ike_transform transform;
	u32 types = 0;
	int more;

	while ((more = ike_transform_next(&proposal, &transform)) > 0) {
		if (transform.type >= TRANSFORM_TYPES ||
		    types & BIT(transform.type))
			return false;
		types |= BIT(transform.type);
	}
	return !more;
}

static bool is_chosen(const struct ike_payload *sa, const struct pqike_esp *esp,
		      const struct pqike_methods *methods, u8 *number)
{
	const u8 *data = sa->body;
	size_t len = sa->len;
	struct ike_proposal proposal;

	if (ike_proposal_next(&data, &len, &proposal) != 1 || len ||
	    !is_choice(proposal))
		return false;
	*number = proposal.number;
	return pqike_child_suite_fits(&proposal, esp, methods);
}

static bool choice_has_spi(const struct ike_payload *sa, __be32 spi)
{
	const u8 *data = sa->body;
	size_t len = sa->len;
	struct ike_proposal proposal;

	return ike_proposal_next(&data, &len, &proposal) == 1 &&
	       is_of_spi(&proposal, spi);
}

/**
 * pqike_child_terms_check_choice() - whether a response chooses a Child SA
 * @choice: the response
 * @esp: as for pqike_child_terms_check_offer()
 * @methods: likewise
 * @initiator: the request is of this side, the response of the peer
 * @number: receives that of the proposal
 * @extack: says what it has not chosen
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_child_terms_check_choice(const struct pqike_child_terms *choice,
				   const struct pqike_esp *esp,
				   const struct pqike_methods *methods,
				   bool initiator, u8 *number,
				   struct netlink_ext_ack *extack)
{
	if (!choice_has_spi(&choice->sa, initiator ? esp->spi_out :
						     esp->spi_in)) {
		NL_SET_ERR_MSG(extack, "the SPI is not that of the response");
		return -EPERM;
	}
	if (!is_chosen(&choice->sa, esp, methods, number)) {
		NL_SET_ERR_MSG(extack,
			       "the response has not chosen these algorithms");
		return -EPERM;
	}
	if (!holds_selectors(choice, esp, initiator)) {
		NL_SET_ERR_MSG(extack, "a traffic selector is not within one of the response");
		return -EPERM;
	}
	if (esp->transport != choice->transport) {
		NL_SET_ERR_MSG(extack, "the mode is not that of the response");
		return -EPERM;
	}
	return 0;
}
