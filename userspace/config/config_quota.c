// SPDX-License-Identifier: GPL-2.0
#include "config/config_quota.h"

#include <stdio.h>

/* None at all is no use, and 0 would be taken for no limit. */
static bool read_number(struct config_reader *reader,
			const struct conf_node *node, void *target)
{
	unsigned long number;

	if (!config_read_number(reader, node, 1, UINT32_MAX, &number))
		return false;
	*(uint32_t *)target = (uint32_t)number;
	return true;
}

static const struct config_key quota_keys[] = {
	{ "ike_sas", KEY_VALUE, read_number, offsetof(struct quota, ike_sas),
	  NULL },
	{ "half_open", KEY_VALUE, read_number, offsetof(struct quota, half_open),
	  NULL },
	{ "child_sas", KEY_VALUE, read_number, offsetof(struct quota, child_sas),
	  NULL },
	{ "connections", KEY_VALUE, read_number,
	  offsetof(struct quota, connections), NULL },
	{ "traps", KEY_VALUE, read_number, offsetof(struct quota, traps), NULL },
	{ "policies", KEY_VALUE, read_number, offsetof(struct quota, policies),
	  NULL },
};

bool config_read_quota(struct config_reader *reader,
		       const struct conf_node *node, struct config *config)
{
	if (asprintf(&config->quota_place, "%s:%u: %s", node->file, node->line,
		     node->path) < 0) {
		config->quota_place = NULL;
		return config_refuse(reader, node, "out of memory");
	}
	return config_read_section(reader, node, quota_keys,
				   sizeof(quota_keys) / sizeof(quota_keys[0]),
				   &config->quota);
}

bool config_check_quota(struct config_reader *reader,
			const struct conf_node *root,
			const struct config *config)
{
	const struct connection_config *connection = config->connections;
	size_t n = 0;

	for (; connection; connection = connection->next)
		n++;
	if (!config->quota.connections || n <= config->quota.connections)
		return true;
	return config_refuse(reader,
			     conf_child(conf_child(root, "quota"), "connections"),
			     "expected at least %zu, as many as there are", n);
}
