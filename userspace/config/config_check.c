// SPDX-License-Identifier: GPL-2.0
/*
 * Two connections collide when a responder cannot tell which a peer speaks
 * for.  Two children collide when a packet fits both and neither's selector is
 * the narrower one, which is what xfrm decides by; or when they want the same
 * reqid, which ties policies to ESP SAs; or when they do not agree which xfrm
 * interface has which number.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/config_check.h"
#include "config/config_overlap.h"
#include "config/remote_name.h"

static bool same_address(const struct sockaddr_storage *a,
			 const struct sockaddr_storage *b)
{
	return !memcmp(a, b, sizeof(*a)); /* no port, zeroed before it was read */
}

/* Return: whether two lists have an address in common. */
static bool any_common(const struct sockaddr_storage *a, size_t n_a,
		       const struct sockaddr_storage *b, size_t n_b)
{
	for (size_t i = 0; i < n_a; i++)
		for (size_t j = 0; j < n_b; j++)
			if (same_address(&a[i], &b[j]))
				return true;
	return false;
}

static bool local_differs(const struct connection_config *a,
			  const struct connection_config *b)
{
	return a->n_local_addrs && b->n_local_addrs &&
	       !any_common(a->local_addrs, a->n_local_addrs, b->local_addrs,
			   b->n_local_addrs);
}

/* What a responder knows of a peer, and the connection that it speaks for. */
struct known_peer {
	const struct connection_config *connection;
	const struct conf_node *node;
	const struct sockaddr_storage *address; /* NULL: none */
	const char *name; /* NULL: none */
	const struct prefix *network; /* NULL: none; none of all three: any */
	size_t order; /* of the connection in the file */
};

struct known_peers {
	struct known_peer *list; /* array of n, those that are the same together */
	size_t n;
};

static int compare_addresses(const struct sockaddr_storage *a,
			     const struct sockaddr_storage *b)
{
	if (!a || !b)
		return !!a - !!b;
	return memcmp(a, b, sizeof(*a));
}

/* Of two lengths the longer goes first: they are never the same to a responder. */
static int compare_networks(const struct prefix *a, const struct prefix *b)
{
	if (!a || !b)
		return !!a - !!b;
	if (a->family != b->family)
		return a->family - b->family;
	if (a->length != b->length)
		return a->length - b->length;
	return memcmp(a->address, b->address, sizeof(a->address));
}

static int compare_dns_names(const char *a, const char *b)
{
	if (!a || !b)
		return !!a - !!b;
	return strcasecmp(a, b);
}

static int compare_peers(const struct known_peer *a, const struct known_peer *b)
{
	int order = identity_compare(&a->connection->remote_id,
				     &b->connection->remote_id);

	if (!order)
		order = identity_compare(&a->connection->local_id,
					 &b->connection->local_id);
	if (!order)
		order = compare_addresses(a->address, b->address);
	if (!order)
		order = compare_dns_names(a->name, b->name);
	return order ? order : compare_networks(a->network, b->network);
}

static int sort_peers(const void *a, const void *b)
{
	const struct known_peer *first = a, *second = b;
	int order = compare_peers(first, second);

	if (order)
		return order;
	return first->order < second->order ? -1 : first->order > second->order;
}

static void add_peers(struct known_peers *peers,
		      const struct connection_config *connection,
		      const struct conf_node *node, size_t order)
{
	struct known_peer any = { connection, node, .order = order };

	for (size_t i = 0; i < connection->n_remote_addrs; i++) {
		const struct remote_name *name = remote_name_at(connection, i);
		struct known_peer *peer = &peers->list[peers->n++];

		*peer = any;
		if (name)
			peer->name = name->text;
		else
			peer->address = &connection->remote_addrs[i];
	}
	for (size_t i = 0; i < connection->n_remote_networks; i++) {
		peers->list[peers->n] = any;
		peers->list[peers->n++].network = &connection->remote_networks[i];
	}
	if (connection->remote_any ||
	    (!connection->n_remote_addrs && !connection->n_remote_networks))
		peers->list[peers->n++] = any;
}

/* Two connections that only the addresses of this side could tell apart. */
struct twins {
	const struct known_peer *first; /* NULL: none */
	const struct known_peer *second;
};

/*
 * Of the same peers from @from on, at most one for each address of this side
 * before two are twins.
 */
static void find_twins(const struct known_peers *peers, size_t from, size_t end,
		       struct twins *twins)
{
	const struct known_peer *list = peers->list;

	for (size_t i = from + 1; i < end; i++) {
		if (twins->second && twins->second->order <= list[i].order)
			return;
		for (size_t j = from; j < i; j++) {
			if (list[i].order == list[j].order ||
			    local_differs(list[j].connection,
					  list[i].connection))
				continue;
			*twins = (struct twins){ &list[j], &list[i] };
			return;
		}
	}
}

static size_t count_addresses(const struct config *config)
{
	const struct connection_config *connection = config->connections;
	size_t n = 0;

	for (; connection; connection = connection->next)
		n += connection->n_remote_addrs +
		     connection->n_remote_networks + 1;
	return n;
}

