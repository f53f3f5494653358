// SPDX-License-Identifier: GPL-2.0
/*
 * The connections of a network namespace.
 *
 * A connection does not change: setting it again puts another in its place,
 * and an IKE SA keeps the one that it began with.
 */
#include <linux/err.h>
#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>
#include <net/ipv6.h>

#include "child_config.h"
#include "compat.h"
#include "connection.h"
#include "namespace.h"
#include "negotiation.h"
#include "shared_secret.h"

static void connection_free(struct kref *ref)
{
	struct pqike_connection *connection =
		container_of(ref, struct pqike_connection, ref);

	struct pqike_child_config *child, *next;

	list_for_each_entry_safe(child, next, &connection->children, list) {
		list_del(&child->list);
		pqike_child_config_put(child);
	}
	kfree(connection->networks);
	pqike_shared_secret_put(connection->psk);
	pqike_shared_secret_put(connection->ppk);
	kfree(connection->proposals.octets);
	kfree_rcu(connection, rcu);
}

static int take_secret(struct pqike_shared_secret **secret,
		       const char *description, struct netlink_ext_ack *extack)
{
	struct pqike_shared_secret *copy =
		pqike_shared_secret_copy(description, extack);

	if (IS_ERR(copy))
		return PTR_ERR(copy);
	*secret = copy;
	return 0;
}

/**
 * pqike_connection_alloc() - make a connection that no namespace has yet
 * @psk_description: description of the logon key
 * @ppk_description: likewise of the post-quantum preshared key, or NULL
 * @extack: says what is wrong with a key
 *
 * The keys are looked up in the keyrings of the current process, and copied.
 *
 * Context: process context of who sets the connection; may sleep.
 * Return: the connection with one reference, its other fields zero; or
 * ERR_PTR() of -ENOMEM or an error of pqike_shared_secret_copy().
 */
struct pqike_connection *
pqike_connection_alloc(const char *psk_description,
		       const char *ppk_description,
		       struct netlink_ext_ack *extack)
{
	struct pqike_connection *connection;
	int err;

	connection = kzalloc_obj(*connection, GFP_KERNEL_ACCOUNT);
	if (!connection)
		return ERR_PTR(-ENOMEM);
	kref_init(&connection->ref);
	INIT_LIST_HEAD(&connection->children);
	err = take_secret(&connection->psk, psk_description, extack);
	if (!err && ppk_description)
		err = take_secret(&connection->ppk, ppk_description, extack);
	if (err) {
		pqike_connection_put(connection);
		return ERR_PTR(err);
	}
	return connection;
}

/**
 * pqike_connection_put() - give back a reference
 * @connection: the connection, or NULL
 *
 * Context: may sleep.
 */
void pqike_connection_put(struct pqike_connection *connection)
{
	if (connection)
		kref_put(&connection->ref, connection_free);
}

static struct pqike_child_config *
find_child(const struct pqike_connection *connection, const char *name)
{
	struct pqike_child_config *child;

	list_for_each_entry(child, &connection->children, list)
		if (!strcmp(child->name, name))
			return child;
	return NULL;
}

/**
 * pqike_connection_add_child() - give a connection one more child
 * @connection: no namespace has it yet
 * @child: complete; the connection takes over the caller's reference
 * @extack: says why not
 *
 * Compares its name with those of all before it, %PQIKE_CHILDREN_MAX at most.
 *
 * Context: may sleep.
 * Return: 0; -EEXIST when it has one of the name, or -E2BIG when it has as many
 * as it may have: the caller keeps its reference.
 */
int pqike_connection_add_child(struct pqike_connection *connection,
			       struct pqike_child_config *child,
			       struct netlink_ext_ack *extack)
{
	if (connection->n_children == PQIKE_CHILDREN_MAX) {
		NL_SET_ERR_MSG(extack, "the connection has too many children");
		return -E2BIG;
	}
	if (find_child(connection, child->name)) {
		NL_SET_ERR_MSG(extack, "two children of the connection have one name");
		return -EEXIST;
	}
	list_add_tail(&child->list, &connection->children);
	connection->n_children++;
	return 0;
}

