// SPDX-License-Identifier: GPL-2.0
/* Reading of sections by tables of keys. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "config/config_reader.h"
#include "config/foreign_key.h"

bool config_refuse(struct config_reader *reader, const struct conf_node *node,
		   const char *format, ...)
{
	char what[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(reader->error, reader->error_size, "%s:%u: %s%s%s",
		 node->file, node->line, node->path, *node->path ? ": " : "",
		 what);
	return false;
}

void config_warn(const struct config_reader *reader,
		 const struct conf_node *node, const char *format, ...)
{
	char line[CONFIG_WARNING_MAX];
	va_list args;
	size_t len;

	if (!reader->note)
		return;
	len = (size_t)snprintf(line, sizeof(line), "%s:%u: %s: ", node->file,
			       node->line, node->path);
	va_start(args, format);
	if (len < sizeof(line))
		vsnprintf(line + len, sizeof(line) - len, format, args);
	va_end(args);
	reader->note(line, reader->arg);
}

bool config_key_matches(const struct config_key *key, const char *name)
{
	size_t len = strlen(key->name);

	if (key->name[len - 1] == '*')
		return !strncmp(key->name, name, len - 1);
	return !strcmp(key->name, name);
}

/* More are not for one line. */
#define KEYS_NAMED_MAX 8

static bool refuse_unknown(struct config_reader *reader,
			   const struct conf_node *node,
			   const struct config_key *keys, size_t n_keys)
{
	const char *kind = node->value ? "key" : "section";
	const char *other = foreign_key(node->name);
	struct nearest nearest = { 0 };
	char known[768] = "";
	size_t at = 0, n = 0;

	for (size_t i = 0; i < n_keys && at < sizeof(known); i++) {
		if (!keys[i].read)
			continue;
		nearest_try(&nearest, node->name, keys[i].name);
		if (other && !strcmp(other, keys[i].name))
			nearest = (struct nearest){ .word = other };
		if (n++ < KEYS_NAMED_MAX)
			at += (size_t)snprintf(known + at, sizeof(known) - at,
					       "%s%s", n > 1 ? ", " : "",
					       keys[i].name);
	}
	if (nearest.word)
		return config_refuse(reader, node, "unknown %s: expected "
				     "perhaps %s", kind, nearest.word);
	if (n > KEYS_NAMED_MAX)
		return config_refuse(reader, node, "unknown %s: expected one "
				     "that pqike.conf(5) lists", kind);
	return config_refuse(reader, node, "unknown %s: expected %s%s", kind,
			     n > 1 ? "one of " : "", known);
}

/* Values that `pqike config template` leaves to be filled in. */
static bool is_blank(const char *value)
{
	const char *open = strchr(value, '<');

	return open && strchr(open, '>');
}

static bool add_why_not(struct config_reader *reader,
			const struct config_key *key)
{
	size_t len = strlen(reader->error);

	if (key->why_not)
		snprintf(reader->error + len, reader->error_size - len, ": %s",
			 key->why_not);
	return false;
}

bool config_read_key(struct config_reader *reader, const struct conf_node *node,
		     const struct config_key *key, void *target)
{
	if (!key->read)
		return config_refuse(reader, node, "not supported: %s",
				     key->why_not);
	if (key->kind == KEY_SECTION && node->value)
		return config_refuse(reader, node, "expected a section in "
				     "braces, not a value");
	if (key->kind == KEY_VALUE && !node->value)
		return config_refuse(reader, node, "expected a value, not a "
				     "section");
	if (node->value && is_blank(node->value))
		return config_refuse(reader, node, "expected the blank %s to "
				     "be filled in", node->value);
	return key->read(reader, node, (char *)target + key->offset) ||
	       add_why_not(reader, key);
}

bool config_read_section(struct config_reader *reader,
			 const struct conf_node *section,
			 const struct config_key *keys, size_t n_keys,
			 void *target)
{
	const struct conf_node *node;

	for (node = section->children; node; node = node->next) {
		size_t i = 0;

		while (i < n_keys && !config_key_matches(&keys[i], node->name))
			i++;
		if (i == n_keys && node->referred_to)
			continue;
		if (i == n_keys)
			return refuse_unknown(reader, node, keys, n_keys);
		if (!config_read_key(reader, node, &keys[i], target))
			return false;
	}
	return true;
}

bool config_require(struct config_reader *reader,
		    const struct conf_node *section, const char *key,
		    const char *expected)
{
	if (conf_child(section, key))
		return true;
	return config_refuse(reader, section, "%s is missing: expected %s", key,
			     expected);
}

bool config_read_number(struct config_reader *reader,
			const struct conf_node *node, unsigned long min,
			unsigned long max, unsigned long *number)
{
	size_t digits = strspn(node->value, "0123456789");

	if (digits && !node->value[digits]) {
		errno = 0;
		*number = strtoul(node->value, NULL, 10);
		if (!errno && *number >= min && *number <= max)
			return true;
	}
	return config_refuse(reader, node, "expected a number from %lu to %lu, "
			     "not %s", min, max, node->value);
}

bool config_read_list(struct config_reader *reader, const struct conf_node *node,
		      bool (*add)(struct config_reader *reader,
				  const struct conf_node *node,
				  const char *item, void *target),
		      void *target)
{
	char *copy = strdup(node->value), *rest = copy, *item;
	bool ok = true;

	if (!copy)
		return config_refuse(reader, node, "out of memory");
	while (ok && (item = strsep(&rest, ","))) {
		size_t len;

		item += strspn(item, " \t\r\n");
		len = strlen(item);
		while (len && strchr(" \t\r\n", item[len - 1]))
			item[--len] = '\0';
		if (!len)
			ok = config_refuse(reader, node, "expected a word "
					   "between the commas");
		else
			ok = add(reader, node, item, target);
	}
	free(copy);
	return ok;
}
