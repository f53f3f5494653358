// SPDX-License-Identifier: GPL-2.0
/*
 * Two connections collide when a responder cannot tell which a peer speaks
 * for.  Two children collide when a packet fits both and neither's selector is
 * the narrower one, which is what xfrm decides by; or when they want the same
 * reqid, which ties policies to ESP SAs; or when they do not agree which xfrm
 * interface has which number.
 */
#include <stdlib.h>
#include <string.h>

#include "config_check.h"

struct placed_child {
	const struct connection_config *connection;
	const struct child_config *config;
	const struct conf_node *node;
};

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

/* Those that name the peer's address go before those that take any. */
static bool remote_differs(const struct connection_config *a,
			   const struct connection_config *b)
{
	if (!a->n_remote_addrs || !b->n_remote_addrs)
		return a->n_remote_addrs != b->n_remote_addrs;
	return !any_common(a->remote_addrs, a->n_remote_addrs, b->remote_addrs,
			   b->n_remote_addrs);
}

static bool check_identities(struct config_reader *reader,
			     const struct connection_config *a,
			     const struct conf_node *a_node,
			     const struct connection_config *b,
			     const struct conf_node *b_node)
{
	if (!identity_equal(&a->local_id, &b->local_id) ||
	    !identity_equal(&a->remote_id, &b->remote_id) ||
	    local_differs(a, b) || remote_differs(a, b))
		return true;
	return config_refuse(reader, b_node, "has the same identities as %s at "
			     "%s:%u: expected others, or addresses that tell "
			     "them apart", a_node->path, a_node->file,
			     a_node->line);
}

/* What a policy compares a packet with. */
struct lookup {
	const struct mark *mark;
	uint32_t if_id;
	const char *interface; /* whose if_id is chosen later; "": it is known */
};

static struct lookup lookup(const struct child_config *child,
			    const struct mark *mark, uint32_t if_id)
{
	return (struct lookup){
		mark, if_id, if_id ? "" : child->xfrm_interface,
	};
}

static bool meet(struct lookup a, struct lookup b)
{
	return a.if_id == b.if_id && !strcmp(a.interface, b.interface) &&
	       !((a.mark->value ^ b.mark->value) & a.mark->mask & b.mark->mask);
}

static bool can_meet(const struct child_config *a, const struct child_config *b)
{
	return meet(lookup(a, &a->mark_in, a->if_id_in),
		    lookup(b, &b->mark_in, b->if_id_in)) ||
	       meet(lookup(a, &a->mark_out, a->if_id_out),
		    lookup(b, &b->mark_out, b->if_id_out));
}

/* The kernel has one if_id for an interface, and one interface for an if_id. */
static bool check_interfaces(struct config_reader *reader,
			     const struct placed_child *a,
			     const struct placed_child *b)
{
	const char *a_name = a->config->xfrm_interface;
	const char *b_name = b->config->xfrm_interface;
	bool same_name = !strcmp(a_name, b_name);
	bool same_if_id = a->config->if_id_in == b->config->if_id_in;

	if (!*a_name || !*b_name || same_name == same_if_id ||
	    (!same_name && !a->config->if_id_in))
		return true;
	if (same_name)
		return config_refuse(reader, b->node, "xfrm_interface %s has "
				     "if_id %u for %s at %s:%u: expected the "
				     "same, or another interface", b_name,
				     a->config->if_id_in, a->node->path,
				     a->node->file, a->node->line);
	return config_refuse(reader, b->node, "xfrm_interface %s has if_id %u, "
			     "which is that of %s of %s at %s:%u: expected "
			     "another", b_name, b->config->if_id_in, a_name,
			     a->node->path, a->node->file, a->node->line);
}

/* How a lies to b, as bits: one within the other, or neither. */
enum overlap {
	DISJOINT = 0,
	A_HOLDS_B = 1,
	B_HOLDS_A = 2,
	SAME = A_HOLDS_B | B_HOLDS_A,
	CROSSING = 4,
};

/* Two dimensions together. */
static enum overlap combine(enum overlap first, enum overlap second)
{
	if (!first || !second)
		return DISJOINT;
	return first & second & SAME ? first & second : CROSSING;
}

/* A value that is compared under a mask. */
static enum overlap compare_masked(uint16_t a, uint16_t a_mask, uint16_t b,
				   uint16_t b_mask)
{
	enum overlap overlap = DISJOINT;

	if ((a ^ b) & a_mask & b_mask)
		return DISJOINT;
	if ((a_mask & b_mask) == a_mask)
		overlap |= A_HOLDS_B;
	if ((a_mask & b_mask) == b_mask)
		overlap |= B_HOLDS_A;
	return overlap ? overlap : CROSSING;
}

static bool common_bits(const struct prefix *a, const struct prefix *b,
			unsigned int bits)
{
	unsigned int octets = bits / 8;

	if (memcmp(a->address, b->address, octets) != 0)
		return false;
	return !(bits % 8) ||
	       !((a->address[octets] ^ b->address[octets]) & (0xff00 >> bits % 8));
}

