// SPDX-License-Identifier: GPL-2.0
/*
 * How a Child SA comes to its keys.  The inbound SPI is reserved first.  KEYMAT
 * of the first Child SA is that of IKE_AUTH; every other has its own key
 * exchanges, in CREATE_CHILD_SA.  Keys are derived only after the peer was
 * authenticated (R4), and once for each KEYMAT.
 */
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_config.h"
#include "child_negotiation.h"
#include "child_sa.h"
#include "child_sa_id.h"
#include "compat.h"
#include "connection.h"
#include "creation.h"
#include "ike_sa.h"
#include "namespace.h"
#include "trace.h"

/* Before IKE_AUTH is done there is one kind of Child SA, afterwards another. */
static int check_request(const struct pqike_ike_sa *sa,
			 const struct pqike_child_sa_request *request,
			 struct netlink_ext_ack *extack)
{
	const bool established = sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED;

	if (sa->state == PQIKE_IKE_SA_STATE_HALF_OPEN ||
	    sa->state == PQIKE_IKE_SA_STATE_FAILED || sa->creation) {
		NL_SET_ERR_MSG(extack, "the IKE SA has no keys or has failed");
		return -EPROTO;
	}
	if (request->creates && !established) {
		NL_SET_ERR_MSG(extack, "CREATE_CHILD_SA needs an established IKE SA");
		return -EPROTO;
	}
	if (!request->creates && established) {
		NL_SET_ERR_MSG(extack, "the role in CREATE_CHILD_SA is missing");
		return -EINVAL;
	}
	if (pqike_child_sa_count(sa) >= PQIKE_CHILD_SAS_MAX) {
		NL_SET_ERR_MSG(extack, "the IKE SA has as many Child SAs as it may have");
		return -EDQUOT;
	}
	return 0;
}

/* Between the addresses that the connection has now, or had as the IKE SA began. */
static int check_endpoints(const struct pqike_ike_sa *sa,
			   const struct pqike_connection *now,
			   const struct pqike_child_sa_request *request,
			   struct netlink_ext_ack *extack)
{
	if (!pqike_connection_check_endpoints(sa->connection, request->family,
					      &request->local,
					      &request->remote, NULL))
		return 0;
	return pqike_connection_check_endpoints(now, request->family,
						&request->local,
						&request->remote, extack);
}

/* The connection as it is now has the child.  Returns it held, or ERR_PTR(). */
static struct pqike_child_config *
find_config(const struct pqike_ike_sa *sa,
	    const struct pqike_child_sa_request *request,
	    struct netlink_ext_ack *extack)
{
	struct pqike_child_config *config;
	struct pqike_connection *now;
	int err;

	if (!sa->connection) {
		NL_SET_ERR_MSG(extack, "the IKE SA has no connection yet");
		return ERR_PTR(-EPROTO);
	}
	now = pqike_connection_now(sa->net, sa->connection, extack);
	if (IS_ERR(now))
		return ERR_CAST(now);
	err = check_endpoints(sa, now, request, extack);
	config = err ? ERR_PTR(err) :
		       pqike_connection_child(now, request->child, extack);
	pqike_connection_put(now);
	return config;
}

static void own_creation(struct pqike_child_sa *child, struct pqike_ike_sa *sa)
{
	struct pqike_owned *owned = &child->creation->owned;

	owned->ike_sa = sa;
	owned->child_sa = child;
	pqike_owned_begin_child_sa(owned, sa->owned.owner);
}

/* Nonce and KE data of this side; the responder has those of the peer at once. */
static int begin_creation(struct pqike_child_sa *child,
			  struct pqike_ike_sa *sa,
			  const struct pqike_child_sa_request *request,
			  struct netlink_ext_ack *extack)
{
	const struct pqike_methods methods = { .ke = request->ke_method };

	child->creation = pqike_creation_alloc(request->role);
	if (!child->creation)
		return -ENOMEM;
	own_creation(child, sa);
	if (request->role == PQIKE_ROLE_RESPONDER)
		return pqike_creation_respond(child->creation, sa, &methods,
					      extack);
	return pqike_creation_begin(child->creation, request->ke_method, extack);
}

/* A number that no other Child SA of the namespace has, and the reqid that it is. */
static int give_id(struct pqike_child_sa *child, const struct pqike_ike_sa *sa)
{
	struct pqike_net *pn = pqike_pernet(sa->net);
	int err;

	err = pqike_child_sa_id_alloc(&pn->child_sas, &pn->next_child_sa, child,
				      &child->id);
	if (err)
		return err;
	child->esp.child_reqid = child->config->reqid ?: child->id;
	return 0;
}

