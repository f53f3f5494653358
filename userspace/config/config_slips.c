// SPDX-License-Identifier: GPL-2.0
#include "config/config_slips.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "config/remote_name.h"
#include "wire/path.h"

/* What is looked at: one connection, or one child of it. */
struct place {
	const struct config_reader *reader;
	const struct conf_node *node; /* its section */
};

/* The node of a key, which is there; else that of its section. */
static const struct conf_node *key_of(const struct conf_node *section,
				      const char *key)
{
	const struct conf_node *node = conf_child(section, key);

	return node ? node : section;
}

/* Which key of a child wants the tunnel to be up; NULL: none. */
static const char *wants_up(const struct child_config *child)
{
	if (child->start_action == ACTION_START)
		return "start_action = start";
	if (child->dpd_action == ACTION_START)
		return "dpd_action = restart";
	if (child->close_action == ACTION_START)
		return "close_action = start";
	return NULL;
}

/* How long a peer may be silent before a request of this side is given up. */
static uint64_t patience(const struct retransmission *how)
{
	double interval = how->timeout, sum = interval;

	for (unsigned int i = 0; i < how->tries; i++) {
		interval = interval * how->base / 1000;
		sum += interval;
	}
	return sum < 1e12 ? (uint64_t)sum / 1000 : UINT64_C(1000000000);
}

static void look_at_tries(const struct place *place,
			  const struct connection_config *connection)
{
	uint64_t seconds = patience(&connection->retransmission);

	if (!connection->n_remote_addrs || !connection->keyingtries)
		return;
	for (size_t i = 0; i < connection->n_children; i++) {
		const char *key = wants_up(&connection->children[i]);

		if (!key)
			continue;
		config_warn(place->reader, key_of(place->node, "keyingtries"),
			    "keyingtries = %u beside %s of child %s: where the peer "
			    "is silent for %" PRIu64 " s, this side gives up for "
			    "good: expected keyingtries = 0",
			    connection->keyingtries, key,
			    connection->children[i].name,
			    connection->keyingtries * seconds);
		return;
	}
}

static void look_at_identities(const struct place *place,
			       const struct connection_config *connection)
{
	char text[IDENTITY_TEXT_SIZE];

	if (!identity_equal(&connection->local_id, &connection->remote_id))
		return;
	identity_print(&connection->local_id, text, sizeof(text));
	config_warn(place->reader, key_of(conf_child(place->node, "remote"), "id"),
		    "%s is local.id, too: expected what the peer calls itself",
		    text);
}

static void look_at_addresses(const struct place *place,
			      const struct connection_config *connection)
{
	struct remote_position where;
	char text[ENDPOINT_TEXT_SIZE];

	for (size_t i = 0; i < connection->n_local_addrs; i++) {
		const struct sockaddr_storage *local = &connection->local_addrs[i];

		if (!remote_address_find(connection, local, &where))
			continue;
		endpoint_print_address(local, text, sizeof(text));
		config_warn(place->reader, key_of(place->node, "remote_addrs"),
			    "%s is in local_addrs, too: expected addresses of the "
			    "peer", text);
		return;
	}
}

static void look_at_start(const struct place *place,
			  const struct connection_config *connection,
			  const struct child_config *child)
{
	if (child->start_action == ACTION_NONE || connection->n_remote_addrs)
		return;
	config_warn(place->reader, key_of(place->node, "start_action"),
		    "remote_addrs names no host to begin with: only the peer can "
		    "set this child up");
}

static void look_at_dpd(const struct place *place,
			const struct connection_config *connection,
			const struct child_config *child)
{
	if (child->dpd_action == ACTION_NONE || connection->dpd_delay)
		return;
	config_warn(place->reader, key_of(place->node, "dpd_action"),
		    "without dpd_delay a dead peer is found at the next rekeying "
		    "only: expected dpd_delay = 30s, or such");
}

static void look_at_if_ids(const struct place *place,
			   const struct child_config *child)
{
	const char *there = child->if_id_in ? "if_id_in" : "if_id_out";
	const char *missing = child->if_id_in ? "if_id_out" : "if_id_in";

	if (!child->if_id_in == !child->if_id_out)
		return;
	config_warn(place->reader, key_of(place->node, there),
		    "without %s packets of one direction pass by the xfrm "
		    "interface: expected both", missing);
}

static bool is_host(const struct prefix *prefix)
{
	return prefix_is_dynamic(prefix) ||
	       prefix->length == (prefix->family == AF_INET6 ? 128 : 32);
}

static void look_at_mode(const struct place *place, const char *key,
			 const struct prefix *list, size_t n)
{
	char text[PREFIX_TEXT_SIZE];

	for (size_t i = 0; i < n; i++) {
		if (is_host(&list[i]))
			continue;
		prefix_print(&list[i], text, sizeof(text));
		config_warn(place->reader, key_of(place->node, key),
			    "%s beside mode = transport, which protects what the "
			    "two hosts say to each other: expected dynamic, or "
			    "mode = tunnel", text);
		return;
	}
}

static bool same_network(const struct prefix *a, const struct prefix *b)
{
	return !prefix_is_dynamic(a) && !prefix_is_dynamic(b) && a->length &&
	       a->family == b->family && a->length == b->length &&
	       !memcmp(a->address, b->address, sizeof(a->address));
}

static void look_at_networks(const struct place *place,
			     const struct child_config *child)
{
	char text[PREFIX_TEXT_SIZE];

	for (size_t i = 0; i < child->n_local_ts * child->n_remote_ts; i++) {
		const struct prefix *local =
			&child->local_ts[i / child->n_remote_ts];

		if (!same_network(local,
				  &child->remote_ts[i % child->n_remote_ts]))
			continue;
		prefix_print(local, text, sizeof(text));
		config_warn(place->reader, key_of(place->node, "remote_ts"),
			    "%s is in local_ts, too: expected the networks of the "
			    "peer, as a host can be on one side only", text);
		return;
	}
}

static void look_at_child(const struct place *place,
			  const struct connection_config *connection,
			  const struct child_config *child)
{
	look_at_networks(place, child);
	if (child->mode == MODE_TRANSPORT) {
		look_at_mode(place, "local_ts", child->local_ts,
			     child->n_local_ts);
		look_at_mode(place, "remote_ts", child->remote_ts,
			     child->n_remote_ts);
	}
	look_at_start(place, connection, child);
	look_at_dpd(place, connection, child);
	look_at_if_ids(place, child);
}

static void look_at_connection(const struct place *place,
			       const struct connection_config *connection)
{
	struct place child = {
		place->reader, conf_child(place->node, "children")->children,
	};

	look_at_addresses(place, connection);
	look_at_identities(place, connection);
	look_at_tries(place, connection);
	for (size_t i = 0; i < connection->n_children; i++) {
		look_at_child(&child, connection, &connection->children[i]);
		child.node = child.node->next;
	}
}

void config_look_for_slips(const struct config_reader *reader,
			   const struct conf_node *connections,
			   const struct config *config)
{
	const struct connection_config *connection = config->connections;
	const struct conf_node *before = NULL;
	struct place place = { reader, connections->children };

	for (; connection; connection = connection->next,
			   before = place.node, place.node = place.node->next)
		/* Many peers of one section have what it says in common. */
		if (!before || !conf_node_is_copy(before, place.node))
			look_at_connection(&place, connection);
}