/**
 * pqike_connection_child() - a child by its name
 * @connection: held
 * @name: of the child
 * @extack: says that there is none
 *
 * Context: any.
 * Return: with a reference, or ERR_PTR(-ENOENT).
 */
struct pqike_child_config *
pqike_connection_child(const struct pqike_connection *connection,
		       const char *name, struct netlink_ext_ack *extack)
{
	struct pqike_child_config *child = find_child(connection, name);

	if (!child) {
		NL_SET_ERR_MSG(extack, "the connection has no child of this name");
		return ERR_PTR(-ENOENT);
	}
	kref_get(&child->ref);
	return child;
}

static bool is_in_one(const struct pqike_network *networks, unsigned int n,
		      u16 family, const xfrm_address_t *address)
{
	for (unsigned int i = 0; i < n; i++)
		if (networks[i].family == family &&
		    ipv6_prefix_equal(&networks[i].address.in6, &address->in6,
				      networks[i].prefix_len))
			return true;
	return !n;
}

/**
 * pqike_connection_check_endpoints() - whether a tunnel may be between two addresses
 * @connection: the connection
 * @family: of both, AF_INET or AF_INET6
 * @local: address of this side
 * @remote: address of the peer
 * @extack: says which it may not be
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_connection_check_endpoints(const struct pqike_connection *connection,
				     u16 family, const xfrm_address_t *local,
				     const xfrm_address_t *remote,
				     struct netlink_ext_ack *extack)
{
	const struct pqike_network *networks = connection->networks;

	if (!is_in_one(networks, connection->n_local_networks, family, local)) {
		NL_SET_ERR_MSG(extack, "the local address is in no network of the connection");
		return -EPERM;
	}
	if (!is_in_one(networks + connection->n_local_networks,
		       connection->n_remote_networks, family, remote)) {
		NL_SET_ERR_MSG(extack, "the remote address is in no network of the connection");
		return -EPERM;
	}
	return 0;
}

/**
 * pqike_connection_check_suite() - whether a connection allows a suite (R4)
 * @connection: the connection
 * @suite: what was negotiated
 * @extack: says why not
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_connection_check_suite(const struct pqike_connection *connection,
				 const struct pqike_suite *suite,
				 struct netlink_ext_ack *extack)
{
	const struct ike_payload proposals =
		pqike_proposals_payload(&connection->proposals);

	if (connection->require_ml_kem && !pqike_suite_has_ml_kem(suite)) {
		NL_SET_ERR_MSG(extack, "the connection requires ML-KEM and the suite has none");
		return -EPERM;
	}
	if (proposals.len && !pqike_suite_is_among(suite, &proposals)) {
		NL_SET_ERR_MSG(extack, "the suite is in no proposal of the connection");
		return -EPERM;
	}
	return 0;
}

static u32 hash_name(const void *name, u32 len, u32 seed)
{
	return jhash(name, strlen(name), seed);
}

static u32 hash_connection(const void *connection, u32 len, u32 seed)
{
	return hash_name(((const struct pqike_connection *)connection)->name,
			 len, seed);
}

static int compare_name(struct rhashtable_compare_arg *arg,
			const void *connection)
{
	return strcmp(arg->key,
		      ((const struct pqike_connection *)connection)->name);
}

static const struct rhashtable_params by_name_params = {
	.head_offset = offsetof(struct pqike_connection, node),
	.hashfn = hash_name,
	.obj_hashfn = hash_connection,
	.obj_cmpfn = compare_name,
	.automatic_shrinking = true,
};

/**
 * pqike_connections_init() - begin with none
 * @pn: a new network namespace
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_connections_init(struct pqike_net *pn)
{
	int err;

	err = rhashtable_init(&pn->connections_by_name, &by_name_params);
	if (err)
		return err;
	err = pqike_ppks_init(&pn->ppks);
	if (err) {
		rhashtable_destroy(&pn->connections_by_name);
		return err;
	}
	mutex_init(&pn->connections_lock);
	xa_init_flags(&pn->connections, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
	return 0;
}

/**
 * pqike_connections_destroy() - end with none
 * @pn: a network namespace that ends, without connections
 *
 * Context: may sleep.
 */
