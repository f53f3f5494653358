// SPDX-License-Identifier: GPL-2.0
/*
 * Whether there is a route to each peer, and whether IKE itself would go into the
 * tunnel that it is to make: a route to the peer, as a default route, that leads
 * into an xfrm interface of that connection, or into one of no child.  An interface
 * of another connection's child is a tunnel within a tunnel, and meant.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check.h"
#include "config/remote_name.h"
#include "kernel/local_address.h"
#include "kernel/route_lookup.h"
#include "kernel/xfrm_link.h"
#include "wire/path.h"

struct routes {
	const struct config *config;
	struct netlink netlink;
	struct xfrm_link *links; /* array of n_links, the xfrm interfaces */
	size_t n_links;
	bool out_of_memory;
	size_t n; /* addresses of peers that were looked up */
	size_t without; /* a route */
	size_t astray;
};

static void collect_link(const struct xfrm_link *link, void *arg)
{
	struct routes *routes = arg;
	struct xfrm_link *grown;

	if (strcmp(link->kind, XFRM_LINK_KIND) != 0)
		return;
	grown = reallocarray(routes->links, routes->n_links + 1, sizeof(*grown));
	if (!grown) {
		routes->out_of_memory = true;
		return;
	}
	routes->links = grown;
	grown[routes->n_links++] = *link;
}

/* Return: NULL where everything was told. */
static const char *collect_links(struct routes *routes, char *error, size_t size)
{
	struct xfrm_links *links = xfrm_links_open(error, size);

	if (!links)
		return error;
	if (xfrm_links_dump(links, collect_link, routes))
		snprintf(error, size, "%s", xfrm_links_error(links));
	xfrm_links_close(links);
	if (routes->out_of_memory)
		snprintf(error, size, "out of memory");
	return *error ? error : NULL;
}

static bool uses(const struct child_config *child, const struct xfrm_link *link)
{
	if (*child->xfrm_interface)
		return !strcmp(child->xfrm_interface, link->name);
	return child->if_id_out && child->if_id_out == link->if_id;
}

/* Return: the child of @connection that has the interface; NULL: none has. */
static const struct child_config *
find_child(const struct connection_config *connection,
	   const struct xfrm_link *link)
{
	for (size_t i = 0; i < connection->n_children; i++)
		if (uses(&connection->children[i], link))
			return &connection->children[i];
	return NULL;
}

static bool is_used(const struct config *config, const struct xfrm_link *link)
{
	const struct connection_config *connection = config->connections;

	while (connection && !find_child(connection, link))
		connection = connection->next;
	return connection;
}

/* Return: the address that a packet to @peer has; NULL: what the route says. */
static const struct sockaddr_storage *
find_source(const struct connection_config *connection,
	    const struct sockaddr_storage *peer)
{
	for (size_t i = 0; i < connection->n_local_addrs; i++) {
		const struct sockaddr_storage *local = &connection->local_addrs[i];

		if (local->ss_family == peer->ss_family &&
		    endpoint_is_local(local))
			return local;
	}
	return NULL;
}

/* Return: the xfrm interface of that index; NULL: it is of another kind. */
static const struct xfrm_link *find_link(const struct routes *routes, int index)
{
	for (size_t i = 0; index > 0 && i < routes->n_links; i++)
		if (routes->links[i].index == index)
			return &routes->links[i];
	return NULL;
}

static void say_without(const struct connection_config *connection,
			const struct sockaddr_storage *peer, int error,
			struct check_result *result)
{
	char address[ENDPOINT_TEXT_SIZE];

	endpoint_print_address(peer, address, sizeof(address));
	check_say(result, CHECK_FAILED, "connection %s: no route to its peer %s: "
		  "%s", connection->name, address, strerror(-error));
	check_remedy(result, "ip route add %s via GATEWAY, or a default route; ip "
		     "route get %s says what there is", address, address);
}

static void say(const struct connection_config *connection,
		const struct child_config *child,
		const struct sockaddr_storage *peer, const struct xfrm_link *link,
		struct check_result *result)
{
	char address[ENDPOINT_TEXT_SIZE];

	endpoint_print_address(peer, address, sizeof(address));
	check_say(result, CHECK_WARNING, "connection %s: the route to its peer %s "
		  "leads into the xfrm interface %s of %s%s: IKE and ESP go there "
		  "themselves, and no tunnel comes up", connection->name, address,
		  link->name, child ? "its child " : "no child",
		  child ? child->name : "");
	check_remedy(result, "ip route add %s via GATEWAY dev DEVICE, which is not "
		     "an xfrm interface; ip route get %s says what there is",
		     address, address);
}

static void check_peer(struct routes *routes,
		       const struct connection_config *connection,
		       const struct sockaddr_storage *peer,
		       struct check_result *result)
{
	int index = route_lookup(&routes->netlink, find_source(connection, peer),
				 peer);
	const struct xfrm_link *link = find_link(routes, index);
	const struct child_config *child;

	routes->n++;
	if (index < 0 && !routes->without++)
		say_without(connection, peer, index, result);
	if (!link)
		return;
	child = find_child(connection, link);
	if (!child && is_used(routes->config, link))
		return;
	if (!routes->astray++ && !routes->without)
		say(connection, child, peer, link, result);
}

/* That a name does not resolve is said by check_names(), which has asked. */
static void check_entry(struct routes *routes,
			const struct connection_config *connection, size_t entry,
			struct check_result *result)
{
	const struct remote_name *name = remote_name_at(connection, entry);

	if (!name)
		check_peer(routes, connection, &connection->remote_addrs[entry],
			   result);
	for (size_t i = 0; name && i < name->n_addresses; i++)
		check_peer(routes, connection, &name->addresses[i], result);
}

static void check_all(struct routes *routes, struct check_result *result)
{
	const struct connection_config *connection = routes->config->connections;

	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_remote_addrs; i++)
			check_entry(routes, connection, i, result);
	if (routes->without)
		check_more(result, routes->without - 1);
	else if (routes->astray)
		check_more(result, routes->astray - 1);
	else if (!routes->n)
		check_say(result, CHECK_NOTHING, "no address of a peer is known");
	else
		check_say(result, CHECK_OK, "IKE to %zu peer%s goes past the xfrm "
			  "interfaces", routes->n, routes->n == 1 ? "" : "s");
}

void check_routes(const struct check_context *context,
		  struct check_result *result)
{
	struct routes *routes;
	char text[256] = "";
	const char *error;

	if (!context->config) {
		check_say(result, CHECK_NOTHING, "no peer is known");
		return;
	}
	routes = calloc(1, sizeof(*routes));
	if (!routes) {
		check_say(result, CHECK_FAILED, "out of memory");
		check_remedy(result, "free some");
		return;
	}
	routes->config = context->config;
	error = collect_links(routes, text, sizeof(text));
	if (!error && route_lookup_open(&routes->netlink))
		error = routes->netlink.error;
	if (error) {
		check_say(result, CHECK_WARNING, "cannot see routes: %s", error);
		check_remedy(result, "run pqike check as root");
	} else {
		check_all(routes, result);
	}
	netlink_close(&routes->netlink);
	free(routes->links);
	free(routes);
}
