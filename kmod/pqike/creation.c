// SPDX-License-Identifier: GPL-2.0
/*
 * The key exchanges of CREATE_CHILD_SA and IKE_FOLLOWUP_KE (RFC 7296 section
 * 1.3, RFC 9370 section 2.2.4), for a Child SA or an IKE SA.
 *
 *	initiator                      responder
 *	begin: Ni, KE data
 *	          CREATE_CHILD_SA request
 *	                               respond: Nr, KE data, SK(0)
 *	          CREATE_CHILD_SA response
 *	accept: SK(0)
 *	KE data of ADDKE1
 *	          IKE_FOLLOWUP_KE request
 *	                               followup: KE data, SK(1)
 *	          IKE_FOLLOWUP_KE response
 *	followup: SK(1)
 *	...
 *
 * What the peer sent is taken from the message that the IKE SA has opened, and
 * what this side made must stand unchanged in the request that was sealed (R3).
 * A step that fails changes nothing.
 */
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "creation.h"
#include "ike_sa.h"

/**
 * pqike_creation_alloc() - make a creation in which nothing has happened
 * @role: side of CREATE_CHILD_SA
 *
 * Context: may sleep.
 * Return: to be freed with pqike_creation_free(), or NULL without memory.
 */
struct pqike_creation *pqike_creation_alloc(enum pqike_role role)
{
	struct pqike_creation *creation;

	creation = kzalloc_obj(*creation, GFP_KERNEL_ACCOUNT);
	if (creation)
		creation->role = role;
	return creation;
}

/**
 * pqike_creation_free() - end a creation and wipe every secret of it
 * @creation: the creation, or NULL
 *
 * Context: may sleep.
 */
void pqike_creation_free(struct pqike_creation *creation)
{
	if (!creation)
		return;
	pqike_owned_end(&creation->owned);
	pqike_ke_wipe(&creation->ke);
	pqike_ke_wipe(&creation->last.ke);
	for (unsigned int i = 0; i < creation->n_secrets; i++)
		kfree_sensitive(creation->secrets[i].octets);
	kfree_sensitive(creation);
}

/**
 * pqike_creation_begin() - make the initiator's nonce and KE data
 * @creation: of the initiator, new
 * @method: of the key exchange, 0 for none
 * @extack: names what is not supported
 *
 * Context: may sleep.
 * Return: 0 or an error of pqike_ke_initiate().
 */
int pqike_creation_begin(struct pqike_creation *creation, u16 method,
			 struct netlink_ext_ack *extack)
{
	creation->init.ni_len = PQIKE_OWN_NONCE_LEN;
	get_random_bytes(creation->init.ni, PQIKE_OWN_NONCE_LEN);
	if (!method)
		return 0;
	creation->methods[0] = method;
	creation->n_methods = 1;
	return pqike_ke_initiate(&creation->ke, method, extack);
}

static int no_message(u8 exchange_type, struct netlink_ext_ack *extack)
{
	if (exchange_type == IKE_CREATE_CHILD_SA)
		NL_SET_ERR_MSG(extack,
			       "no CREATE_CHILD_SA message of the peer is open and unused");
	else
		NL_SET_ERR_MSG(extack,
			       "no IKE_FOLLOWUP_KE message of the peer is open and unused");
	return -EPROTO;
}

/* The payloads of the message opened last, where no step has used it yet. */
static int opened_message(const struct pqike_ike_sa *sa, u8 exchange_type,
			  bool response, struct ike_payload_chain *chain,
			  struct netlink_ext_ack *extack)
{
	return pqike_opened_chain(sa, exchange_type, response, chain) ? 0 :
		no_message(exchange_type, extack);
}

static int opened_request(const struct pqike_ike_sa *sa, u8 exchange_type,
			  struct ike_payload_chain *chain,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = opened_message(sa, exchange_type, false, chain, extack);
	if (err)
		return err;
	if (sa->message_ids.owes_response)
		return 0;
	NL_SET_ERR_MSG(extack, "the peer's request has been answered already");
	return -EPROTO;
}

