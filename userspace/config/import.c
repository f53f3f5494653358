// SPDX-License-Identifier: GPL-2.0
#include "config/import.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_child.h"
#include "config/config_connection.h"
#include "config/config_proposals.h"
#include "config/config_secret.h"
#include "config/import_keep.h"
#include "wire/prefix.h"
#include "wire/proposal.h"

struct import {
	FILE *out;
	struct import_notes notes;
	unsigned int connections; /* kept */
	bool ml_kem; /* all proposals of the connection at hand have it */
};

static void print_quoted(FILE *out, const char *value)
{
	static const char special[] = "\n\r\t\"\\";
	static const char names[] = "nrt\"\\";

	fputc('"', out);
	for (; *value; value++) {
		const char *found = strchr(special, *value);

		if (found)
			fputc('\\', out);
		fputc(found ? names[found - special] : *value, out);
	}
	fputc('"', out);
}

static void print_indented(const struct import *import, unsigned int depth,
			   const char *key, const char *value)
{
	for (unsigned int i = 0; i < depth; i++)
		fputc('\t', import->out);
	fprintf(import->out, "%s = ", key);
	if (*value == ' ' || strpbrk(value, "#{}\"\\\n\r\t"))
		print_quoted(import->out, value);
	else
		fputs(value, import->out);
	fputc('\n', import->out);
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
	const struct import_notes *notes = &kept->import->notes;
	size_t len = strlen(kept->list);
	struct proposal proposal;
	char error[768];

	(void)reader;
	if (!strcmp(text, "default")) {
		import_note(notes, node, "default is that of pqike%s",
			    kept->protocol == PROTOCOL_IKE ?
			    ", which has ML-KEM" : "");
	} else if (!config_parse_proposal(kept->protocol, text, &proposal, error,
					  sizeof(error))) {
		import_note(notes, node, "dropped %s: %s", text, error);
		return true;
	} else if (!proposal_has_ml_kem(&proposal)) {
		kept->ml_kem = false;
	}
	snprintf(kept->list + len, kept->size - len, "%s%s", len ? ", " : "",
		 text);
	return true;
}

/* Such as "<%unique>", for a value that is to be found by hand. */
static void print_blank(const struct import *import, unsigned int depth,
			const char *key, const char *value)
{
	char blank[IMPORT_WHY_SIZE];

	snprintf(blank, sizeof(blank), "<%s>", value ? value : "");
	print_indented(import, depth, key, blank);
}

/* Return: whether ML-KEM is in all that were kept. */
static bool import_proposals(const struct import *import,
			     const struct conf_node *node, unsigned int depth,
			     uint8_t protocol)
{
	char list[4096] = "", error[2 * IMPORT_WHY_SIZE];
	struct config_reader reader = { .error = error,
					.error_size = sizeof(error) };
	struct kept kept = { import, protocol, true, list, sizeof(list) };

	if (!config_read_list(&reader, node, keep_proposal, &kept))
		import_note(&import->notes, node, "left to be filled in: %s",
			    import_reason(error, node));
	else if (!*list)
		import_note(&import->notes, node, "left to be filled in: none "
			    "of it is supported");
	if (*list)
		print_indented(import, depth, node->name, list);
	else
		print_blank(import, depth, node->name, node->value);
	return kept.ml_kem;
}

static void import_value(const struct import *import,
			 const struct conf_node *node,
			 const struct import_keys *keys, unsigned int depth)
{
	char why[IMPORT_WHY_SIZE];

	if (import_keeps_key(keys, node, why, sizeof(why))) {
		print_indented(import, depth, node->name, node->value);
	} else if (import_loss(node->name) == LOSS_FILLED_IN) {
		print_blank(import, depth, node->name, node->value);
		import_note(&import->notes, node, "left to be filled in: %s",
			    why);
	} else {
		import_note(&import->notes, node, "dropped: %s", why);
	}
}

/* A list of selectors that is being written anew. */
struct networks {
	const struct import *import;
	FILE *list;
	bool some;
};