static enum overlap compare_networks(const struct prefix *a,
				     const struct prefix *b)
{
	if (a->family != b->family ||
	    !common_bits(a, b, a->length < b->length ? a->length : b->length))
		return DISJOINT;
	if (a->length == b->length)
		return SAME;
	return a->length < b->length ? A_HOLDS_B : B_HOLDS_A;
}

static enum overlap compare_side(const struct prefix *a, const struct prefix *b)
{
	return combine(compare_networks(a, b),
		       compare_masked(a->port, prefix_port_mask(a), b->port,
				      prefix_port_mask(b)));
}

/* What both sides of a selector agree on; 0: any. */
static uint8_t protocol_of(const struct prefix *local,
			   const struct prefix *remote)
{
	return local->protocol ? local->protocol : remote->protocol;
}

static enum overlap compare_protocols(uint8_t a, uint8_t b)
{
	return compare_masked(a, a ? 0xff : 0, b, b ? 0xff : 0);
}

/* A local and a remote network that belong together. */
struct pair {
	const struct prefix *local;
	const struct prefix *remote;
};

static bool is_dynamic(const struct pair *pair)
{
	return prefix_is_dynamic(pair->local) ||
	       prefix_is_dynamic(pair->remote);
}

static bool next_pair(const struct child_config *child, size_t *n,
		      struct pair *pair)
{
	while (*n < child->n_local_ts * child->n_remote_ts) {
		pair->local = &child->local_ts[*n / child->n_remote_ts];
		pair->remote = &child->remote_ts[*n % child->n_remote_ts];
		++*n;
		if (pair->local->family == pair->remote->family ||
		    is_dynamic(pair))
			return true;
	}
	return false;
}

static enum overlap compare_pairs(const struct pair *a, const struct pair *b)
{
	uint8_t a_protocol = protocol_of(a->local, a->remote);
	uint8_t b_protocol = protocol_of(b->local, b->remote);

	return combine(combine(compare_side(a->local, b->local),
			       compare_side(a->remote, b->remote)),
		       compare_protocols(a_protocol, b_protocol));
}

static bool refuse_pair(struct config_reader *reader, const struct conf_node *a,
			const struct pair *a_pair, const struct conf_node *b,
			const struct pair *b_pair)
{
	char text[4][PREFIX_TEXT_SIZE];

	prefix_print(a_pair->local, text[0], sizeof(text[0]));
	prefix_print(a_pair->remote, text[1], sizeof(text[1]));
	prefix_print(b_pair->local, text[2], sizeof(text[2]));
	prefix_print(b_pair->remote, text[3], sizeof(text[3]));
	return config_refuse(reader, b, "%s === %s overlaps with %s === %s of "
			     "%s at %s:%u: expected selectors of which one lies "
			     "within the other, or another if_id or mark",
			     text[2], text[3], text[0], text[1], a->path,
			     a->file, a->line);
}

/* The address of a side is one and the same within a connection only. */
static bool collide(const struct pair *a, const struct pair *b,
		    bool same_connection)
{
	enum overlap overlap = compare_pairs(a, b);

	if (!same_connection && (is_dynamic(a) || is_dynamic(b)))
		return false;
	return overlap == CROSSING || overlap == SAME;
}

static bool check_pair(struct config_reader *reader,
		       const struct placed_child *a,
		       const struct placed_child *b)
{
	struct pair a_pair, b_pair;

	if (a->config->reqid_said && a->config->reqid == b->config->reqid)
		return config_refuse(reader, b->node, "has the reqid of %s at "
				     "%s:%u: expected another", a->node->path,
				     a->node->file, a->node->line);
	if (!check_interfaces(reader, a, b))
		return false;
	if (!can_meet(a->config, b->config))
		return true;
	for (size_t i = 0; next_pair(a->config, &i, &a_pair);)
		for (size_t j = 0; next_pair(b->config, &j, &b_pair);)
			if (collide(&a_pair, &b_pair,
				    a->connection == b->connection))
				return refuse_pair(reader, a->node, &a_pair,
						   b->node, &b_pair);
	return true;
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
	bool ok = true;

	if (!placed)
		return config_refuse(reader, connections, "out of memory");
	place_children(first, config, placed);
	for (size_t i = 1; ok && i < n; i++)
		for (size_t j = 0; ok && j < i; j++)
			ok = check_pair(reader, &placed[j], &placed[i]);
	free(placed);
	return ok;
}

static bool check_connection(struct config_reader *reader,
			     const struct conf_node *first,
			     const struct config *config,
			     const struct connection_config *connection,
			     const struct conf_node *node)
{
	const struct connection_config *other = config->connections;

	for (; other != connection; other = other->next, first = first->next)
		if (!check_identities(reader, other, first, connection, node))
			return false;
	return true;
}

bool config_check(struct config_reader *reader,
		  const struct conf_node *connections,
		  const struct config *config)
{
	const struct connection_config *connection = config->connections;
	const struct conf_node *node = connections->children;

	for (; connection; connection = connection->next, node = node->next)
		if (!check_connection(reader, connections->children, config,
				      connection, node))
			return false;
	return check_children(reader, connections, config);
}