/**
 * pqike_child_sa_new() - reserve the SPI of the inbound ESP SA
 * @sa: locked, with keys and not failed
 * @request: what is wanted
 * @extack: says what went wrong
 *
 * In an established IKE SA this begins or answers CREATE_CHILD_SA.
 *
 * Context: may sleep.
 * Return: the Child SA; or, with nothing changed, ERR_PTR() of -EPROTO in
 * another state, -EINVAL for a request that does not fit the state, -ENOENT for a
 * child that the connection has not, or where it has been deleted, -EPERM for an address
 * that it does not allow, or where it is between other identities now,
 * -EDQUOT when the IKE SA has %PQIKE_CHILD_SAS_MAX already, or its owner or the
 * namespace as many as it may have, -EBUSY when the namespace has no number or SPI
 * left, -ENOMEM, or an error of pqike_child_sa_take_request(),
 * pqike_creation_begin(), pqike_creation_respond() or pqike_esp_reserve_spi().
 */
struct pqike_child_sa *
pqike_child_sa_new(struct pqike_ike_sa *sa,
		   const struct pqike_child_sa_request *request,
		   struct netlink_ext_ack *extack)
{
	struct pqike_child_config *config;
	struct pqike_child_sa *child;
	int err;

	err = check_request(sa, request, extack);
	if (err)
		return ERR_PTR(err);
	config = find_config(sa, request, extack);
	if (IS_ERR(config))
		return ERR_CAST(config);
	err = pqike_owner_take_child_sa(sa->owned.owner, extack);
	if (err)
		goto put_config;
	child = kzalloc_obj(*child, GFP_KERNEL_ACCOUNT);
	if (!child) {
		err = -ENOMEM;
		goto give_back;
	}
	INIT_LIST_HEAD(&child->list);
	child->config = config;
	child->role = request->creates ? request->role : sa->role;
	child->esp.family = request->family;
	child->esp.local = request->local;
	child->esp.remote = request->remote;
	err = give_id(child, sa);
	if (!err && child->role == PQIKE_ROLE_RESPONDER)
		err = pqike_child_sa_take_request(sa, child, request->creates,
						  extack);
	if (!err && request->creates)
		err = begin_creation(child, sa, request, extack);
	if (!err)
		err = pqike_esp_reserve_spi(sa->net, &child->esp, extack);
	if (err) {
		pqike_child_sa_del(sa, child);
		return ERR_PTR(err);
	}
	if (request->creates && request->role == PQIKE_ROLE_RESPONDER)
		pqike_ike_sa_opened_used(sa);
	list_add_tail(&child->list, &sa->children);
	trace_pqike_child_sa_made(sa, child);
	return child;

give_back:
	pqike_owner_give_child_sa(sa->owned.owner);
put_config:
	pqike_child_config_put(config);
	return ERR_PTR(err);
}

/**
 * pqike_child_sa_check_choice() - whether a responder can have chosen key exchanges
 * @child: of CREATE_CHILD_SA, not keyed, its response not sealed
 * @methods: that the response has chosen
 * @extack: says what cannot be
 *
 * Context: any.
 * Return: 0, -EPERM when the first is not that of the own KE data, or an error of
 * pqike_creation_check_methods().
 */
int pqike_child_sa_check_choice(const struct pqike_child_sa *child,
				const struct pqike_methods *methods,
				struct netlink_ext_ack *extack)
{
	struct pqike_methods made;

	pqike_creation_methods(child->creation, &made);
	if (methods->ke == made.ke)
		return pqike_creation_check_methods(methods, extack);
	NL_SET_ERR_MSG(extack, "the response has not chosen the method of the own KE data");
	return -EPERM;
}

static int accept_response(struct pqike_ike_sa *sa, struct pqike_child_sa *child,
			   struct netlink_ext_ack *extack)
{
	struct pqike_child_suite suite;
	int err;

	err = pqike_child_sa_take_exchange(sa, child, extack);
	if (!err)
		err = pqike_child_sa_chosen(child, &suite, extack);
	return err ?: pqike_creation_accept(child->creation, sa, &suite.methods,
					    true, extack);
}

/**
 * pqike_child_sa_ke() - the next step of the key exchanges of a Child SA
 * @sa: locked
 * @child: of @sa
 * @extack: says what is out of order or wrong with the message opened last
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO out of order, -EPERM for a response that
 * chooses no suite, or an error of pqike_child_sa_take_exchange(), of
 * pqike_creation_accept() or of pqike_creation_followup().
 */
int pqike_child_sa_ke(struct pqike_ike_sa *sa, struct pqike_child_sa *child,
		      struct netlink_ext_ack *extack)
{
	struct pqike_creation *creation = child->creation;
	int err;

	if (!creation) {
		NL_SET_ERR_MSG(extack, "no key exchange of the Child SA is due");
		return -EPROTO;
	}
	err = pqike_creation_is_agreed(creation) ?
		pqike_creation_followup(creation, sa, true, extack) :
		accept_response(sa, child, extack);
	if (!err)
		pqike_creation_keep(creation, sa);
	return err;
}

/**
 * pqike_child_sa_check_keyable() - may the keys of a Child SA be derived?
 * @sa: locked
 * @child: of @sa
 * @extack: says why not
 *
 * Context: any.
 * Return: 0, or -EPROTO when the peer is not authenticated, or the keys have been
 * derived before.
 */