/* A response, and with it the request that this side sealed. */
static int opened_response(const struct pqike_creation *creation,
			   const struct pqike_ike_sa *sa, u8 exchange_type,
			   struct ike_payload_chain *chain,
			   struct netlink_ext_ack *extack)
{
	const struct pqike_sealed *sealed = &sa->sealed_request;
	int err;

	err = opened_message(sa, exchange_type, true, chain, extack);
	if (err)
		return err;
	if (!sealed->plaintext || sealed->exchange_type != exchange_type ||
	    sealed->message_id != be32_to_cpu(sa->opened.header.message_id)) {
		NL_SET_ERR_MSG(extack, "the request of the response is not the one sealed last");
		return -EPROTO;
	}
	return pqike_creation_check_own(creation, pqike_sealed_chain(sealed),
					extack);
}

/**
 * pqike_creation_request() - the CREATE_CHILD_SA request to be answered
 * @sa: locked
 * @chain: receives its payloads
 * @extack: says that there is none
 *
 * Context: any.
 * Return: 0, or -EPROTO when the message opened last is not one, has been used
 * or has been answered.
 */
int pqike_creation_request(const struct pqike_ike_sa *sa,
			   struct ike_payload_chain *chain,
			   struct netlink_ext_ack *extack)
{
	return opened_request(sa, IKE_CREATE_CHILD_SA, chain, extack);
}

/**
 * pqike_creation_response() - the CREATE_CHILD_SA response of the peer
 * @creation: of the initiator, begun
 * @sa: locked
 * @chain: receives its payloads
 * @extack: says what is out of order
 *
 * Context: any.
 * Return: 0, -EPROTO when the message opened last is not one or has been used,
 * -EBADMSG when its request had not what @creation made.
 */
int pqike_creation_response(const struct pqike_creation *creation,
			    const struct pqike_ike_sa *sa,
			    struct ike_payload_chain *chain,
			    struct netlink_ext_ack *extack)
{
	return opened_response(creation, sa, IKE_CREATE_CHILD_SA, chain,
			       extack);
}

static bool nonce_is(struct ike_payload_chain chain, const u8 *own, size_t len)
{
	struct ike_payload nonce;

	return !ike_nonce_find(chain, &nonce) && nonce.len == len &&
	       !memcmp(nonce.body, own, len);
}

static bool ke_is(struct ike_payload_chain chain, const struct pqike_ke *own)
{
	struct ike_ke ke;

	return !ike_ke_find(chain, &ke) && ke.method == own->method &&
	       ke.len == own->data_len && !memcmp(ke.data, own->data, ke.len);
}

/**
 * pqike_creation_check_own() - is what this side made in its message?
 * @creation: its nonce is looked for only until the peer's choice has come, a
 *	responder's always
 * @chain: payloads of the message that this side sealed
 * @extack: says that it was changed
 *
 * Context: any.
 * Return: 0 or -EBADMSG.
 */
int pqike_creation_check_own(const struct pqike_creation *creation,
			     struct ike_payload_chain chain,
			     struct netlink_ext_ack *extack)
{
	const struct pqike_init_values *init = &creation->init;
	bool unchanged = true;

	if (creation->role == PQIKE_ROLE_RESPONDER)
		unchanged = nonce_is(chain, init->nr, init->nr_len);
	else if (!pqike_creation_is_agreed(creation))
		unchanged = nonce_is(chain, init->ni, init->ni_len);
	if (unchanged && creation->ke.method)
		unchanged = ke_is(chain, &creation->ke);
	if (unchanged)
		return 0;
	NL_SET_ERR_MSG(extack, "own nonce or KE data is not in the message that was sealed");
	return -EBADMSG;
}

