// SPDX-License-Identifier: GPL-2.0
/*
 * A key is kept when the reader of our own configuration takes it with its
 * value; its refusal is the reason why it is not.  A key without which a
 * tunnel would protect something else, or be open to somebody else, is not
 * just dropped: it is left to be filled in, or all of the section goes.
 */
#include "config/import_keep.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/config_child.h"
#include "config/config_connection.h"
#include "config/config_value.h"

void import_note(const struct import_notes *notes,
		 const struct conf_node *node, const char *format, ...)
{
	char what[IMPORT_WHY_SIZE], line[2 * IMPORT_WHY_SIZE];
	va_list args;

	if (!notes)
		return;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(line, sizeof(line), "%s:%u: %s: %s", node->file, node->line,
		 node->path, what);
	notes->add(line, notes->arg);
}

const char *import_reason(const char *error, const struct conf_node *node)
{
	const char *path = strstr(error, node->path);

	if (!path)
		return error;
	path += strlen(node->path);
	return path + strspn(path, ": ");
}

static const struct config_key *find_key(const struct import_keys *keys,
					 const char *name)
{
	for (size_t i = 0; i < keys->n; i++)
		if (config_key_matches(&keys->list[i], name))
			return &keys->list[i];
	return NULL;
}

struct weight {
	const char *key;
	enum loss loss;
};

static const struct weight weights[] = {
	{ "version", LOSS_OF_SECTION },
	{ "vips", LOSS_OF_SECTION },
	{ "pools", LOSS_OF_SECTION },
	{ "mediation", LOSS_OF_SECTION },
	{ "mediated_by", LOSS_OF_SECTION },
	{ "mediation_peer", LOSS_OF_SECTION },
	{ "local_addrs", LOSS_FILLED_IN },
	{ "remote_addrs", LOSS_FILLED_IN },
	{ "local_port", LOSS_FILLED_IN },
	{ "remote_port", LOSS_FILLED_IN },
	{ "unique", LOSS_FILLED_IN },
	{ "ppk_id", LOSS_FILLED_IN },
	{ "ppk_required", LOSS_FILLED_IN },
	{ "mode", LOSS_OF_SECTION },
	{ "ah_proposals", LOSS_OF_SECTION },
	{ "interface", LOSS_OF_SECTION },
	{ "label", LOSS_OF_SECTION },
	{ "local_ts", LOSS_FILLED_IN },
	{ "remote_ts", LOSS_FILLED_IN },
	{ "if_id_in", LOSS_FILLED_IN },
	{ "if_id_out", LOSS_FILLED_IN },
	{ "mark_in", LOSS_FILLED_IN },
	{ "mark_out", LOSS_FILLED_IN },
	{ "set_mark_in", LOSS_FILLED_IN },
	{ "set_mark_out", LOSS_FILLED_IN },
};

enum loss import_loss(const char *key)
{
	for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++)
		if (!strcmp(weights[i].key, key))
			return weights[i].loss;
	return LOSS_OF_KEY;
}

bool import_keeps_key(const struct import_keys *keys,
		      const struct conf_node *node, char *why, size_t why_size)
{
	const struct config_key *key = find_key(keys, node->name);
	char error[2 * IMPORT_WHY_SIZE] = "";
	struct config_reader reader = { .error = error,
					.error_size = sizeof(error) };

	if (key && config_read_key(&reader, node, key, keys->scratch))
		return true;
	snprintf(why, why_size, "%s", key ? import_reason(error, node) :
		 "pqike has no such key");
	return false;
}

bool import_is_default(const struct conf_node *node)
{
	return !strcmp(node->name, "version") && node->value &&
	       !strcmp(node->value, "0");
}

/* Say which key makes a section, named by @kind, be dropped. */
static bool check_weights(const struct import_notes *notes, const char *kind,
			  const struct conf_node *section,
			  const struct import_keys *keys)
{
	char why[IMPORT_WHY_SIZE];
	const struct conf_node *node;

	for (node = section->children; node; node = node->next) {
		if (import_loss(node->name) != LOSS_OF_SECTION ||
		    import_is_default(node) ||
		    import_keeps_key(keys, node, why, sizeof(why)))
			continue;
		import_note(notes, node, "the %s is dropped: %s", kind, why);
		return false;
	}
	return true;
}