/* swanctl.conf takes a host's address with a prefix length for its network. */
static bool add_network(struct config_reader *reader,
			const struct conf_node *node, const char *item,
			void *target)
{
	struct networks *networks = target;
	char error[128], text[PREFIX_TEXT_SIZE];
	struct prefix prefix;
	bool masked = false;

	(void)reader;
	if (prefix_parse_masked(item, &prefix, &masked, error, sizeof(error)) &&
	    masked) {
		prefix_print(&prefix, text, sizeof(text));
		import_note(&networks->import->notes, node, "%s: taken for the "
			    "network %s", item, text);
	}
	fprintf(networks->list, "%s%s", networks->some ? ", " : "",
		masked ? text : item);
	networks->some = true;
	return true;
}

static void import_selectors(const struct import *import,
			     const struct conf_node *node,
			     const struct import_keys *keys)
{
	struct networks networks = { .import = import };
	struct conf_node written = *node;
	char *list = NULL, error[2 * IMPORT_WHY_SIZE];
	struct config_reader reader = { .error = error,
					.error_size = sizeof(error) };
	size_t size;
	bool ok;

	networks.list = open_memstream(&list, &size);
	ok = networks.list &&
	     config_read_list(&reader, node, add_network, &networks);
	if (networks.list && fclose(networks.list) == 0 && ok)
		written.value = list;
	import_value(import, &written, keys, 4);
	free(list);
}

/* Without policies what is to be protected is routed into an xfrm interface. */
static void import_routed(const struct import *import,
			  const struct conf_node *section)
{
	const struct conf_node *policies = conf_child(section, "policies");

	if (!policies || conf_child(section, "xfrm_interface"))
		return;
	print_blank(import, 4, "xfrm_interface", "an interface, such as ipsec0");
	import_note(&import->notes, policies, "left to be filled in: the name "
		    "of an xfrm interface in place of policies = no; it is made "
		    "if it is not there");
}

static void import_child(const struct import *import,
			 const struct conf_node *section)
{
	struct child_config scratch = { .reqid = 0 };
	struct import_keys keys = { .scratch = &scratch };

	keys.list = config_child_keys(&keys.n);
	open_section(import, 3, section->name);
	for (const struct conf_node *node = section->children; node;
	     node = node->next) {
		if (node->value && !strcmp(node->name, "esp_proposals"))
			import_proposals(import, node, 4, PROTOCOL_ESP);
		else if (node->value && (!strcmp(node->name, "local_ts") ||
					 !strcmp(node->name, "remote_ts")))
			import_selectors(import, node, &keys);
		else if (import_without_policies(node))
			import_routed(import, section);
		else
			import_value(import, node, &keys, 4);
	}
	if (!conf_child(section, "esp_proposals"))
		import_note(&import->notes, section, "the default "
			    "esp_proposals of pqike are taken");
	close_section(import, 3);
	free(scratch.esp_proposals);
}

static void import_children(const struct import *import,
			    const struct conf_node *section)
{
	open_section(import, 2, "children");
	for (const struct conf_node *node = section->children; node;
	     node = node->next)
		if (import_keeps_child(NULL, node))
			import_child(import, node);
	close_section(import, 2);
}

/* Without one a peer may be anybody who has the key: that is not taken over. */
static void write_identity(const struct import *import,
			   const struct conf_node *section,
			   const struct conf_node *side, const char *name)
{
	const struct conf_node *id = conf_child(side, "id");
	const char *address = import_address(section, name);
	struct identity identity;
	char error[128];

	if (id && id->value &&
	    identity_parse(id->value, &identity, error, sizeof(error))) {
		print_indented(import, 3, "id", id->value);
	} else if (id && id->value) {
		print_blank(import, 3, "id", id->value);
		import_note(&import->notes, id, "left to be filled in: %s",
			    error);
	} else if (address && !strcmp(name, "local")) {
		print_indented(import, 3, "id", address);
	} else {
		print_blank(import, 3, "id", address ? address : "%any");
		import_note(&import->notes, side, "left to be filled in: id is "
			    "missing, and so any%s%s", address ? "; perhaps " :
			    "", address ? address : "");
	}
}

