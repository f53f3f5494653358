// SPDX-License-Identifier: GPL-2.0
/*
 * A key is kept when the reader of our own configuration takes it with its
 * value; its refusal is the reason why it is dropped.
 */
#include "import.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config_child.h"
#include "config_connection.h"
#include "config_secret.h"
#include "proposal.h"

#define LINE_MAX_SIZE 1536

struct import {
	FILE *out;
	void (*note)(const char *line, void *arg);
	void *arg;
	unsigned int connections; /* kept */
	bool ml_kem; /* all proposals of the connection at hand have it */
};

__attribute__((format(printf, 3, 4)))
static void note(const struct import *import, const struct conf_node *node,
		 const char *format, ...)
{
	char what[LINE_MAX_SIZE / 2], line[LINE_MAX_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(line, sizeof(line), "%s:%u: %s: %s", node->file, node->line,
		 node->path, what);
	import->note(line, import->arg);
}

static void print_indented(const struct import *import, unsigned int depth,
			   const char *key, const char *value)
{
	bool quote = *value == ' ' || strpbrk(value, "#{}\"\\");

	for (unsigned int i = 0; i < depth; i++)
		fputc('\t', import->out);
	fprintf(import->out, "%s = %s", key, quote ? "\"" : "");
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', import->out);
		fputc(*value, import->out);
	}
	fputs(quote ? "\"\n" : "\n", import->out);
}

static void open_section(const struct import *import, unsigned int depth,
			 const char *name)
{
	for (unsigned int i = 0; i < depth; i++)
		fputc('\t', import->out);
	fprintf(import->out, "%s {\n", name);
}

static void close_section(const struct import *import, unsigned int depth)
{
	for (unsigned int i = 0; i < depth; i++)
		fputc('\t', import->out);
	fputs("}\n", import->out);
}

/* What stands after "FILE:LINE: PATH: ". */
static const char *reason(const char *error, const struct conf_node *node)
{
	const char *path = strstr(error, node->path);

	if (!path)
		return error;
	path += strlen(node->path);
	return path + strspn(path, ": ");
}

static const struct config_key *find_key(const struct config_key *keys,
					 size_t n_keys, const char *name)
{
	for (size_t i = 0; i < n_keys; i++)
		if (config_key_matches(&keys[i], name))
			return &keys[i];
	return NULL;
}

/* What is added to a list of proposals that are kept. */
struct kept {
	const struct import *import;
	uint8_t protocol;
	bool ml_kem;
	char *list;
	size_t size;
};

static bool keep_proposal(struct config_reader *reader,
			  const struct conf_node *node, const char *text,
			  void *target)
{
	struct kept *kept = target;
	size_t len = strlen(kept->list);
	struct proposal proposal;
	char error[768];

	(void)reader;
	if (!strcmp(text, "default")) {
		note(kept->import, node, "default is that of pqike%s",
		     kept->protocol == PROTOCOL_IKE ? ", which has ML-KEM" :
						      "");
	} else if (!proposal_parse(kept->protocol, text, &proposal, error,
				   sizeof(error))) {
		note(kept->import, node, "dropped %s: %s", text, error);
		return true;
	} else if (!proposal_has_ml_kem(&proposal)) {
		kept->ml_kem = false;
	}
	snprintf(kept->list + len, kept->size - len, "%s%s", len ? ", " : "",
		 text);
	return true;
}

/* Return: whether ML-KEM is in all that were kept. */
static bool import_proposals(const struct import *import,
			     const struct conf_node *node, unsigned int depth,
			     uint8_t protocol)
{
	char list[4096] = "", error[LINE_MAX_SIZE];
	struct config_reader reader = { error, sizeof(error) };
	struct kept kept = { import, protocol, true, list, sizeof(list) };

	if (!config_read_list(&reader, node, keep_proposal, &kept))
		note(import, node, "dropped: %s", reason(error, node));
	else if (*list)
		print_indented(import, depth, node->name, list);
	else
		note(import, node, "none is left: the default is taken");
	return kept.ml_kem;
}

