// SPDX-License-Identifier: GPL-2.0
/*
 * Inheritance of sections, as strongswan.conf(5) describes it under
 * "Referencing other sections".
 */
#include "config/conf_reference.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sections that refer to sections that refer to ... */
#define CHAIN_MAX 16

/* Few lines that refer to each other can stand for very many keys. */
#define COPIES_MAX 1000000

struct resolver {
	struct conf_node *root;
	unsigned int chain; /* how many references are being followed */
	unsigned int copies; /* nodes made so far */
	char *error;
	size_t error_size;
};

__attribute__((format(printf, 3, 4)))
static bool refuse(struct resolver *resolver, const struct conf_node *node,
		   const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(resolver->error, resolver->error_size, "%s:%u: %s: %s",
		 node->file, node->line, node->path, what);
	return false;
}

static unsigned int depth_of(const struct conf_node *node)
{
	unsigned int depth = 0;

	for (; node->parent; node = node->parent)
		depth++;
	return depth;
}

static bool inherit(struct resolver *resolver, struct conf_node *into,
		    const struct conf_node *from);

/* Add a copy of @from, with what is in it, to @into. */
static bool copy(struct resolver *resolver, struct conf_node *into,
		 const struct conf_node *from)
{
	struct conf_node *node;

	if (++resolver->copies > COPIES_MAX)
		return refuse(resolver, into, "expected sections that refer to "
			      "each other to stand for fewer keys");
	if (!from->value && depth_of(into) + 1 > CONF_DEPTH_MAX)
		return refuse(resolver, into, "with what it inherits, sections "
			      "stand deeper than %d levels", CONF_DEPTH_MAX);
	node = conf_node_new(into, from->name, strlen(from->name));
	if (!node)
		return refuse(resolver, into, "out of memory");
	node->file = from->file;
	node->line = from->line;
	node->resolution = RESOLVED;
	if (!conf_node_append(into, node)) {
		conf_node_free(node);
		return refuse(resolver, into, "out of memory");
	}
	if (!from->value)
		return inherit(resolver, node, from);
	node->value = strdup(from->value);
	return node->value || refuse(resolver, into, "out of memory");
}

/* What @into has itself goes before what @from has. */
static bool inherit(struct resolver *resolver, struct conf_node *into,
		    const struct conf_node *from)
{
	const struct conf_node *node;

	for (node = from->children; node; node = node->next) {
		struct conf_node *own =
			(struct conf_node *)conf_child(into, node->name);
		bool ok = true;

		if (!own)
			ok = copy(resolver, into, node);
		else if (!own->value != !node->value)
			ok = refuse(resolver, own, "expected a %s, as at %s:%u "
				    "whence it is inherited", node->value ?
				    "value" : "section", node->file, node->line);
		else if (!own->value)
			ok = inherit(resolver, own, node);
		else if (!*own->value)
			own->takes_away = true;
		if (!ok)
			return false;
	}
	return true;
}

static bool resolve(struct resolver *resolver, struct conf_node *section);

/* The child of a name of @len octets; NULL without one, or without memory. */
static struct conf_node *find_child(const struct conf_node *section,
				    const char *name, size_t len)
{
	char *copy = strndup(name, len);
	const struct conf_node *child;

	if (!copy)
		return NULL;
	child = conf_child(section, copy);
	free(copy);
	return (struct conf_node *)child;
}

/*
 * The section of an absolute name, "connections.home", complete with what it
 * inherits.  Those that are being resolved hold the one that refers to it.
 *
 * Return: NULL after it has said what is wrong.
 */
static struct conf_node *find(struct resolver *resolver,
			      const struct conf_node *referrer,
			      const char *name, size_t name_len)
{
	struct conf_node *node = resolver->root;
	size_t at = 0;

	while (node && at < name_len) {
		size_t len = strcspn(name + at, ".,");

		if (node->references && node->resolution != RESOLVING &&
		    !resolve(resolver, node))
			return NULL;
		node = find_child(node, name + at, len);
		at += len + 1;
	}
	if (!node || node->value) {
		refuse(resolver, referrer, "refers to %.*s: expected the name "
		       "of a section, from the top of the file", (int)name_len,
		       name);
		return NULL;
	}
	if (node->resolution == RESOLVING) {
		refuse(resolver, referrer, "refers to %s: expected a section "
		       "that neither holds it nor inherits from it", node->path);
		return NULL;
	}
	return resolve(resolver, node) ? node : NULL;
}

static void note_use(struct conf_node *section)
{
	while (section->parent->parent)
		section = section->parent;
	section->referred_to = true;
}

static bool follow_references(struct resolver *resolver,
			      struct conf_node *section)
{
	const char *name = section->references;

	while (*name) {
		size_t len = strcspn(name, ",");
		struct conf_node *from = find(resolver, section, name, len);

		if (!from || !inherit(resolver, section, from))
			return false;
		note_use(from);
		name += len + (name[len] == ',');
	}
	conf_node_drop_what_takes_away(section);
	return true;
}

static bool resolve_within(struct resolver *resolver,
			   struct conf_node *section)
{
	struct conf_node *node;

	for (node = section->children; node; node = node->next)
		if (!node->value && !resolve(resolver, node))
			return false;
	return !section->references || follow_references(resolver, section);
}

/* Children first: what they refer to goes before what they inherit here. */
static bool resolve(struct resolver *resolver, struct conf_node *section)
{
	bool ok;

	if (section->resolution == RESOLVED)
		return true;
	if (section->references && ++resolver->chain > CHAIN_MAX)
		return refuse(resolver, section, "expected at most %d sections "
			      "that refer to one another in turn", CHAIN_MAX);
	section->resolution = RESOLVING;
	ok = resolve_within(resolver, section);
	section->resolution = RESOLVED;
	resolver->chain -= section->references ? 1 : 0;
	return ok;
}

static void mark_without_value(struct conf_node *section)
{
	struct conf_node *node;

	for (node = section->children; node; node = node->next) {
		node->takes_away = node->value && !*node->value;
		mark_without_value(node); /* at most CONF_DEPTH_MAX deep */
	}
}

/* Each takes something away. */
static bool check_values(struct resolver *resolver,
			 const struct conf_node *section)
{
	const struct conf_node *node;

	for (node = section->children; node; node = node->next)
		if (node->value ? !*node->value &&
				  !refuse(resolver, node, "expected a value "
					  "after =") :
				  !check_values(resolver, node))
			return false;
	return true;
}

bool conf_references_resolve(struct conf_node *root, bool may_be_empty,
			     char *error, size_t error_size)
{
	struct resolver resolver = {
		.root = root, .error = error, .error_size = error_size,
	};

	if (!resolve(&resolver, root))
		return false;
	if (!may_be_empty)
		return check_values(&resolver, root);
	mark_without_value(root);
	conf_node_drop_what_takes_away(root);
	return true;
}
