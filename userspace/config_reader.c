// SPDX-License-Identifier: GPL-2.0
/* Reading of sections by tables of keys. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_reader.h"

bool config_refuse(struct config_reader *reader, const struct conf_node *node,
		   const char *format, ...)
{
	char what[384];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(reader->error, reader->error_size, "%s:%u: %s%s%s",
		 reader->file, node->line, node->path, *node->path ? ": " : "",
		 what);
	return false;
}

static bool key_matches(const struct config_key *key, const char *name)
{
	size_t len = strlen(key->name);

	if (key->name[len - 1] == '*')
		return !strncmp(key->name, name, len - 1);
	return !strcmp(key->name, name);
}

static bool refuse_unknown(struct config_reader *reader,
			   const struct conf_node *node,
			   const struct config_key *keys, size_t n_keys)
{
	char known[256] = "";
	size_t at = 0;

	for (size_t i = 0; i < n_keys && at < sizeof(known); i++)
		at += (size_t)snprintf(known + at, sizeof(known) - at, "%s%s",
				       i ? ", " : "", keys[i].name);
	return config_refuse(reader, node, "unknown %s: expected %s%s",
			     node->value ? "key" : "section",
			     n_keys > 1 ? "one of " : "", known);
}

static bool read_key(struct config_reader *reader, const struct conf_node *node,
		     const struct config_key *key, void *target)
{
	if (key->kind == KEY_SECTION && node->value)
		return config_refuse(reader, node, "expected a section in "
				     "braces, not a value");
	if (key->kind == KEY_VALUE && !node->value)
		return config_refuse(reader, node, "expected a value, not a "
				     "section");
	return key->read(reader, node, target);
}

bool config_read_section(struct config_reader *reader,
			 const struct conf_node *section,
			 const struct config_key *keys, size_t n_keys,
			 void *target)
{
	const struct conf_node *node;

	for (node = section->children; node; node = node->next) {
		size_t i = 0;

		while (i < n_keys && !key_matches(&keys[i], node->name))
			i++;
		if (i == n_keys)
			return refuse_unknown(reader, node, keys, n_keys);
		if (!read_key(reader, node, &keys[i], target))
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

bool config_read_boolean(struct config_reader *reader,
			 const struct conf_node *node, bool *value)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = {
		{ "yes", true }, { "true", true }, { "enabled", true },
		{ "1", true }, { "no", false }, { "false", false },
		{ "disabled", false }, { "0", false },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(node->value, words[i].text)) {
			*value = words[i].value;
			return true;
		}
	}
	return config_refuse(reader, node, "expected yes or no, not %s",
			     node->value);
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