static void import_value(const struct import *import,
			 const struct conf_node *node,
			 const struct config_key *keys, size_t n_keys,
			 void *scratch, unsigned int depth)
{
	const struct config_key *key = find_key(keys, n_keys, node->name);
	char error[LINE_MAX_SIZE] = "it is not known";
	struct config_reader reader = { error, sizeof(error) };

	if (!key)
		note(import, node, "dropped: pqike has no such key");
	else if (!key->read)
		note(import, node, "dropped: not supported: %s", key->why_not);
	else if (key->kind != KEY_VALUE || !node->value)
		note(import, node, "dropped: it is no value here");
	else if (!key->read(&reader, node, (char *)scratch + key->offset))
		note(import, node, "dropped: %s", reason(error, node));
	else
		print_indented(import, depth, node->name, node->value);
}

static void import_child(const struct import *import,
			 const struct conf_node *section)
{
	struct child_config scratch = { .reqid = 0 };
	const struct config_key *keys;
	size_t n_keys;

	keys = config_child_keys(&n_keys);
	open_section(import, 3, section->name);
	for (const struct conf_node *node = section->children; node;
	     node = node->next) {
		if (node->value && !strcmp(node->name, "esp_proposals"))
			import_proposals(import, node, 4, PROTOCOL_ESP);
		else
			import_value(import, node, keys, n_keys, &scratch, 4);
	}
	close_section(import, 3);
	free(scratch.esp_proposals);
}

static void import_children(const struct import *import,
			    const struct conf_node *section)
{
	open_section(import, 2, "children");
	for (const struct conf_node *node = section->children; node;
	     node = node->next) {
		if (node->value)
			note(import, node, "dropped: it is no section");
		else
			import_child(import, node);
	}
	close_section(import, 2);
}

/* swanctl.conf lets a side be called local, local-1 and the like. */
static const struct conf_node *find_side(const struct conf_node *section,
					 const char *name, unsigned int *n)
{
	const struct conf_node *found = NULL;

	*n = 0;
	for (const struct conf_node *node = section->children; node;
	     node = node->next) {
		if (node->value || strncmp(node->name, name, strlen(name)) != 0)
			continue;
		found = node;
		++*n;
	}
	return found;
}

static bool is_side(const char *name)
{
	return !strncmp(name, "local", strlen("local")) ||
	       !strncmp(name, "remote", strlen("remote"));
}

/* The address of a side is its identity where it has no other. */
static const char *default_id(const struct conf_node *section, const char *side)
{
	const struct conf_node *addresses =
		conf_child(section, !strcmp(side, "local") ? "local_addrs" :
							     "remote_addrs");

	if (!addresses || !addresses->value || strpbrk(addresses->value, ",%/"))
		return NULL;
	return addresses->value;
}

static const char *side_id(const struct conf_node *section,
			   const struct conf_node *side, const char *name)
{
	const struct conf_node *id = conf_child(side, "id");

	return id && id->value ? id->value : default_id(section, name);
}

/* Return: NULL, or why the connection cannot be kept. */
static const char *check_side(const struct conf_node *section, const char *name)
{
	const struct conf_node *side, *auth;
	struct identity identity;
	char error[128];
	const char *id;
	unsigned int n;

	side = find_side(section, name, &n);
	if (n != 1)
		return "it has not one section local and one section remote";
	auth = conf_child(side, "auth");
	if (!auth || !auth->value || strcmp(auth->value, "psk") != 0)
		return "authentication is not by psk on both sides";
	id = side_id(section, side, name);
	if (!id)
		return "a side has neither an id nor one address";
	if (!identity_parse(id, &identity, error, sizeof(error)))
		return "an id is of a kind that is not supported";
	return NULL;
}

static const char *check_connection(const struct conf_node *section)
{
	const struct conf_node *version = conf_child(section, "version");
	const struct conf_node *children = conf_child(section, "children");
	const char *why;

	if (version && version->value && !strcmp(version->value, "1"))
		return "it is of IKEv1";
	if (!children || !children->children)
		return "it has no children";
	why = check_side(section, "local");
	return why ? why : check_side(section, "remote");
}

static void import_side(const struct import *import,
			const struct conf_node *section, const char *name)
{
	const struct conf_node *side, *node;
	unsigned int n;

	side = find_side(section, name, &n);
	open_section(import, 2, name);
	print_indented(import, 3, "auth", "psk");
	print_indented(import, 3, "id", side_id(section, side, name));
	close_section(import, 2);
	for (node = side->children; node; node = node->next)
		if (strcmp(node->name, "auth") != 0 &&
		    strcmp(node->name, "id") != 0)
			note(import, node, "dropped: authentication is by psk");
}

