// SPDX-License-Identifier: GPL-2.0
/*
 * secrets.ike* and secrets.ppk*: where pre-shared keys come from.  The keys
 * themselves never pass through here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_secret.h"
#include "secrets.h"

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
	return config_read_section(reader, node, secret_keys,
				   sizeof(secret_keys) / sizeof(secret_keys[0]),
				   section);
}

static bool names(const struct secret_section *section,
		  const struct identity *id)
{
	for (size_t i = 0; i < section->n_ids; i++)
		if (identity_equal(&section->ids[i], id))
			return true;
	return false;
}

/* How well a section fits, 0 where it does not. */
static unsigned int fit(const struct secret_section *section,
			const struct connection_config *connection)
{
	if (section->ppk)
		return 0;
	if (!section->n_ids)
		return 1;
	if (!names(section, &connection->remote_id))
		return 0;
	return names(section, &connection->local_id) ? 3 : 2;
}

static bool bind_psk(struct config_reader *reader, const struct conf_node *node,
		     struct connection_config *connection,
		     const struct secret_section *sections, size_t n_sections)
{
	const struct secret_config *best = NULL, *rival = NULL;
	unsigned int best_fit = 0;
	char id[IDENTITY_TEXT_SIZE];

	for (size_t i = 0; i < n_sections; i++) {
		unsigned int this_fit = fit(&sections[i], connection);

		if (this_fit > best_fit) {
			best = sections[i].secret;
			best_fit = this_fit;
			rival = NULL;
		} else if (this_fit && this_fit == best_fit) {
			rival = sections[i].secret;
		}
	}
	if (rival)
		return config_refuse(reader, node, "expected one secret: %s "
				     "and %s fit alike", best->description,
				     rival->description);
	identity_print(&connection->remote_id, id, sizeof(id));
	if (!best)
		return config_refuse(reader, node, "expected a section "
				     "secrets.ike* with id = %s", id);
	memcpy(connection->psk, best->description, sizeof(connection->psk));
	return true;
}

static bool bind_ppk(struct config_reader *reader, const struct conf_node *node,
		     struct ppk_config *ppk,
		     const struct secret_section *sections, size_t n_sections)
{
	const struct secret_config *found = NULL;
	char id[IDENTITY_TEXT_SIZE];

	if (!ppk->id.len)
		return true;
	for (size_t i = 0; i < n_sections; i++) {
		if (!sections[i].ppk || !names(&sections[i], &ppk->id))
			continue;
		if (found)
			return config_refuse(reader, node, "expected one PPK: "
					     "%s and %s fit alike",
					     found->description,
					     sections[i].secret->description);
		found = sections[i].secret;
	}
	identity_print(&ppk->id, id, sizeof(id));
	if (!found)
		return config_refuse(reader, node, "expected a section "
				     "secrets.ppk* with id = %s", id);
	memcpy(ppk->key, found->description, sizeof(ppk->key));
	return true;
}

bool config_bind_secrets(struct config_reader *reader,
			 const struct conf_node *node,
			 struct connection_config *connection,
			 const struct secret_section *sections,
			 size_t n_sections)
{
	return bind_psk(reader, node, connection, sections, n_sections) &&
	       bind_ppk(reader, conf_child(node, "ppk_id"), &connection->ppk,
			sections, n_sections);
}

void config_free_secret(struct secret_config *secret)
{
	free(secret->file);
	free(secret);
}