static int peer_nonce(struct ike_payload_chain chain, struct ike_payload *nonce,
		      struct netlink_ext_ack *extack)
{
	if (!ike_nonce_find(chain, nonce))
		return 0;
	NL_SET_ERR_MSG(extack, "CREATE_CHILD_SA has not one nonce of 16 to 256 octets");
	return -EBADMSG;
}

static int peer_ke(struct ike_payload_chain chain, u16 method,
		   struct ike_ke *ke, struct netlink_ext_ack *extack)
{
	if (ike_ke_find(chain, ke)) {
		NL_SET_ERR_MSG(extack, "the message has not one well-formed KE payload");
		return -EBADMSG;
	}
	if (ke->method == method)
		return 0;
	NL_SET_ERR_MSG(extack, "the KE payload's method is not the one chosen for this round");
	return -EBADMSG;
}

/**
 * pqike_creation_check_methods() - whether key exchanges can have been chosen
 * @methods: all of them
 * @extack: says why not
 *
 * RFC 9370 section 2.2.1: no method twice.
 *
 * Context: any.
 * Return: 0, -EINVAL for additional ones without a first or one that is there twice, or
 * -EOPNOTSUPP.
 */
int pqike_creation_check_methods(const struct pqike_methods *methods,
				 struct netlink_ext_ack *extack)
{
	u16 before[PQIKE_SECRETS_MAX] = { methods->ke };

	if (methods->n_additional && !methods->ke) {
		NL_SET_ERR_MSG(extack, "additional key exchanges without a first one");
		return -EINVAL;
	}
	for (unsigned int i = 0; i < methods->n_additional; i++) {
		const u16 method = methods->additional[i];

		if (!pqike_ke_is_ml_kem(method) &&
		    !pqike_ke_is_classical(method)) {
			NL_SET_ERR_MSG(extack,
				       "an additional key exchange method is not supported");
			return -EOPNOTSUPP;
		}
		for (unsigned int j = 0; j <= i; j++) {
			if (before[j] != method)
				continue;
			NL_SET_ERR_MSG(extack, "a key exchange method was chosen twice");
			return -EINVAL;
		}
		before[i + 1] = method;
	}
	return 0;
}

/* The methods are checked. */
static void set_methods(struct pqike_creation *creation,
			const struct pqike_methods *methods)
{
	creation->methods[0] = methods->ke;
	memcpy(&creation->methods[1], methods->additional,
	       sizeof(methods->additional));
	creation->n_methods = methods->ke ? 1 + methods->n_additional : 0;
}

/**
 * pqike_creation_methods() - the key exchange methods that were chosen
 * @creation: agreed
 * @methods: receives them
 *
 * Context: any.
 */
void pqike_creation_methods(const struct pqike_creation *creation,
			    struct pqike_methods *methods)
{
	methods->ke = creation->methods[0];
	methods->n_additional = creation->n_methods ?
		creation->n_methods - 1 : 0;
	memcpy(methods->additional, &creation->methods[1],
	       sizeof(methods->additional));
}

/* A step that has succeeded, and can be undone: @next is under way from now on. */
static void take_step(struct pqike_creation *creation, struct pqike_ke *next)
{
	struct pqike_creation_step *last = &creation->last;

	last->taken = true;
	last->agreed = pqike_creation_is_agreed(creation);
	last->n_methods = creation->n_methods;
	last->n_secrets = creation->n_secrets;
	last->ke = creation->ke;
	creation->ke = *next;
	memzero_explicit(next, sizeof(*next));
}

/* The key exchange is complete: its secret is the next SK. */
static void keep_secret(struct pqike_creation *creation, struct pqike_ke *ke)
{
	struct pqike_secret *secret = &creation->secrets[creation->n_secrets++];

	secret->len = ke->secret_len;
	secret->octets = ke->secret;
	ke->secret = NULL;
	ke->secret_len = 0;
}