void pqike_connections_destroy(struct pqike_net *pn)
{
	pqike_ppks_destroy(&pn->ppks);
	rhashtable_destroy(&pn->connections_by_name);
	xa_destroy(&pn->connections);
	mutex_destroy(&pn->connections_lock);
}

/* The caller holds connections_lock. */
static struct pqike_connection *lookup_connection(struct pqike_net *pn, const char *name)
{
	return rhashtable_lookup_fast(&pn->connections_by_name, name,
				      by_name_params);
}

/* Take a connection out of array and table, which had a reference. */
static void unlink_connection(struct pqike_net *pn,
			      struct pqike_connection *connection)
{
	rhashtable_remove_fast(&pn->connections_by_name, &connection->node,
			       by_name_params);
	pqike_ppk_release(&pn->ppks, connection->held_ppk);
	xa_erase(&pn->connections, connection->id);
	pqike_connection_put(connection);
}

/* The caller holds connections_lock, as for all below. */
static int hold_ppk(struct pqike_net *pn, struct pqike_connection *connection)
{
	struct pqike_ppk *ppk;

	if (!connection->ppk)
		return 0;
	ppk = pqike_ppk_hold(&pn->ppks, &connection->ppk_id, connection->ppk);
	if (IS_ERR(ppk))
		return PTR_ERR(ppk);
	connection->held_ppk = ppk;
	return 0;
}

static int add_to_table(struct pqike_net *pn, struct pqike_connection *connection,
			struct netlink_ext_ack *extack)
{
	struct rhashtable *table = &pn->connections_by_name;

	if (atomic_read(&table->nelems) < READ_ONCE(pn->quota.connections))
		return rhashtable_insert_fast(table, &connection->node,
					      by_name_params);
	NL_SET_ERR_MSG(extack,
		       "the network namespace has as many connections as it may have");
	return -EDQUOT;
}

static int add_connection(struct pqike_net *pn, struct pqike_connection *connection,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = xa_alloc_cyclic(&pn->connections, &connection->id, connection,
			      xa_limit_31b, &pn->next_connection,
			      GFP_KERNEL_ACCOUNT);
	if (err < 0)
		return err;
	err = add_to_table(pn, connection, extack);
	if (err)
		xa_erase(&pn->connections, connection->id);
	return err;
}

/* It takes the place of the one before, in a moment that needs no memory. */
static int replace_connection(struct pqike_net *pn, struct pqike_connection *before,
			      struct pqike_connection *connection)
{
	int err;

	connection->id = before->id;
	err = rhashtable_replace_fast(&pn->connections_by_name, &before->node,
				      &connection->node, by_name_params);
	if (err)
		return err;
	xa_store(&pn->connections, connection->id, connection, GFP_KERNEL);
	pqike_ppk_release(&pn->ppks, before->held_ppk);
	pqike_connection_put(before);
	return 0;
}

static int set_connection(struct pqike_net *pn, struct pqike_connection *connection,
			  struct netlink_ext_ack *extack)
{
	struct pqike_connection *before = lookup_connection(pn, connection->name);
	int err;

	err = hold_ppk(pn, connection);
	if (err)
		return err;
	err = before ? replace_connection(pn, before, connection) :
		       add_connection(pn, connection, extack);
	if (err)
		pqike_ppk_release(&pn->ppks, connection->held_ppk);
	return err;
}

/**
 * pqike_connection_set() - let a namespace have a connection
 * @net: network namespace
 * @connection: complete; the namespace takes over the caller's reference
 * @extack: says that there are too many
 *
 * One of the same name is replaced.
 *
 * Context: may sleep.
 * Return: 0; or -EDQUOT, or a negative errno without memory: the caller keeps its
 * reference.
 */
int pqike_connection_set(struct net *net, struct pqike_connection *connection,
			 struct netlink_ext_ack *extack)
{
	struct pqike_net *pn = pqike_pernet(net);
	int err;

	mutex_lock(&pn->connections_lock);
	err = set_connection(pn, connection, extack);
	mutex_unlock(&pn->connections_lock);
	return err;
}

