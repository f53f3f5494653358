// SPDX-License-Identifier: GPL-2.0
#include "config/config_peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/identity_pattern.h"

/* Room for what config_read_name() refuses, too. */
#define PEER_NAME_SIZE 512

/* What is being expanded. */
struct expansion {
	struct config_reader *reader;
	struct conf_node *connections;
	const struct conf_node *secrets; /* NULL: there are none */
	struct identity *single; /* array of n_single: peers of one connection */
	size_t n_single;
	size_t peers; /* made so far */
};

static const struct conf_node *id_of(const struct conf_node *connection,
				     const char *side)
{
	const struct conf_node *section = conf_child(connection, side);
	const struct conf_node *id = section && !section->value ?
				     conf_child(section, "id") : NULL;

	return id && id->value ? id : NULL;
}

static bool parse_id(const struct conf_node *node, struct identity *id)
{
	char error[128];

	return node && node->value &&
	       identity_parse(node->value, id, error, sizeof(error));
}

/* Whether a connection is for many peers, and for which. */
static bool is_for_many(const struct conf_node *connection,
			struct identity_pattern *pattern)
{
	const struct conf_node *id = connection->value ? NULL :
				     id_of(connection, "remote");

	return id && identity_pattern_parse(id->value, pattern);
}

static int compare(const void *a, const void *b)
{
	return identity_compare(a, b);
}

static bool find_single_peers(struct expansion *expansion)
{
	const struct conf_node *node;
	struct identity_pattern pattern;
	size_t n = 0;

	for (node = expansion->connections->children; node; node = node->next)
		n++;
	expansion->single = calloc(n + 1, sizeof(*expansion->single));
	if (!expansion->single)
		return config_refuse(expansion->reader, expansion->connections,
				     "out of memory");
	for (node = expansion->connections->children; node; node = node->next)
		if (!node->value && !is_for_many(node, &pattern) &&
		    parse_id(id_of(node, "remote"),
			     &expansion->single[expansion->n_single]))
			expansion->n_single++;
	qsort(expansion->single, expansion->n_single,
	      sizeof(*expansion->single), compare);
	return true;
}

static struct conf_node *copy(struct conf_node *into,
			      const struct conf_node *from, const char *name)
{
	struct conf_node *node = conf_node_new(into, name, strlen(name));

	if (!node)
		return NULL;
	node->file = from->file;
	node->line = from->line;
	node->resolution = RESOLVED;
	if (from->value)
		node->value = strdup(from->value);
	if ((from->value && !node->value) || !conf_node_append(into, node)) {
		conf_node_free(node);
		return NULL;
	}
	for (from = from->children; from; from = from->next)
		if (!copy(node, from, from->name)) /* at most CONF_DEPTH_MAX deep */
			return NULL;
	return node;
}

static bool add_peer(struct expansion *expansion,
		     const struct conf_node *connection,
		     const struct conf_node *id, unsigned int nth)
{
	char name[PEER_NAME_SIZE], number[16] = "", *value;
	struct conf_node *node, *remote_id;

	if (++expansion->peers > CONFIG_PEERS_MAX)
		return config_refuse(expansion->reader, connection, "expected "
				     "at most %d peers of connections with a "
				     "wildcard", CONFIG_PEERS_MAX);
	if (nth > 1)
		snprintf(number, sizeof(number), "-%u", nth);
	snprintf(name, sizeof(name), "%s@%s%s", connection->name,
		 id->parent->name, number);
	node = copy(expansion->connections, connection, name);
	value = strdup(id->value);
	if (!node || !value) {
		free(value);
		return config_refuse(expansion->reader, connection,
				     "out of memory");
	}
	remote_id = (struct conf_node *)id_of(node, "remote");
	free(remote_id->value);
	remote_id->value = value;
	return true;
}

/* What a connection for many peers looks for. */
struct wanted {
	const struct conf_node *connection;
	struct identity_pattern pattern;
	struct identity local;
	bool names_local;
};

static bool is_wanted(const struct expansion *expansion,
		      const struct wanted *wanted, const struct conf_node *node)
{
	struct identity id;

	return !strncmp(node->name, "id", strlen("id")) && parse_id(node, &id) &&
	       identity_pattern_fits(&wanted->pattern, &id) &&
	       !(wanted->names_local && identity_equal(&id, &wanted->local)) &&
	       !bsearch(&id, expansion->single, expansion->n_single,
			sizeof(id), compare);
}

static bool add_peers_of_secret(struct expansion *expansion,
				const struct wanted *wanted,
				const struct conf_node *secret)
{
	const struct conf_node *node;
	unsigned int nth = 0;

	if (secret->value || strncmp(secret->name, "ike", strlen("ike")) != 0)
		return true;
	for (node = secret->children; node; node = node->next)
		if (is_wanted(expansion, wanted, node) &&
		    !add_peer(expansion, wanted->connection, node, ++nth))
			return false;
	return true;
}

/* It is replaced by those that it is expanded to. */
static bool expand(struct expansion *expansion, struct conf_node *connection,
		   const struct identity_pattern *pattern)
{
	struct wanted wanted = { connection, *pattern, .names_local = false };
	const struct conf_node *secret = expansion->secrets ?
					 expansion->secrets->children : NULL;
	const struct conf_node *id = id_of(connection, "remote");
	size_t before = expansion->peers;

	wanted.names_local = parse_id(id_of(connection, "local"), &wanted.local);
	for (; secret; secret = secret->next)
		if (!add_peers_of_secret(expansion, &wanted, secret))
			return false;
	connection->takes_away = true;
	if (expansion->peers > before)
		return true;
	return config_refuse(expansion->reader, id, "expected a section "
			     "secrets.ike* with the id of a peer for each that "
			     "%s stands for: none fits it", id->value);
}

static bool expand_all(struct expansion *expansion)
{
	/* Those that are added come behind the last. */
	const struct conf_node *last = expansion->connections->last_child;
	struct conf_node *node = expansion->connections->children;
	struct identity_pattern pattern;
	bool ok = true;

	for (; ok && node; node = node == last ? NULL : node->next)
		if (is_for_many(node, &pattern))
			ok = expand(expansion, node, &pattern);
	if (ok)
		conf_node_drop_what_takes_away(expansion->connections);
	return ok;
}

bool config_expand_peers(struct config_reader *reader, struct conf_node *root)
{
	struct expansion expansion = {
		.reader = reader,
		.connections = (struct conf_node *)conf_child(root, "connections"),
		.secrets = conf_child(root, "secrets"),
	};
	bool ok;

	if (!expansion.connections)
		return true;
	ok = find_single_peers(&expansion) && expand_all(&expansion);
	free(expansion.single);
	return ok;
}