static int answer_ke(struct pqike_creation *creation, const struct ike_ke *peer,
		     u32 request_id, struct netlink_ext_ack *extack)
{
	struct pqike_ke ke = {};
	int err;

	err = pqike_ke_respond(&ke, peer->method, peer->data, peer->len, extack);
	if (err)
		return err;
	take_step(creation, &ke);
	keep_secret(creation, &creation->ke);
	creation->answers_id = request_id;
	return 0;
}

/*
 * Complete what is under way. @next is begun in its place where it is not 0:
 * before, so that an error leaves all as it was.
 */
static int complete_ke(struct pqike_creation *creation, const struct ike_ke *peer,
		       u16 next, struct netlink_ext_ack *extack)
{
	struct pqike_ke ke = {};
	int err = 0;

	if (next)
		err = pqike_ke_initiate(&ke, next, extack);
	if (!err)
		err = pqike_ke_complete(&creation->ke, peer->data, peer->len,
					extack);
	if (err) {
		pqike_ke_wipe(&ke);
		return err;
	}
	take_step(creation, &ke);
	keep_secret(creation, &creation->last.ke);
	return 0;
}

/* Between two key exchanges of the initiator, with nothing sealed since the response. */
static bool leaves_untold(const struct pqike_creation *creation,
			  const struct pqike_ike_sa *sa)
{
	return creation->role == PQIKE_ROLE_INITIATOR &&
	       !pqike_creation_is_complete(creation) &&
	       !sa->message_ids.awaiting_response;
}

/**
 * pqike_creation_keep() - a step is taken
 * @creation: after pqike_creation_accept() or pqike_creation_followup(), or
 *	without a step, where nothing is done
 * @sa: locked; its message is marked used
 *
 * Wipes the private key that the step needed; but between two key exchanges of the
 * initiator pqike_creation_settle() does, or pqike_creation_take_back() gives it back:
 * the request stays until then, for which the peer has its response.
 *
 * Context: may sleep.
 */
void pqike_creation_keep(struct pqike_creation *creation,
			 struct pqike_ike_sa *sa)
{
	struct pqike_creation_step *last = &creation->last;

	if (!last->taken)
		return;
	last->taken = false;
	if (leaves_untold(creation, sa)) {
		last->untold = true;
		pqike_opened_drop(sa);
		return;
	}
	pqike_ke_wipe(&last->ke);
	pqike_ike_sa_opened_used(sa);
}

/**
 * pqike_creation_settle() - the next request is sealed: what led to it stays
 * @creation: of the IKE SA that has sealed it
 *
 * Context: may sleep.
 * Return: whether the step taken last could have been taken back until now.
 */
bool pqike_creation_settle(struct pqike_creation *creation)
{
	struct pqike_creation_step *last = &creation->last;

	if (!last->untold)
		return false;
	pqike_ke_wipe(&last->ke);
	last->untold = false;
	return true;
}

/* What it has made goes: no message has it. */
static void restore_last(struct pqike_creation *creation)
{
	struct pqike_creation_step *last = &creation->last;

	while (creation->n_secrets > last->n_secrets)
		kfree_sensitive(creation->secrets[--creation->n_secrets].octets);
	pqike_ke_wipe(&creation->ke);
	creation->ke = last->ke;
	creation->n_methods = last->n_methods;
	if (!last->agreed) {
		creation->methods[0] = creation->ke.method;
		creation->init.nr_len = 0;
	}
	memzero_explicit(last, sizeof(*last));
}

/**
 * pqike_creation_undo() - let a step not have been taken
 * @creation: as for pqike_creation_keep()
 *
 * The same message can be used again.
 *
 * Context: may sleep.
 */
void pqike_creation_undo(struct pqike_creation *creation)
{
	if (creation->last.taken)
		restore_last(creation);
}