static bool check_identities(struct config_reader *reader,
			     const struct conf_node *connections,
			     const struct config *config)
{
	const struct connection_config *connection = config->connections;
	const struct conf_node *node = connections->children;
	struct known_peers peers = { 0 };
	struct twins twins = { 0 };
	size_t order = 0, end;

	peers.list = calloc(count_addresses(config) + 1, sizeof(*peers.list));
	if (!peers.list)
		return config_refuse(reader, connections, "out of memory");
	for (; connection; connection = connection->next, node = node->next)
		add_peers(&peers, connection, node, order++);
	qsort(peers.list, peers.n, sizeof(*peers.list), sort_peers);
	for (size_t from = 0; from < peers.n; from = end) {
		for (end = from + 1; end < peers.n; end++)
			if (compare_peers(&peers.list[from], &peers.list[end]))
				break;
		find_twins(&peers, from, end, &twins);
	}
	if (twins.first)
		config_refuse(reader, twins.second->node, "has the same "
			      "identities as %s at %s:%u: expected others, or "
			      "addresses that tell them apart",
			      twins.first->node->path, twins.first->node->file,
			      twins.first->node->line);
	free(peers.list);
	return !twins.first;
}

/* Trees of tsearch(3): the first child of each name, and of each number. */
struct numbered_interfaces {
	void *by_name;
	void *by_if_id;
};

static int compare_names(const void *a, const void *b)
{
	const struct placed_child *first = a, *second = b;

	return strcmp(first->config->xfrm_interface,
		      second->config->xfrm_interface);
}

static int compare_if_ids(const void *a, const void *b)
{
	const struct placed_child *first = a, *second = b;
	uint32_t first_if_id = first->config->if_id_in;
	uint32_t second_if_id = second->config->if_id_in;

	return first_if_id < second_if_id ? -1 : first_if_id > second_if_id;
}

/* The kernel has one if_id for an interface, and one interface for an if_id. */
static bool check_interface(struct config_reader *reader,
			    struct numbered_interfaces *interfaces,
			    const struct placed_child *child)
{
	const char *name = child->config->xfrm_interface;
	uint32_t if_id = child->config->if_id_in;
	const struct placed_child **named, **numbered, *other;

	if (!*name)
		return true;
	named = (const struct placed_child **)
		tsearch(child, &interfaces->by_name, compare_names);
	if (!named)
		return config_refuse(reader, child->node, "out of memory");
	other = *named;
	if (other->config->if_id_in != if_id)
		return config_refuse(reader, child->node, "xfrm_interface %s "
				     "has if_id %u for %s at %s:%u: expected "
				     "the same, or another interface", name,
				     other->config->if_id_in, other->node->path,
				     other->node->file, other->node->line);
	if (!if_id)
		return true;
	numbered = (const struct placed_child **)
		   tsearch(child, &interfaces->by_if_id, compare_if_ids);
	if (!numbered)
		return config_refuse(reader, child->node, "out of memory");
	other = *numbered;
	if (!strcmp(other->config->xfrm_interface, name))
		return true;
	return config_refuse(reader, child->node, "xfrm_interface %s has if_id "
			     "%u, which is that of %s of %s at %s:%u: expected "
			     "another", name, if_id,
			     other->config->xfrm_interface, other->node->path,
			     other->node->file, other->node->line);
}

static void keep(void *child)
{
	(void)child;
}

static bool check_interfaces(struct config_reader *reader,
			     const struct placed_child *children, size_t n)
{
	struct numbered_interfaces interfaces = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = check_interface(reader, &interfaces, &children[i]);
	tdestroy(interfaces.by_name, keep);
	tdestroy(interfaces.by_if_id, keep);
	return ok;
}

static int compare_reqids(const void *a, const void *b)
{
	const struct placed_child *first = a, *second = b;

	return first->config->reqid < second->config->reqid ? -1 :
	       first->config->reqid > second->config->reqid;
}

static bool check_reqids(struct config_reader *reader,
			 const struct placed_child *children, size_t n)
{
	void *by_reqid = NULL;
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		const struct placed_child **place;
		const struct conf_node *node;

		if (!children[i].config->reqid_said)
			continue;
		place = (const struct placed_child **)
			tsearch(&children[i], &by_reqid, compare_reqids);
		if (!place) {
			ok = config_refuse(reader, children[i].node,
					   "out of memory");
			continue;
		}
		node = (*place)->node;
		if (*place != &children[i])
			ok = config_refuse(reader, children[i].node, "has the "
					   "reqid of %s at %s:%u: expected "
					   "another", node->path, node->file,
					   node->line);
	}
	tdestroy(by_reqid, keep);
	return ok;
}

static size_t place_children(const struct conf_node *node,
			     const struct config *config,
			     struct placed_child *placed)
{
	const struct connection_config *connection = config->connections;
	size_t n = 0;

	for (; connection; connection = connection->next, node = node->next) {
		const struct conf_node *child =
			conf_child(node, "children")->children;

		for (size_t i = 0; i < connection->n_children;
		     i++, child = child->next, n++)
			if (placed)
				placed[n] = (struct placed_child){
					connection, &connection->children[i], child,
				};
	}
	return n;
}

static bool check_children(struct config_reader *reader,
			   const struct conf_node *connections,
			   const struct config *config)
{
	const struct conf_node *first = connections->children;
	size_t n = place_children(first, config, NULL);
	struct placed_child *placed = calloc(n + 1, sizeof(*placed));
	bool ok;

	if (!placed)
		return config_refuse(reader, connections, "out of memory");
	place_children(first, config, placed);
	ok = check_reqids(reader, placed, n) &&
	     check_interfaces(reader, placed, n) &&
	     config_check_overlaps(reader, placed, n);
	free(placed);
	return ok;
}

bool config_check(struct config_reader *reader,
		  const struct conf_node *connections,
		  const struct config *config)
{
	return check_identities(reader, connections, config) &&
	       check_children(reader, connections, config);
}
