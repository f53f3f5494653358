// SPDX-License-Identifier: GPL-2.0
/*
 * secrets.ike* and secrets.ppk*: where pre-shared keys come from.  The keys
 * themselves never pass through here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/secret_name.h"

#include "config/config_secret.h"

static bool refuse_inline_secret(struct config_reader *reader,
				 const struct conf_node *node, void *target)
{
	(void)target;
	return config_refuse(reader, node, "expected file = /PATH: a secret "
			     "that stands here would be in the memory of the "
			     "process that reads the network");
}

static bool read_file(struct config_reader *reader,
		      const struct conf_node *node, void *target)
{
	struct secret_section *section = target;

	if (node->value[0] != '/')
		return config_refuse(reader, node, "expected a path from / on, "
				     "not %s", node->value);
	section->secret->file = strdup(node->value);
	return section->secret->file ||
	       config_refuse(reader, node, "out of memory");
}

/* The key file, or the section where it has none. */
static bool note_place(struct config_reader *reader,
		       const struct conf_node *section,
		       struct secret_config *secret)
{
	const struct conf_node *file = conf_child(section, "file");
	const struct conf_node *node = file ? file : section;

	if (asprintf(&secret->place, "%s:%u: %s", node->file, node->line,
		     node->path) >= 0)
		return true;
	secret->place = NULL;
	return config_refuse(reader, node, "out of memory");
}

static bool read_secret_id(struct config_reader *reader,
			   const struct conf_node *node, void *target)
{
	struct secret_section *section = target;
	struct identity *ids;
	char error[128];

	ids = realloc(section->ids, (section->n_ids + 1) * sizeof(*ids));
	if (!ids)
		return config_refuse(reader, node, "out of memory");
	section->ids = ids;
	if (!identity_parse(node->value, &ids[section->n_ids], error,
			    sizeof(error)))
		return config_refuse(reader, node, "%s", error);
	section->n_ids++;
	return true;
}

static const struct config_key secret_keys[] = {
	{ "file", KEY_VALUE, read_file, 0, NULL },
	{ "secret", KEY_VALUE, refuse_inline_secret, 0, NULL },
	{ "id*", KEY_VALUE, read_secret_id, 0, NULL },
};

const struct config_key *config_secret_keys(size_t *n)
{
	*n = sizeof(secret_keys) / sizeof(secret_keys[0]);
	return secret_keys;
}

static bool has_id(const struct conf_node *section)
{
	const struct conf_node *node = section->children;

	while (node && strncmp(node->name, "id", 2) != 0)
		node = node->next;
	return node;
}

bool config_read_secret(struct config_reader *reader,
			const struct conf_node *node,
			struct secret_section *section)
{
	struct secret_config *secret = section->secret;

	if (!secret_description(node->name, secret->description))
		return config_refuse(reader, node, "expected a name of at most "
				     "%zu octets", SECRET_NAME_MAX);
	if (section->ppk && !has_id(node))
		return config_refuse(reader, node, "id is missing: expected "
				     "the ppk_id that it belongs to");
	if (!config_read_section(reader, node, secret_keys,
				 sizeof(secret_keys) / sizeof(secret_keys[0]),
				 section) ||
	    !note_place(reader, node, secret))
		return false;
	secret->version = secret->file ?
			  secret_version_of_file(secret->file) :
			  secret_version_of_key(secret->description);
	return true;
}

/* An identity that a section names. */
struct named_secret {
	const struct identity *id;
	const struct secret_section *section;
};

struct secret_index {
	struct named_secret *list; /* array of n, in the order of identities */
	size_t n;
	const struct secret_section *of_any[2]; /* the first that name none */
};

static int compare_named(const void *a, const void *b)
{
	const struct named_secret *first = a, *second = b;
	int order = identity_compare(first->id, second->id);

	if (order)
		return order;
	return first->section < second->section ? -1 :
	       first->section > second->section;
}

static void index_section(struct secret_index *index,
			  const struct secret_section *section)
{
	for (size_t i = 0; i < section->n_ids; i++)
		index->list[index->n++] = (struct named_secret){
			&section->ids[i], section,
		};
	if (section->n_ids)
		return;
	if (!index->of_any[0])
		index->of_any[0] = section;
	else if (!index->of_any[1])
		index->of_any[1] = section;
}

struct secret_index *
config_index_secrets(const struct secret_section *sections, size_t n_sections)
{
	struct secret_index *index = calloc(1, sizeof(*index));
	size_t n = 0;

	for (size_t i = 0; i < n_sections; i++)
		n += sections[i].n_ids;
	if (index)
		index->list = calloc(n + 1, sizeof(*index->list));
	if (!index || !index->list) {
		free(index);
		return NULL;
	}
	for (size_t i = 0; i < n_sections; i++)
		index_section(index, &sections[i]);
	qsort(index->list, index->n, sizeof(*index->list), compare_named);
	return index;
}

void config_free_secret_index(struct secret_index *index)
{
	if (index)
		free(index->list);
	free(index);
}

/* Sections that name one identity: those from @at to before @end. */
struct secret_range {
	const struct named_secret *at;
	const struct named_secret *end;
};