/**
 * pqike_creation_take_back() - undo a step that was kept and the peer was not told of
 * @creation: of an IKE SA whose socket is closed
 *
 * The request that its message has answered is outstanding again.
 *
 * Context: may sleep.
 * Return: whether there was such a step.
 */
bool pqike_creation_take_back(struct pqike_creation *creation)
{
	if (!creation->last.untold)
		return false;
	restore_last(creation);
	return true;
}

/**
 * pqike_creation_respond() - answer a CREATE_CHILD_SA request
 * @creation: of the responder, new; undefined on error
 * @sa: locked; the caller marks its message used
 * @methods: what this side chose; the additional ones may come later, with
 *	pqike_creation_choose()
 * @extack: says what is out of order or wrong with the request
 *
 * Takes the peer's nonce and KE data and makes the own ones.
 *
 * Context: may sleep.
 * Return: 0, -EPROTO out of order, -EBADMSG for a request without the right
 * payloads, -EINVAL or -EOPNOTSUPP for methods that cannot be, or an error of
 * pqike_ke_respond().
 */
int pqike_creation_respond(struct pqike_creation *creation,
			   const struct pqike_ike_sa *sa,
			   const struct pqike_methods *methods,
			   struct netlink_ext_ack *extack)
{
	struct pqike_init_values *init = &creation->init;
	struct ike_payload_chain chain;
	struct ike_payload nonce;
	struct ike_ke ke;
	int err;

	err = pqike_creation_request(sa, &chain, extack);
	if (!err)
		err = pqike_creation_check_methods(methods, extack);
	if (!err)
		err = peer_nonce(chain, &nonce, extack);
	if (!err && methods->ke)
		err = peer_ke(chain, methods->ke, &ke, extack);
	if (!err && methods->ke)
		err = pqike_ke_respond(&creation->ke, ke.method, ke.data,
				       ke.len, extack);
	if (err)
		return err;
	if (methods->ke)
		keep_secret(creation, &creation->ke);
	set_methods(creation, methods);
	creation->message_id = be32_to_cpu(sa->opened.header.message_id);
	creation->answers_id = creation->message_id;
	init->ni_len = nonce.len;
	memcpy(init->ni, nonce.body, nonce.len);
	init->nr_len = PQIKE_OWN_NONCE_LEN;
	get_random_bytes(init->nr, PQIKE_OWN_NONCE_LEN);
	return 0;
}

/**
 * pqike_creation_choose() - set the additional key exchanges of a responder
 * @creation: answered with pqike_creation_respond()
 * @methods: all that was chosen
 * @extack: says what cannot be
 *
 * Context: any.
 * Return: 0, or -EINVAL or -EOPNOTSUPP for methods that cannot be.
 */
int pqike_creation_choose(struct pqike_creation *creation,
			  const struct pqike_methods *methods,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = pqike_creation_check_methods(methods, extack);
	if (!err)
		set_methods(creation, methods);
	return err;
}

/* The peer may have chosen NONE, but no other method than that of the own KE data. */
static int check_chosen_ke(const struct pqike_creation *creation, u16 chosen,
			   struct netlink_ext_ack *extack)
{
	if (!chosen || chosen == creation->ke.method)
		return 0;
	NL_SET_ERR_MSG(extack, "the chosen key exchange method is not that of the own KE data");
	return -EINVAL;
}

/**
 * pqike_creation_accept() - take what a CREATE_CHILD_SA response has
 * @creation: of the initiator, begun
 * @sa: locked
 * @methods: what the peer chose
 * @go_on: begin the first additional key exchange, if one is due
 * @extack: says what is out of order or wrong with the response
 *
 * The caller keeps the step or undoes it.
 *
 * Context: may sleep.
 * Return: 0, -EPROTO out of order, -EBADMSG for messages without the right
 * payloads, -EINVAL or -EOPNOTSUPP for methods that cannot be, or an error of
 * pqike_ke_initiate() or pqike_ke_complete().
 */
