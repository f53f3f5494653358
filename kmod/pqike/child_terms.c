// SPDX-License-Identifier: GPL-2.0
/*
 * What the messages of two sides say of a Child SA (R3): the request offers, the
 * response chooses, and that is installed.  The response's proposal has one transform of
 * each type, so that what it has is what was agreed on; its selectors, as far as the
 * child has them, must be within those of the request.
 */
#include "child_terms.h"

#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_negotiation.h"
#include "esp_child.h"
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

static bool bodies_are_same(const struct ike_payload *payload,
			    const struct ike_payload *other)
{
	return payload->len == other->len &&
	       !memcmp(payload->body, other->body, payload->len);
}

/**
 * pqike_child_terms_are_same() - whether two responses say the same
 * @terms: the one
 * @others: the other
 *
 * Context: any.
 * Return: as said, octet for octet.
 */
bool pqike_child_terms_are_same(const struct pqike_child_terms *terms,
				const struct pqike_child_terms *others)
{
	return terms->transport == others->transport &&
	       bodies_are_same(&terms->sa, &others->sa) &&
	       bodies_are_same(&terms->tsi, &others->tsi) &&
	       bodies_are_same(&terms->tsr, &others->tsr);
}

static int read_choice(const struct pqike_child_terms *choice,
		       struct ike_proposal *proposal,
		       struct pqike_child_suite *suite,
		       struct netlink_ext_ack *extack)
{
	const u8 *data = choice->sa.body;
	size_t len = choice->sa.len;

	if (ike_proposal_next(&data, &len, proposal) == 1 && !len &&
	    proposal->protocol == PROTOCOL_ESP &&
	    proposal->spi_len == sizeof(__be32) &&
	    pqike_child_suite_read(*proposal, suite))
		return 0;
	NL_SET_ERR_MSG(extack, "the response does not choose one suite for ESP");
	return -EPERM;
}

/**
 * pqike_child_terms_suite() - the suite that a response has chosen
 * @choice: the response
 * @suite: creates is read; receives the rest, undefined on error
 * @extack: says that it is not one
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_child_terms_suite(const struct pqike_child_terms *choice,
			    struct pqike_child_suite *suite,
			    struct netlink_ext_ack *extack)
{
	struct ike_proposal proposal;

	return read_choice(choice, &proposal, suite, extack);
}

static __be32 spi_of(const struct ike_proposal *proposal)
{
	__be32 spi;

	memcpy(&spi, proposal->spi, sizeof(spi));
	return spi;
}

/* A proposal of the number of the one that was chosen, which offers all of it. */
static bool find_offer(const struct ike_payload *sa, u8 number,
		       const struct pqike_child_suite *suite,
		       struct ike_proposal *offered)
{
	const u8 *data = sa->body;
	size_t len = sa->len;

	while (ike_proposal_next(&data, &len, offered) > 0)
		if (offered->number == number &&
		    offered->protocol == PROTOCOL_ESP &&
		    offered->spi_len == sizeof(__be32) &&
		    pqike_child_suite_fits(offered, suite))
			return true;
	return false;
}

/**
 * pqike_child_terms_agree() - what a request offers and its response chooses
 * @offer: the request
 * @choice: the response
 * @initiator: the request is of this side
 * @esp: spi_in is read; receives the peer's SPI, algorithms, ESN and mode
 * @suite: creates is read; receives the rest
 * @extack: says what does not agree
 *
 * Context: any.
 * Return: 0 or -EPERM, with @esp and @suite undefined.
 */
int pqike_child_terms_agree(const struct pqike_child_terms *offer,
			    const struct pqike_child_terms *choice,
			    bool initiator, struct pqike_esp *esp,
			    struct pqike_child_suite *suite,
			    struct netlink_ext_ack *extack)
{
	struct ike_proposal chosen, offered;
	int err;

	err = read_choice(choice, &chosen, suite, extack);
	if (err)
		return err;
	if (!find_offer(&offer->sa, chosen.number, suite, &offered)) {
		NL_SET_ERR_MSG(extack,
			       "no proposal of the request is what the response chooses");
		return -EPERM;
	}
	if (spi_of(initiator ? &offered : &chosen) != esp->spi_in) {
		NL_SET_ERR_MSG(extack, "this side's message has not the SPI of the Child SA");
		return -EPERM;
	}
	if (choice->transport && !offer->transport) {
		NL_SET_ERR_MSG(extack, "the request does not ask for transport mode");
		return -EPERM;
	}
	esp->spi_out = spi_of(initiator ? &chosen : &offered);
	esp->encr = suite->encr;
	esp->encr_key_bits = suite->encr_key_bits;
	esp->integ = suite->integ;
	esp->esn = suite->esn;
	esp->transport = choice->transport;
	return 0;
}

static bool holds_all(const struct ike_payload *payload,
		      const struct pqike_ts *list, unsigned int n,
		      const struct ike_ts_endpoint *endpoint)
{
	for (unsigned int i = 0; i < n; i++)
		if (!ike_ts_holds(payload, &list[i], endpoint))
			return false;
	return true;
}

/**
 * pqike_child_terms_check_selectors() - whether a request has what the response has
 * @offer: the request
 * @esp: addresses, mode and selectors are read, which are of the response
 * @initiator: the request is of this side
 * @extack: says that it has not
 *
 * %PQIKE_ESP_TS_MAX times 255 comparisons at most, on each side.
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_child_terms_check_selectors(const struct pqike_child_terms *offer,
				      const struct pqike_esp *esp, bool initiator,
				      struct netlink_ext_ack *extack)
{
	const struct ike_payload *local = initiator ? &offer->tsi : &offer->tsr;
	const struct ike_payload *remote = initiator ? &offer->tsr : &offer->tsi;
	const struct ike_ts_endpoint here = { esp->family, &esp->local };
	const struct ike_ts_endpoint there = { esp->family, &esp->remote };

	if (holds_all(local, esp->local_ts, esp->n_local_ts,
		      esp->transport ? &here : NULL) &&
	    holds_all(remote, esp->remote_ts, esp->n_remote_ts,
		      esp->transport ? &there : NULL))
		return 0;
	NL_SET_ERR_MSG(extack, "a traffic selector is not within one of the request");
	return -EPERM;
}
