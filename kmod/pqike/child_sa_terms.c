// SPDX-License-Identifier: GPL-2.0
/*
 * Child SAs and the messages that agree on them (R3).
 *
 *	initiator                        responder
 *	child-sa-new
 *	seals the request      ->        opens it
 *	                                 child-sa-new: takes the request
 *	                                 child-sa-install: says the response
 *	opens the response     <-        seals the response: octet for octet that
 *	child-sa-install
 *
 * What is installed is read from both.  With IKE_FOLLOWUP_KE the responder, too, has
 * sealed its response before child-sa-install, which takes that one.  What was taken is
 * dropped when nothing is left to compare.
 */
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_config.h"
#include "child_negotiation.h"
#include "child_sa.h"
#include "child_terms.h"
#include "creation.h"
#include "ike_sa.h"

static bool is_initiator(const struct pqike_child_sa *child)
{
	return child->role == PQIKE_ROLE_INITIATOR;
}

static int take_terms(struct pqike_child_terms **terms, struct ike_payload_chain chain,
		      struct netlink_ext_ack *extack)
{
	struct pqike_child_terms *taken = pqike_child_terms_read(chain, extack);

	if (IS_ERR(taken))
		return PTR_ERR(taken);
	kfree(*terms);
	*terms = taken;
	return 0;
}

/* Of IKE_AUTH: it stays open until another message comes. */
static int opened_auth(const struct pqike_ike_sa *sa, bool response,
		       struct ike_payload_chain *chain,
		       struct netlink_ext_ack *extack)
{
	if (pqike_opened_chain(sa, IKE_AUTH, response, chain))
		return 0;
	NL_SET_ERR_MSG(extack, "the peer's IKE_AUTH message is not open any more");
	return -EPROTO;
}

/* A rekey is of a Child SA of the same child, and of this IKE SA. */
static int check_rekeyed(const struct pqike_ike_sa *sa,
			 const struct pqike_child_sa *child,
			 struct netlink_ext_ack *extack)
{
	const __be32 spi = child->offer->rekeys;
	const struct pqike_child_sa *old;

	if (!spi)
		return 0;
	list_for_each_entry(old, &sa->children, list) {
		if (!old->keyed || old->peer_spi != spi)
			continue;
		if (!strcmp(old->config->name, child->config->name))
			return 0;
		NL_SET_ERR_MSG(extack, "the request rekeys a Child SA of another child");
		return -EPERM;
	}
	NL_SET_ERR_MSG(extack, "the request rekeys no Child SA of the IKE SA");
	return -EPERM;
}

/**
 * pqike_child_sa_take_request() - take what the peer's request says of a Child SA
 * @sa: locked; the request is the message opened last
 * @child: of the responder, not in the list yet
 * @creates: it is CREATE_CHILD_SA, else IKE_AUTH
 * @extack: says what is wrong with the request
 *
 * Context: may sleep.
 * Return: 0, -EPROTO out of order, -EPERM for a rekey that cannot be of @child, or an
 * error of pqike_child_terms_read().
 */
int pqike_child_sa_take_request(const struct pqike_ike_sa *sa,
				struct pqike_child_sa *child, bool creates,
				struct netlink_ext_ack *extack)
{
	struct ike_payload_chain chain;
	int err;

	err = creates ? pqike_creation_request(sa, &chain, extack) :
			opened_auth(sa, false, &chain, extack);
	if (!err)
		err = take_terms(&child->offer, chain, extack);
	if (err)
		return err;
	child->request_id = be32_to_cpu(sa->opened.header.message_id);
	child->answers = true;
	return check_rekeyed(sa, child, extack);
}

/* Of IKE_AUTH: it is the request that the message opened last answers. */
static bool is_answered_auth(const struct pqike_ike_sa *sa,
			     const struct pqike_sealed *sealed)
{
	return sealed->plaintext && sealed->exchange_type == IKE_AUTH &&
	       sealed->message_id == be32_to_cpu(sa->opened.header.message_id);
}

/* Both messages of the exchange, as long as no step has used the response. */
static int exchange_chains(const struct pqike_ike_sa *sa,
			   const struct pqike_child_sa *child,
			   struct ike_payload_chain *request,
			   struct ike_payload_chain *response,
			   struct netlink_ext_ack *extack)
{
	const struct pqike_sealed *sealed = &sa->sealed_request;
	int err;