int pqike_creation_accept(struct pqike_creation *creation,
			  const struct pqike_ike_sa *sa,
			  const struct pqike_methods *methods, bool go_on,
			  struct netlink_ext_ack *extack)
{
	struct pqike_init_values *init = &creation->init;
	struct ike_payload_chain chain;
	struct ike_payload nonce;
	struct pqike_ke none = {};
	struct ike_ke ke;
	u16 next = 0;
	int err;

	err = pqike_creation_response(creation, sa, &chain, extack);
	if (!err)
		err = pqike_creation_check_methods(methods, extack);
	if (!err)
		err = check_chosen_ke(creation, methods->ke, extack);
	if (!err)
		err = peer_nonce(chain, &nonce, extack);
	if (!err && methods->ke)
		err = peer_ke(chain, methods->ke, &ke, extack);
	if (err)
		return err;
	if (go_on && methods->n_additional)
		next = methods->additional[0];
	if (methods->ke)
		err = complete_ke(creation, &ke, next, extack);
	else
		take_step(creation, &none);
	if (err)
		return err;
	set_methods(creation, methods);
	creation->message_id = sa->sealed_request.message_id;
	init->nr_len = nonce.len;
	memcpy(init->nr, nonce.body, nonce.len);
	return 0;
}

/* The method of a round, 0 where there is no such round. */
static u16 method_of_round(const struct pqike_creation *creation,
			   unsigned int round)
{
	return round < creation->n_methods ? creation->methods[round] : 0;
}

static int check_followup_due(const struct pqike_creation *creation,
			      struct netlink_ext_ack *extack)
{
	if (pqike_creation_is_agreed(creation) &&
	    !pqike_creation_is_complete(creation))
		return 0;
	NL_SET_ERR_MSG(extack, "no additional key exchange is due");
	return -EPROTO;
}

/**
 * pqike_creation_begin_followup() - make KE data for the next IKE_FOLLOWUP_KE
 * @creation: of the initiator, agreed, nothing being under way
 * @extack: says what is out of order
 *
 * Context: may sleep.
 * Return: 0, -EPROTO out of order, or an error of pqike_ke_initiate().
 */
int pqike_creation_begin_followup(struct pqike_creation *creation,
				  struct netlink_ext_ack *extack)
{
	int err;

	err = check_followup_due(creation, extack);
	if (err)
		return err;
	return pqike_ke_initiate(&creation->ke,
				 creation->methods[creation->n_secrets],
				 extack);
}

/**
 * pqike_creation_followup() - take the KE data of an IKE_FOLLOWUP_KE message
 * @creation: agreed; the initiator's key exchange is begun
 * @sa: locked
 * @go_on: initiator: begin the next additional key exchange, if one is due
 * @extack: says what is out of order or wrong with the message
 *
 * The responder makes its own KE data.  The caller keeps the step or undoes it.
 *
 * Context: may sleep.
 * Return: 0, -EPROTO out of order, -EBADMSG for messages without the right KE
 * payload, or an error of pqike_ke_initiate(), pqike_ke_complete() or
 * pqike_ke_respond().
 */
int pqike_creation_followup(struct pqike_creation *creation,
			    const struct pqike_ike_sa *sa, bool go_on,
			    struct netlink_ext_ack *extack)
{
	const bool initiator = creation->role == PQIKE_ROLE_INITIATOR;
	const unsigned int round = creation->n_secrets;
	struct ike_payload_chain chain;
	struct ike_ke ke;
	int err;

	err = check_followup_due(creation, extack);
	if (!err)
		err = initiator ?
			opened_response(creation, sa, IKE_FOLLOWUP_KE, &chain,
					extack) :
			opened_request(sa, IKE_FOLLOWUP_KE, &chain, extack);
	if (!err)
		err = peer_ke(chain, method_of_round(creation, round), &ke,
			      extack);
	if (!err)
		err = initiator ?
			complete_ke(creation, &ke, go_on ?
				    method_of_round(creation, round + 1) : 0,
				    extack) :
			answer_ke(creation, &ke,
				  be32_to_cpu(sa->opened.header.message_id),
				  extack);
	return err;
}

