// SPDX-License-Identifier: GPL-2.0
/*
 * The connections of a network namespace.
 *
 * A connection does not change: setting it again puts another in its place,
 * and an IKE SA keeps the one that it began with.
 */
#include <linux/err.h>
#include <linux/key.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "connection.h"
#include "logon_key.h"
#include "namespace.h"

static void connection_free(struct kref *ref)
{
	struct pqike_connection *connection =
		container_of(ref, struct pqike_connection, ref);

	key_put(connection->psk);
	key_put(connection->ppk);
	kfree(connection);
}

static int take_key(struct key **key, const char *description,
		    struct netlink_ext_ack *extack)
{
	struct key *found = pqike_logon_key_find(description, extack);

	if (IS_ERR(found))
		return PTR_ERR(found);
	*key = found;
	return 0;
}

/**
 * pqike_connection_alloc() - make a connection that no list has yet
 * @psk_description: description of the logon key
 * @ppk_description: likewise of the post-quantum preshared key, or NULL
 * @extack: says what is wrong with a key
 *
 * The keys are looked up in the keyrings of the current process.
 *
 * Context: process context of who sets the connection; may sleep.
 * Return: the connection with one reference, its other fields zero; or
 * ERR_PTR() of -ENOMEM or an error of pqike_logon_key_find().
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
	INIT_LIST_HEAD(&connection->list);
	err = take_key(&connection->psk, psk_description, extack);
	if (!err && ppk_description)
		err = take_key(&connection->ppk, ppk_description, extack);
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

/* The caller holds connections_lock. */
static struct pqike_connection *lookup(struct pqike_net *pn, const char *name)
{
	struct pqike_connection *connection;

	list_for_each_entry(connection, &pn->connections, list) {
		if (!strcmp(connection->name, name))
			return connection;
	}
	return NULL;
}

/* Take a connection out of the list, which had a reference. */
static void unlink_connection(struct pqike_connection *connection)
{
	list_del(&connection->list);
	pqike_connection_put(connection);
}

/**
 * pqike_connection_set() - put a connection into the list
 * @net: network namespace
 * @connection: complete; the list takes over the caller's reference
 *
 * One of the same name is replaced.
 *
 * Context: may sleep.
 */
void pqike_connection_set(struct net *net, struct pqike_connection *connection)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *before;

	mutex_lock(&pn->connections_lock);
	before = lookup(pn, connection->name);
	if (before)
		unlink_connection(before);
	list_add_tail(&connection->list, &pn->connections);
	mutex_unlock(&pn->connections_lock);
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
	connection = lookup(pn, name);
	if (connection)
		kref_get(&connection->ref);
	mutex_unlock(&pn->connections_lock);
	return connection;
}

/**
 * pqike_connection_nth() - a connection by its place in the list
 * @net: network namespace
 * @n: place, from 0
 *
 * Context: may sleep.
 * Return: with a reference, or NULL behind the last one.
 */
struct pqike_connection *pqike_connection_nth(struct net *net, unsigned long n)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *connection, *found = NULL;

	mutex_lock(&pn->connections_lock);
	list_for_each_entry(connection, &pn->connections, list) {
		if (n--)
			continue;
		found = connection;
		kref_get(&found->ref);
		break;
	}
	mutex_unlock(&pn->connections_lock);
	return found;
}

/**
 * pqike_connection_nth_of_ppk() - a connection whose PPK has a name
 * @net: network namespace
 * @ppk_id: PPK_ID
 * @len: octets in @ppk_id
 * @n: place among those of this PPK_ID, from 0; those that have one key and
 *	follow one another count as one
 *
 * Context: may sleep.
 * Return: with a reference, or NULL behind the last one.
 */
struct pqike_connection *
pqike_connection_nth_of_ppk(struct net *net, const u8 *ppk_id, size_t len,
			    unsigned int n)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *connection, *found = NULL;
	const struct key *before = NULL;

	mutex_lock(&pn->connections_lock);
	list_for_each_entry(connection, &pn->connections, list) {
		if (!connection->ppk || connection->ppk == before ||
		    connection->ppk_id.len != len ||
		    memcmp(connection->ppk_id.octets, ppk_id, len))
			continue;
		before = connection->ppk;
		if (n--)
			continue;
		found = connection;
		kref_get(&found->ref);
		break;
	}
	mutex_unlock(&pn->connections_lock);
	return found;
}

/**
 * pqike_connection_del() - take a connection out of the list
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
	connection = lookup(pn, name);
	if (connection)
		unlink_connection(connection);
	mutex_unlock(&pn->connections_lock);
	return connection ? 0 : -ENOENT;
}

/**
 * pqike_connection_del_all() - empty the list
 * @net: network namespace
 *
 * Context: may sleep.
 */
void pqike_connection_del_all(struct net *net)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_connection *connection, *next;

	mutex_lock(&pn->connections_lock);
	list_for_each_entry_safe(connection, next, &pn->connections, list)
		unlink_connection(connection);
	mutex_unlock(&pn->connections_lock);
}