	if (child->creation)
		err = pqike_creation_response(child->creation, sa, response,
					      extack);
	else
		err = opened_auth(sa, true, response, extack);
	if (err)
		return err;
	if (!child->creation && !is_answered_auth(sa, sealed)) {
		NL_SET_ERR_MSG(extack, "the request of the response is not the one sealed last");
		return -EPROTO;
	}
	*request = pqike_sealed_chain(sealed);
	return 0;
}

/**
 * pqike_child_sa_take_exchange() - take what both messages say of a Child SA
 * @sa: locked
 * @child: of the initiator; what was taken before stays where the response has been
 *	used
 * @extack: says what is out of order or wrong with the messages
 *
 * Context: may sleep.
 * Return: 0, -EPROTO out of order, or an error of pqike_creation_response() or
 * pqike_child_terms_read().
 */
int pqike_child_sa_take_exchange(const struct pqike_ike_sa *sa,
				 struct pqike_child_sa *child,
				 struct netlink_ext_ack *extack)
{
	struct ike_payload_chain request, response;
	int err;

	if (child->creation && pqike_creation_is_agreed(child->creation))
		return 0;
	err = exchange_chains(sa, child, &request, &response, extack);
	if (!err)
		err = take_terms(&child->offer, request, extack);
	return err ?: take_terms(&child->choice, response, extack);
}

/**
 * pqike_child_sa_chosen() - the suite that was chosen for a Child SA
 * @child: its response is there
 * @suite: receives it
 * @extack: says that the response has chosen none
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_child_sa_chosen(const struct pqike_child_sa *child,
			  struct pqike_child_suite *suite,
			  struct netlink_ext_ack *extack)
{
	suite->creates = child->creation;
	return pqike_child_terms_suite(child->choice, suite, extack);
}

static int check_choice(const struct pqike_child_sa *child,
			struct netlink_ext_ack *extack)
{
	struct pqike_child_suite suite;
	int err;

	err = pqike_child_sa_chosen(child, &suite, extack);
	if (err || !child->creation)
		return err;
	return pqike_child_sa_check_choice(child, &suite.methods, extack);
}

/* The response is sealed, and what it says is there. */
static int check_answered(const struct pqike_child_sa *child,
			  const struct ike_payload_chain *response,
			  struct netlink_ext_ack *extack)
{
	if (response) {
		NL_SET_ERR_MSG(extack, "the response of the Child SA is sealed already");
		return -EINVAL;
	}
	if (!child->choice) {
		NL_SET_ERR_MSG(extack, "the response has refused the Child SA");
		return -EPERM;
	}
	return 0;
}

/**
 * pqike_child_sa_take_answer() - take what this side is about to answer
 * @child: of the responder
 * @response: its payloads, of which SA, TSi, TSr and USE_TRANSPORT_MODE count; NULL once
 *	the response is sealed
 * @extack: says what is wrong with it
 *
 * Another one may be taken as long as none is sealed.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL when @response is missing, or sealed already; -EPERM when it has no
 * suite, was a refusal, or has another key exchange than was made; or an error of
 * pqike_child_terms_read() or of pqike_creation_check_methods().
 */
int pqike_child_sa_take_answer(struct pqike_child_sa *child,
			       const struct ike_payload_chain *response,
			       struct netlink_ext_ack *extack)
{
	int err;

	if (!child->answers)
		return check_answered(child, response, extack);
	if (!response) {
		NL_SET_ERR_MSG(extack, "what the response is to say is missing");
		return -EINVAL;
	}
	err = take_terms(&child->choice, *response, extack);
	return err ?: check_choice(child, extack);
}

/**
 * pqike_child_sa_agree() - what both messages say, within what the child may be
 * @child: pqike_child_sa_take_answer() or pqike_child_sa_take_exchange() having been
 *	called
 * @agreed: addresses and spi_in are read; receives the peer's SPI, algorithms, ESN,
 *	mode and selectors
 * @suite: receives what was chosen
 * @extack: says what does not agree, or is not allowed
 *
 * Context: may sleep.
 * Return: 0, -EPERM, or an error of pqike_child_config_narrow().
 */
int pqike_child_sa_agree(const struct pqike_child_sa *child,
			 struct pqike_esp *agreed,
			 struct pqike_child_suite *suite,
			 struct netlink_ext_ack *extack)
{
	const bool initiator = is_initiator(child);
	const struct pqike_child_terms *choice = child->choice;
	int err;

	suite->creates = child->creation;
	err = pqike_child_terms_agree(child->offer, choice, initiator, agreed,
				      suite, extack);
	if (!err)
		err = pqike_child_config_check_mode(child->config, agreed, extack);
	if (!err)
		err = pqike_child_config_check_suite(child->config, suite, extack);
	if (!err)
		err = pqike_child_config_narrow(child->config, initiator ?
						&choice->tsi : &choice->tsr,
						initiator ? &choice->tsr :
						&choice->tsi, agreed, extack);
	return err ?: pqike_child_terms_check_selectors(child->offer, agreed,
							initiator, extack);
}