bool import_keeps_child(const struct import_notes *notes,
			const struct conf_node *section)
{
	struct child_config scratch = { .reqid = 0 };
	struct import_keys keys = { .scratch = &scratch };

	keys.list = config_child_keys(&keys.n);
	if (!section->value)
		return check_weights(notes, "child", section, &keys);
	import_note(notes, section, "dropped: it is no section");
	return false;
}

bool import_is_side(const struct conf_node *node, const char *name)
{
	return !node->value && !strncmp(node->name, name, strlen(name));
}

const struct conf_node *import_side(const struct conf_node *section,
				    const char *name)
{
	const struct conf_node *node = section->children;

	while (node && !import_is_side(node, name))
		node = node->next;
	return node;
}

static bool is_address(const char *text)
{
	uint8_t octets[16];

	return inet_pton(AF_INET, text, octets) == 1 ||
	       inet_pton(AF_INET6, text, octets) == 1;
}

const char *import_address(const struct conf_node *section, const char *name)
{
	const struct conf_node *addresses =
		conf_child(section, !strcmp(name, "local") ? "local_addrs" :
							     "remote_addrs");

	if (!addresses || !addresses->value || !is_address(addresses->value))
		return NULL;
	return addresses->value;
}

bool import_without_policies(const struct conf_node *node)
{
	bool policies = true;
	char error[2 * IMPORT_WHY_SIZE];
	struct config_reader reader = { .error = error,
					.error_size = sizeof(error) };

	return node->value && !strcmp(node->name, "policies") &&
	       config_read_boolean(&reader, node, &policies) && !policies;
}

bool import_looks_like_connection(const struct conf_node *node)
{
	return !node->value && (conf_child(node, "children") ||
				conf_child(node, "remote_addrs"));
}

__attribute__((format(printf, 3, 4)))
static bool drop_connection(const struct import_notes *notes,
			    const struct conf_node *node, const char *format,
			    ...)
{
	char why[IMPORT_WHY_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	import_note(notes, node, "the connection is dropped: %s", why);
	return false;
}

static bool check_auth(const struct import_notes *notes,
		       const struct conf_node *side)
{
	const struct conf_node *auth = conf_child(side, "auth");

	if (!auth || !auth->value)
		return drop_connection(notes, side, "auth is missing and so "
				       "pubkey: expected psk");
	return !strcmp(auth->value, "psk") ||
	       drop_connection(notes, auth, "expected psk, not %s",
			       auth->value);
}

static bool check_side(const struct import_notes *notes,
		       const struct conf_node *section, const char *name)
{
	const struct conf_node *side = import_side(section, name), *second;

	if (!side)
		return drop_connection(notes, section, "%s is missing: "
				       "expected a section with auth = psk",
				       name);
	for (second = side->next; second; second = second->next)
		if (import_is_side(second, name))
			return drop_connection(notes, second, "there is one "
					       "round of authentication");
	return check_auth(notes, side);
}

static bool check_children(const struct import_notes *notes,
			   const struct conf_node *section)
{
	const struct conf_node *children = conf_child(section, "children");
	const struct conf_node *node = children ? children->children : NULL;
	bool kept = false;

	if (!node)
		return drop_connection(notes, section, "it has no children");
	for (; node; node = node->next)
		kept |= import_keeps_child(notes, node);
	return kept || drop_connection(notes, section, "no child of it is "
				       "left");
}

bool import_keeps_connection(const struct import_notes *notes,
			     const struct conf_node *section)
{
	struct connection_config scratch = { .local_port = 0 };
	struct import_keys keys = { .scratch = &scratch };

	keys.list = config_connection_keys(&keys.n);
	return check_weights(notes, "connection", section, &keys) &&
	       check_children(notes, section) &&
	       check_side(notes, section, "local") &&
	       check_side(notes, section, "remote");
}
