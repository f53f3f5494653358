// SPDX-License-Identifier: GPL-2.0
#include "config/config_interface.h"

#include <ctype.h>
#include <search.h>
#include <string.h>

#include "config/config_value.h"

/* As dev_valid_name() of the kernel, whose sysctls have two names more. */
static bool is_interface_name(const char *name)
{
	static const char *const taken[] = { ".", "..", "all", "default" };
	size_t len = strlen(name);

	if (!len || len >= IFNAMSIZ)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)name[i]) || strchr("/:%", name[i]))
			return false;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!strcmp(name, taken[i]))
			return false;
	return true;
}

bool config_read_interface(struct config_reader *reader,
			   const struct conf_node *node, void *name)
{
	if (!is_interface_name(node->value))
		return config_refuse(reader, node, "expected the name of an "
				     "interface, at most %d octets without "
				     "blanks, /, : and %%, not %s",
				     IFNAMSIZ - 1, node->value);
	memcpy(name, node->value, strlen(node->value) + 1);
	return true;
}

bool config_read_if_id(struct config_reader *reader,
		       const struct conf_node *node, void *if_id)
{
	if (!strncmp(node->value, "%unique", strlen("%unique")))
		return config_refuse(reader, node, "expected a number, not %s: "
				     "one is chosen for xfrm_interface",
				     node->value);
	return config_read_uint32(reader, node, if_id);
}

static void inherit_if_id(struct config_reader *reader,
			  const struct conf_node *section, const char *key,
			  struct connection_config *connection, size_t offset)
{
	const struct conf_node *node = conf_child(section, key);
	const struct conf_node *child = conf_child(section, "children")->children;
	uint32_t if_id;

	if (!node || !config_read_if_id(reader, node, &if_id))
		return;
	for (size_t i = 0; i < connection->n_children; i++, child = child->next)
		if (!conf_child(child, key))
			memcpy((char *)&connection->children[i] + offset,
			       &if_id, sizeof(if_id));
}

static void inherit_name(struct config_reader *reader,
			 const struct conf_node *section,
			 struct connection_config *connection)
{
	const struct conf_node *node = conf_child(section, "xfrm_interface");
	char name[IFNAMSIZ];

	if (!node || !config_read_interface(reader, node, name))
		return;
	for (size_t i = 0; i < connection->n_children; i++)
		if (!*connection->children[i].xfrm_interface)
			memcpy(connection->children[i].xfrm_interface, name,
			       sizeof(name));
}

/* An xfrm interface has one number for both directions. */
static bool check_if_ids(struct config_reader *reader,
			 const struct conf_node *section,
			 const struct connection_config *connection)
{
	const struct conf_node *node = conf_child(section, "children")->children;

	for (size_t i = 0; i < connection->n_children; i++, node = node->next) {
		const struct child_config *child = &connection->children[i];

		if (*child->xfrm_interface && child->if_id_in != child->if_id_out)
			return config_refuse(reader, node, "expected if_id_in "
					     "and if_id_out to be the same, or "
					     "neither, for xfrm_interface %s",
					     child->xfrm_interface);
	}
	return true;
}

bool config_inherit_interfaces(struct config_reader *reader,
			       const struct conf_node *section,
			       struct connection_config *connection)
{
	inherit_if_id(reader, section, "if_id_in", connection,
		      offsetof(struct child_config, if_id_in));
	inherit_if_id(reader, section, "if_id_out", connection,
		      offsetof(struct child_config, if_id_out));
	inherit_name(reader, section, connection);
	return check_if_ids(reader, section, connection);
}

static int compare_interfaces(const void *a, const void *b)
{
	const struct child_config *first = a, *second = b;

	return strcmp(first->xfrm_interface, second->xfrm_interface);
}

static void keep(void *child)
{
	(void)child;
}

/* The first of each interface that has a number goes into the tree. */
static bool note_numbered(const struct connection_config *connection,
			  void **tree)
{
	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];

		if (*child->xfrm_interface && child->if_id_in &&
		    !tsearch(child, tree, compare_interfaces))
			return false;
	}
	return true;
}

static void take_number(struct child_config *child, void *const *tree)
{
	const struct child_config **found;

	if (!*child->xfrm_interface || child->if_id_in)
		return;
	found = (const struct child_config **)
		tfind(child, tree, compare_interfaces);
	if (!found)
		return;
	child->if_id_in = (*found)->if_id_in;
	child->if_id_out = (*found)->if_id_out;
}

bool config_share_if_ids(struct config *config)
{
	struct connection_config *connection;
	void *numbered = NULL;
	bool ok = true;

	for (connection = config->connections; ok && connection;
	     connection = connection->next)
		ok = note_numbered(connection, &numbered);
	for (connection = config->connections; ok && connection;
	     connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			take_number(&connection->children[i], &numbered);
	tdestroy(numbered, keep);
	return ok;
}