/**
 * pqike_creation_is_agreed() - are both nonces and the methods known?
 * @creation: the creation
 *
 * Context: any.
 * Return: true when CREATE_CHILD_SA has come to its response.
 */
bool pqike_creation_is_agreed(const struct pqike_creation *creation)
{
	return creation->init.nr_len;
}

/**
 * pqike_creation_is_complete() - can the keys be derived?
 * @creation: the creation
 *
 * Context: any.
 * Return: true when every key exchange is complete.
 */
bool pqike_creation_is_complete(const struct pqike_creation *creation)
{
	return pqike_creation_is_agreed(creation) &&
	       creation->n_secrets == creation->n_methods;
}

/**
 * pqike_creation_owes_answer() - is the response of the last step to be sealed?
 * @creation: the creation
 * @sa: whose messages it reads, locked
 *
 * Another request may have been opened since that one was answered.
 *
 * Context: any.
 * Return: true of a responder until then.
 */
bool pqike_creation_owes_answer(const struct pqike_creation *creation,
				const struct pqike_ike_sa *sa)
{
	const struct pqike_message_ids *ids = &sa->message_ids;

	return creation->role == PQIKE_ROLE_RESPONDER && ids->owes_response &&
	       ids->peer_request - 1 == creation->answers_id;
}

/**
 * pqike_creation_followups_done() - additional key exchanges that are complete
 * @creation: the creation
 *
 * Context: any.
 * Return: their number.
 */
unsigned int pqike_creation_followups_done(const struct pqike_creation *creation)
{
	return creation->n_secrets ? creation->n_secrets - 1 : 0;
}

static void list_secrets(const struct pqike_creation *creation,
			 struct kvec *secrets)
{
	for (unsigned int i = 0; i < creation->n_secrets; i++) {
		const struct pqike_secret *secret = &creation->secrets[i];

		secrets[i] = (struct kvec){ (void *)secret->octets, secret->len };
	}
}

/**
 * pqike_creation_keymat() - derive the keys of the Child SA
 * @creation: complete
 * @prf: of the IKE SA
 * @sk_d: of the IKE SA
 * @keymat: receives @len octets; the caller wipes them
 * @len: octets wanted, those of the initiator's SA first
 *
 * Context: may sleep.
 * Return: 0 or an error of pqike_derive_linked_keymat().
 */
int pqike_creation_keymat(const struct pqike_creation *creation,
			  struct crypto_shash *prf, const u8 *sk_d, u8 *keymat,
			  size_t len)
{
	struct kvec secrets[PQIKE_SECRETS_MAX];

	list_secrets(creation, secrets);
	return pqike_derive_linked_keymat(prf, &creation->init, sk_d, secrets,
					  creation->n_secrets, keymat, len);
}

/**
 * pqike_creation_keys() - derive the keys of the IKE SA
 * @creation: complete
 * @prf: of both IKE SAs
 * @sk_d_old: of the IKE SA that is rekeyed
 * @sk: what protects SK payloads of the IKE SA
 * @keys: receives the keys
 *
 * Context: may sleep.
 * Return: 0 or an error of pqike_derive_rekeyed_keys().
 */
int pqike_creation_keys(const struct pqike_creation *creation,
			struct crypto_shash *prf, const u8 *sk_d_old,
			const struct pqike_sk_algorithm *sk,
			struct pqike_keys *keys)
{
	struct kvec secrets[PQIKE_SECRETS_MAX];

	list_secrets(creation, secrets);
	return pqike_derive_rekeyed_keys(prf, &creation->init, sk_d_old,
					 secrets, creation->n_secrets, sk,
					 keys);
}