static void write_side(const struct import *import,
		       const struct conf_node *section, const char *name)
{
	const struct conf_node *side = import_side(section, name), *node;

	open_section(import, 2, name);
	print_indented(import, 3, "auth", "psk");
	write_identity(import, section, side, name);
	close_section(import, 2);
	for (node = side->children; node; node = node->next)
		if (strcmp(node->name, "auth") != 0 &&
		    strcmp(node->name, "id") != 0)
			import_note(&import->notes, node, "dropped: "
				    "authentication is by psk");
}

static void import_keys(struct import *import, const struct conf_node *section)
{
	struct connection_config scratch = { .local_port = 0 };
	struct import_keys keys = { .scratch = &scratch };

	keys.list = config_connection_keys(&keys.n);
	for (const struct conf_node *node = section->children; node;
	     node = node->next) {
		if (import_is_side(node, "local") ||
		    import_is_side(node, "remote") ||
		    import_is_default(node) ||
		    (!node->value && !strcmp(node->name, "children")))
			continue;
		if (node->value && !strcmp(node->name, "proposals"))
			import->ml_kem = import_proposals(import, node, 2,
							  PROTOCOL_IKE);
		else
			import_value(import, node, &keys, 2);
	}
	free(scratch.remote_names);
	free(scratch.proposals);
}

static void import_connection(struct import *import,
			      const struct conf_node *section)
{
	if (section->value) {
		import_note(&import->notes, section, "dropped: it is no "
			    "section");
		return;
	}
	if (!import_keeps_connection(&import->notes, section))
		return;
	import->connections++;
	import->ml_kem = true;
	open_section(import, 1, section->name);
	import_keys(import, section);
	if (!conf_child(section, "proposals"))
		import_note(&import->notes, section, "the default proposals of "
			    "pqike are taken, which have ML-KEM");
	if (!import->ml_kem) {
		print_indented(import, 2, "require_pq", "no");
		import_note(&import->notes, section, "a proposal has no "
			    "ML-KEM: require_pq = no is set; add ke1_mlkem768 "
			    "to each and remove it");
	}
	write_side(import, section, "local");
	write_side(import, section, "remote");
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
	struct import_keys keys = { .scratch = &scratch };
	char path[512];

	snprintf(path, sizeof(path), "/etc/pqike/%s.psk", section->name);
	keys.list = config_secret_keys(&keys.n);
	open_section(import, 1, section->name);
	print_indented(import, 2, "file", path);
	for (const struct conf_node *node = section->children; node;
	     node = node->next)
		if (strcmp(node->name, "secret") != 0)
			import_value(import, node, &keys, 2);
	close_section(import, 1);
	import_note(&import->notes, section, "put the secret into %s, mode 0600",
		    path);
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
			import_note(&import->notes, node, "dropped: "
				    "authentication is by psk");
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
		else if (!node->referred_to)
			import_note(&import->notes, node, "dropped: %s",
				    import_looks_like_connection(node) ?
				    "expected it inside of connections { }" :
				    "pqike has nothing like it");
	}
	return import->connections;
}

static bool out_of_memory(char *error, size_t error_size, const char *path)
{
	snprintf(error, error_size, "%s: out of memory", path);
	return false;
}

bool import_file(const char *path, FILE *out,
		 void (*note_line)(const char *line, void *arg), void *arg,
		 char *error, size_t error_size)
{
	struct import import = { .notes = { note_line, arg } };
	struct conf_node *root;
	char *text = NULL;
	size_t size;
	bool kept;

	root = conf_tree_read_swanctl(path, note_line, arg, error, error_size);
	if (!root)
		return false;
	import.out = open_memstream(&text, &size);
	kept = import.out && import_tree(&import, root);
	if (!import.out || fclose(import.out))
		kept = out_of_memory(error, error_size, path);
	else if (!kept)
		snprintf(error, error_size, "%s: no connection of it can be "
			 "kept", path);
	else
		fwrite(text, 1, size, out); /* the caller sees ferror() */
	conf_tree_free(root);
	free(text);
	return kept;
}