/* How many of @list are before @id, or before or at it. */
static size_t count_before(const struct secret_index *index,
			   const struct identity *id, bool or_at)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = identity_compare(index->list[middle].id, id);

		if (order < 0 || (or_at && !order))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct secret_range find_naming(const struct secret_index *index,
				       const struct identity *id)
{
	return (struct secret_range){
		index->list + count_before(index, id, false),
		index->list + count_before(index, id, true),
	};
}

static bool names(const struct secret_section *section,
		  const struct identity *id)
{
	for (size_t i = 0; i < section->n_ids; i++)
		if (identity_equal(&section->ids[i], id))
			return true;
	return false;
}

/* The sections that fit best. */
struct candidates {
	const struct secret_section *best; /* NULL: there is none */
	const struct secret_section *rival; /* that fits alike, NULL: none */
};

static void add_candidate(struct candidates *candidates,
			  const struct secret_section *section)
{
	if (!candidates->best)
		candidates->best = section;
	else if (candidates->best != section && !candidates->rival)
		candidates->rival = section;
}

/* Those of @range that are PPKs, or are not. */
static struct candidates choose(struct secret_range range, bool ppk)
{
	struct candidates candidates = { 0 };

	for (; range.at < range.end && !candidates.rival; range.at++)
		if (range.at->section->ppk == ppk)
			add_candidate(&candidates, range.at->section);
	return candidates;
}

/* Those of @range that name @too as well, and are no PPKs. */
static struct candidates choose_naming(struct secret_range range,
				       const struct identity *too)
{
	struct candidates candidates = { 0 };

	for (; range.at < range.end && !candidates.rival; range.at++)
		if (!range.at->section->ppk && names(range.at->section, too))
			add_candidate(&candidates, range.at->section);
	return candidates;
}

static bool names_nobody_else(const struct secret_section *section,
			      const struct identity *id)
{
	for (size_t i = 0; i < section->n_ids; i++)
		if (!identity_equal(&section->ids[i], id))
			return false;
	return true;
}

/* Those of @range, which names @id, that are its alone, and are no PPKs. */
static struct candidates choose_own(struct secret_range range,
				    const struct identity *id)
{
	struct candidates candidates = { 0 };

	for (; range.at < range.end && !candidates.rival; range.at++)
		if (!range.at->section->ppk &&
		    names_nobody_else(range.at->section, id))
			add_candidate(&candidates, range.at->section);
	return candidates;
}

static struct candidates choose_psk(const struct secret_index *index,
				    const struct connection_config *connection)
{
	struct secret_range remote = find_naming(index, &connection->remote_id);
	struct secret_range local = find_naming(index, &connection->local_id);
	struct candidates candidates;

	/* Many may name the one, few the other. */
	if (local.end - local.at < remote.end - remote.at)
		candidates = choose_naming(local, &connection->remote_id);
	else
		candidates = choose_naming(remote, &connection->local_id);
	if (!candidates.best)
		candidates = choose(remote, false);
	if (!candidates.best)
		candidates = (struct candidates){
			index->of_any[0], index->of_any[1],
		};
	if (!candidates.best)
		candidates = choose_own(local, &connection->local_id);
	return candidates;
}

static bool bind_psk(struct config_reader *reader, const struct conf_node *node,
		     struct connection_config *connection,
		     const struct secret_index *index)
{
	struct candidates candidates = choose_psk(index, connection);
	char id[IDENTITY_TEXT_SIZE];

	if (candidates.rival)
		return config_refuse(reader, node, "expected one secret: %s "
				     "and %s fit alike",
				     candidates.best->secret->description,
				     candidates.rival->secret->description);
	identity_print(&connection->remote_id, id, sizeof(id));
	if (!candidates.best)
		return config_refuse(reader, node, "expected a section "
				     "secrets.ike* with id = %s", id);
	memcpy(connection->psk, candidates.best->secret->description,
	       sizeof(connection->psk));
	connection->psk_version = candidates.best->secret->version;
	return true;
}

static bool bind_ppk(struct config_reader *reader, const struct conf_node *node,
		     struct ppk_config *ppk, const struct secret_index *index)
{
	struct candidates candidates;
	char id[IDENTITY_TEXT_SIZE];

	if (!ppk->id.len)
		return true;
	candidates = choose(find_naming(index, &ppk->id), true);
	if (candidates.rival)
		return config_refuse(reader, node, "expected one PPK: "
				     "%s and %s fit alike",
				     candidates.best->secret->description,
				     candidates.rival->secret->description);
	identity_print(&ppk->id, id, sizeof(id));
	if (!candidates.best)
		return config_refuse(reader, node, "expected a section "
				     "secrets.ppk* with id = %s", id);
	memcpy(ppk->key, candidates.best->secret->description,
	       sizeof(ppk->key));
	ppk->version = candidates.best->secret->version;
	return true;
}

bool config_bind_secrets(struct config_reader *reader,
			 const struct conf_node *node,
			 struct connection_config *connection,
			 const struct secret_index *index)
{
	return bind_psk(reader, node, connection, index) &&
	       bind_ppk(reader, conf_child(node, "ppk_id"), &connection->ppk,
			index);
}