/**
 * pqike_connection_find() - a connection by its name
 * @net: network namespace
 * @name: its name
 *
 * Context: may sleep.
 * Return: with a reference, or NULL.
 */
struct pqike_connection *pqike_connection_find(struct net *net,
					       const char *name)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *connection;

	mutex_lock(&pn->connections_lock);
	connection = lookup_connection(pn, name);
	if (connection)
		kref_get(&connection->ref);
	mutex_unlock(&pn->connections_lock);
	return connection;
}

static bool same_identity(const struct pqike_identity *a,
			  const struct pqike_identity *b)
{
	return a->len == b->len && !memcmp(a->body, b->body, a->len);
}

/**
 * pqike_connection_now() - what a connection has been replaced with
 * @net: network namespace
 * @connection: set at some time
 * @extack: says that it is no more
 *
 * Its pre-shared key may be another one: that is asked for where a peer is
 * authenticated.
 *
 * Context: may sleep.
 * Return: the connection of the same name now, with a reference; or ERR_PTR() of
 * -ENOENT when there is none, -EPERM when it is between other identities.
 */
struct pqike_connection *
pqike_connection_now(struct net *net, const struct pqike_connection *connection,
		     struct netlink_ext_ack *extack)
{
	struct pqike_connection *now = pqike_connection_find(net,
							     connection->name);

	if (!now) {
		NL_SET_ERR_MSG(extack, "the connection of the IKE SA has been deleted");
		return ERR_PTR(-ENOENT);
	}
	if (same_identity(&now->local, &connection->local) &&
	    same_identity(&now->remote, &connection->remote))
		return now;
	pqike_connection_put(now);
	NL_SET_ERR_MSG(extack, "the connection of the IKE SA is between other identities now");
	return ERR_PTR(-EPERM);
}

/**
 * pqike_connection_next() - find the connection of this or a later place
 * @net: network namespace
 * @id: place to begin with; receives that of the connection which was found
 *
 * Context: may sleep.
 * Return: with a reference, or NULL behind the last one.
 */
struct pqike_connection *pqike_connection_next(struct net *net,
					       unsigned long *id)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *connection;

	mutex_lock(&pn->connections_lock);
	connection = xa_find(&pn->connections, id, ULONG_MAX, XA_PRESENT);
	if (connection)
		kref_get(&connection->ref);
	mutex_unlock(&pn->connections_lock);
	return connection;
}

/**
 * pqike_connection_nth_ppk() - a PPK that connections have
 * @net: network namespace
 * @id: its PPK_ID
 * @n: place among those of this PPK_ID, see pqike_ppk_nth()
 *
 * Context: may sleep.
 * Return: with a reference, or NULL behind the last one.
 */
struct pqike_shared_secret *
pqike_connection_nth_ppk(struct net *net, const struct pqike_ppk_id *id,
			 unsigned int n)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_shared_secret *ppk;

	mutex_lock(&pn->connections_lock);
	ppk = pqike_shared_secret_get(pqike_ppk_nth(&pn->ppks, id, n));
	mutex_unlock(&pn->connections_lock);
	return ppk;
}

/**
 * pqike_connection_del() - let a namespace have a connection no more
 * @net: network namespace
 * @name: its name
 *
 * Context: may sleep.
 * Return: 0 or -ENOENT.
 */
int pqike_connection_del(struct net *net, const char *name)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *connection;

	mutex_lock(&pn->connections_lock);
	connection = lookup_connection(pn, name);
	if (connection)
		unlink_connection(pn, connection);
	mutex_unlock(&pn->connections_lock);
	return connection ? 0 : -ENOENT;
}

/**
 * pqike_connection_del_all() - let a namespace have none
 * @net: network namespace
 *
 * Context: may sleep.
 */
void pqike_connection_del_all(struct net *net)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *connection;
	unsigned long id;

	mutex_lock(&pn->connections_lock);
	xa_for_each(&pn->connections, id, connection)
		unlink_connection(pn, connection);
	mutex_unlock(&pn->connections_lock);
}