static bool is_default_version(const struct conf_node *node)
{
	return !strcmp(node->name, "version") && node->value &&
	       !strcmp(node->value, "0");
}

static void import_keys(struct import *import, const struct conf_node *section)
{
	struct connection_config scratch = { .local_port = 0 };
	const struct config_key *keys;
	size_t n_keys;

	keys = config_connection_keys(&n_keys);
	for (const struct conf_node *node = section->children; node;
	     node = node->next) {
		if (!node->value && (is_side(node->name) ||
				     !strcmp(node->name, "children")))
			continue;
		if (is_default_version(node))
			continue;
		if (node->value && !strcmp(node->name, "proposals"))
			import->ml_kem = import_proposals(import, node, 2,
							  PROTOCOL_IKE);
		else
			import_value(import, node, keys, n_keys, &scratch, 2);
	}
	free(scratch.proposals);
}

static void import_connection(struct import *import,
			      const struct conf_node *section)
{
	const char *why = section->value ? "it is no section" :
			  check_connection(section);

	if (why) {
		note(import, section, "dropped: %s", why);
		return;
	}
	import->connections++;
	import->ml_kem = true;
	open_section(import, 1, section->name);
	import_keys(import, section);
	if (!conf_child(section, "proposals"))
		note(import, section, "the default proposals of pqike are "
		     "taken, which have ML-KEM");
	if (!import->ml_kem) {
		print_indented(import, 2, "require_pq", "no");
		note(import, section, "a proposal has no ML-KEM: require_pq = "
		     "no is set; add ke1_mlkem768 to each and remove it");
	}
	import_side(import, section, "local");
	import_side(import, section, "remote");
	import_children(import, conf_child(section, "children"));
	close_section(import, 1);
}

static void import_connections(struct import *import,
			       const struct conf_node *section)
{
	open_section(import, 0, "connections");
	for (const struct conf_node *node = section->children; node;
	     node = node->next)
		import_connection(import, node);
	close_section(import, 0);
}

static void import_secret(const struct import *import,
			  const struct conf_node *section)
{
	struct secret_config secret = { .file = NULL };
	struct secret_section scratch = { .secret = &secret };
	char path[512];
	const struct config_key *keys;
	size_t n_keys;

	snprintf(path, sizeof(path), "/etc/pqike/%s.psk", section->name);
	keys = config_secret_keys(&n_keys);
	open_section(import, 1, section->name);
	print_indented(import, 2, "file", path);
	for (const struct conf_node *node = section->children; node;
	     node = node->next)
		if (strcmp(node->name, "secret") != 0)
			import_value(import, node, keys, n_keys, &scratch, 2);
	close_section(import, 1);
	note(import, section, "put the secret into %s, mode 0600", path);
	free(scratch.ids);
	free(secret.file);
}

static void import_secrets(const struct import *import,
			   const struct conf_node *section)
{
	open_section(import, 0, "secrets");
	for (const struct conf_node *node = section->children; node;
	     node = node->next) {
		if (!node->value && (!strncmp(node->name, "ike", 3) ||
				     !strncmp(node->name, "ppk", 3)))
			import_secret(import, node);
		else
			note(import, node, "dropped: authentication is by psk");
	}
	close_section(import, 0);
}

static bool import_tree(struct import *import, const struct conf_node *root)
{
	fputs("# Made of a swanctl.conf by pqike config import.\n", import->out);
	for (const struct conf_node *node = root->children; node;
	     node = node->next) {
		if (!node->value && !strcmp(node->name, "connections"))
			import_connections(import, node);
		else if (!node->value && !strcmp(node->name, "secrets"))
			import_secrets(import, node);
		else
			note(import, node, "dropped: pqike has nothing like it");
	}
	return import->connections;
}

bool import_file(const char *path, FILE *out,
		 void (*note_line)(const char *line, void *arg), void *arg,
		 char *error, size_t error_size)
{
	struct import import = { .out = out, .note = note_line, .arg = arg };
	struct conf_node *root = conf_tree_read(path, error, error_size);
	bool kept;

	if (!root)
		return false;
	kept = import_tree(&import, root);
	if (!kept)
		snprintf(error, error_size, "%s: no connection of it can be "
			 "kept", path);
	conf_tree_free(root);
	return kept;
}