static int check_same(const struct pqike_child_sa *child,
		      struct ike_payload_chain response,
		      struct netlink_ext_ack *extack)
{
	struct pqike_child_terms *answer;
	bool same;

	answer = pqike_child_terms_read(response, extack);
	if (IS_ERR(answer))
		return PTR_ERR(answer);
	same = pqike_child_terms_are_same(child->choice, answer);
	kfree(answer);
	if (same)
		return 0;
	NL_SET_ERR_MSG(extack, "the response is not the one that the Child SA is installed with");
	return -EPERM;
}

/* Without an SA payload it is a refusal. */
static int check_refusal(struct pqike_child_sa *child,
			 struct netlink_ext_ack *extack)
{
	if (child->installed) {
		NL_SET_ERR_MSG(extack, "the response refuses a Child SA that is installed");
		return -EPERM;
	}
	kfree(child->choice);
	child->choice = NULL;
	return 0;
}

static int check_answer(struct pqike_child_sa *child,
			struct ike_payload_chain response,
			struct netlink_ext_ack *extack)
{
	struct ike_payload sa;
	int err;

	if (ike_payload_find(response, IKE_PAYLOAD_SA, &sa) == -ENOENT)
		return check_refusal(child, extack);
	if (child->installed)
		return check_same(child, response, extack);
	err = take_terms(&child->choice, response, extack);
	return err ?: check_choice(child, extack);
}

static bool is_answered_by(const struct pqike_child_sa *child, u8 exchange_type,
			   u32 message_id)
{
	return child->answers && child->request_id == message_id &&
	       (exchange_type == IKE_AUTH ||
		exchange_type == IKE_CREATE_CHILD_SA);
}

/**
 * pqike_child_sas_check_answer() - whether a response is that of the Child SAs that it
 *	answers
 * @sa: locked
 * @exchange_type: of the response, which is about to be sealed
 * @message_id: likewise
 * @response: its payloads
 * @extack: says what does not match
 *
 * What a Child SA that is not installed had of a response goes, even where this one is
 * not sealed then: until one is, nobody reads it before the next response has replaced it.
 *
 * Context: may sleep.
 * Return: 0, -EPERM, or an error of pqike_child_terms_read() or of
 * pqike_creation_check_methods().
 */
int pqike_child_sas_check_answer(struct pqike_ike_sa *sa, u8 exchange_type,
				 u32 message_id,
				 struct ike_payload_chain response,
				 struct netlink_ext_ack *extack)
{
	struct pqike_child_sa *child;
	int err;

	list_for_each_entry(child, &sa->children, list) {
		if (!is_answered_by(child, exchange_type, message_id))
			continue;
		err = check_answer(child, response, extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * pqike_child_sa_terms_used() - a Child SA has been installed, or its response sealed
 * @child: the Child SA; its messages are forgotten when nothing is left to compare
 *
 * Context: any.
 */
void pqike_child_sa_terms_used(struct pqike_child_sa *child)
{
	if (child->keyed && !child->answers)
		pqike_child_sa_drop_terms(child);
}

/* check_answer() has found that it can be. */
static void choose_methods(struct pqike_child_sa *child)
{
	struct pqike_child_suite suite;

	if (child->creation && child->choice &&
	    !pqike_child_sa_chosen(child, &suite, NULL))
		pqike_creation_choose(child->creation, &suite.methods, NULL);
}

/**
 * pqike_child_sas_answered() - a response has been sealed
 * @sa: locked
 * @exchange_type: of the response
 * @message_id: likewise
 *
 * Context: any.
 */
void pqike_child_sas_answered(struct pqike_ike_sa *sa, u8 exchange_type,
			      u32 message_id)
{
	struct pqike_child_sa *child;

	list_for_each_entry(child, &sa->children, list) {
		if (!is_answered_by(child, exchange_type, message_id))
			continue;
		child->answers = false;
		choose_methods(child);
		pqike_child_sa_terms_used(child);
	}
}

/**
 * pqike_child_sa_drop_terms() - forget the messages of a Child SA
 * @child: the Child SA
 *
 * Context: any.
 */
void pqike_child_sa_drop_terms(struct pqike_child_sa *child)
{
	kfree(child->offer);
	kfree(child->choice);
	child->offer = NULL;
	child->choice = NULL;
}