int pqike_child_sa_check_keyable(const struct pqike_ike_sa *sa,
				 const struct pqike_child_sa *child,
				 struct netlink_ext_ack *extack)
{
	if (sa->state != PQIKE_IKE_SA_STATE_AUTHENTICATED &&
	    sa->state != PQIKE_IKE_SA_STATE_ESTABLISHED) {
		NL_SET_ERR_MSG(extack, "the peer is not authenticated");
		return -EPROTO;
	}
	if (child->keyed) {
		NL_SET_ERR_MSG(extack, "the keys of this Child SA have been used");
		return -EPROTO;
	}
	if (!child->creation && sa->keymat_used) {
		NL_SET_ERR_MSG(extack, "the keys of the first Child SA have been used");
		return -EPROTO;
	}
	return 0;
}

/**
 * pqike_child_sa_check_exchanges() - are the key exchanges of a Child SA done?
 * @child: the Child SA
 * @methods: as for pqike_child_sa_complete()
 * @extack: says that they are not
 *
 * Context: any.
 * Return: 0, or -EPROTO when more than the key exchange that pqike_child_sa_complete()
 * completes is not complete.
 */
int pqike_child_sa_check_exchanges(const struct pqike_child_sa *child,
				   const struct pqike_methods *methods,
				   struct netlink_ext_ack *extack)
{
	const struct pqike_creation *creation = child->creation;
	const unsigned int due = methods->ke ? 1 + methods->n_additional : 0;

	if (!creation || creation->n_secrets == due ||
	    (creation->role == PQIKE_ROLE_INITIATOR &&
	     creation->n_secrets + 1 == due))
		return 0;
	NL_SET_ERR_MSG(extack, "a key exchange of the Child SA is not complete");
	return -EPROTO;
}

/**
 * pqike_child_sa_complete() - complete the last key exchange, if it is not yet
 * @sa: locked
 * @child: of @sa, pqike_child_sa_check_exchanges() having allowed it
 * @methods: that both messages have agreed on
 * @extack: says what is out of order or wrong with the message opened last
 *
 * It is undone with pqike_child_sa_keys_unused(), or kept with
 * pqike_child_sa_keys_used().
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO out of order, -EBADMSG for a
 * message that does not fit, -EKEYREJECTED for KE data that must not be used, or
 * another error of pqike_creation_accept() or pqike_creation_followup().
 */
int pqike_child_sa_complete(struct pqike_ike_sa *sa,
			    struct pqike_child_sa *child,
			    const struct pqike_methods *methods,
			    struct netlink_ext_ack *extack)
{
	struct pqike_creation *creation = child->creation;
	int err;

	if (!creation || pqike_creation_is_complete(creation))
		return 0;
	if (pqike_creation_is_agreed(creation))
		err = pqike_creation_followup(creation, sa, false, extack);
	else
		err = pqike_creation_accept(creation, sa, methods, false,
					    extack);
	/* Here it is the peer's message that is not valid, not the request. */
	return err == -EINVAL ? -EBADMSG : err;
}

/**
 * pqike_child_sa_keymat() - derive the keys of a Child SA
 * @sa: locked
 * @child: of @sa, complete
 * @keymat: receives @len octets; the caller wipes them
 * @len: octets wanted, those of the initiator's SA first
 *
 * Context: may sleep.
 * Return: 0, or an error of pqike_derive_keymat() or pqike_creation_keymat()
 * with @keymat wiped.
 */
int pqike_child_sa_keymat(const struct pqike_ike_sa *sa,
			  const struct pqike_child_sa *child, u8 *keymat,
			  size_t len)
{
	return child->creation ?
		pqike_creation_keymat(child->creation, sa->prf, sa->keys.sk_d,
				      keymat, len) :
		pqike_derive_keymat(sa->prf, &sa->init, sa->keys.sk_d, keymat,
				    len);
}

/**
 * pqike_child_sa_keys_used() - let nobody derive the keys again
 * @sa: locked
 * @child: of @sa, whose keys have been put into ESP SAs
 *
 * Under the same keys no second SA may start its sequence numbers.
 *
 * Context: may sleep.
 */
void pqike_child_sa_keys_used(struct pqike_ike_sa *sa,
			      struct pqike_child_sa *child)
{
	child->keyed = true;
	if (!child->creation) {
		sa->keymat_used = true;
		if (sa->role == PQIKE_ROLE_INITIATOR)
			pqike_ike_sa_opened_used(sa);
		return;
	}
	pqike_creation_methods(child->creation, &child->methods);
	child->answer_due = pqike_creation_owes_answer(child->creation, sa);
	pqike_creation_keep(child->creation, sa);
	pqike_creation_free(child->creation);
	child->creation = NULL;
}

/**
 * pqike_child_sa_keys_unused() - what was derived has gone nowhere
 * @child: as before pqike_child_sa_complete() afterwards
 *
 * Context: may sleep.
 */
void pqike_child_sa_keys_unused(struct pqike_child_sa *child)
{
	if (child->creation)
		pqike_creation_undo(child->creation);
}
