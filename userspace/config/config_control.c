// SPDX-License-Identifier: GPL-2.0
#include "config/config_control.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>

static bool read_mode(struct config_reader *reader,
		      const struct conf_node *node, void *mode)
{
	size_t digits = strspn(node->value, "01234567");

	if (digits && digits <= 4 && !node->value[digits]) {
		unsigned long bits = strtoul(node->value, NULL, 8);

		*(unsigned int *)mode = (unsigned int)bits;
		if (!(bits & ~0666UL))
			return true;
	}
	return config_refuse(reader, node, "expected a mode such as 0600 or "
			     "0660, not %s", node->value);
}

static bool read_group(struct config_reader *reader,
		       const struct conf_node *node, void *target)
{
	const struct group *group = getgrnam(node->value);
	struct control_config *control = target;
	unsigned long number;

	control->group_said = true;
	if (group) {
		control->group = group->gr_gid;
		return true;
	}
	if (strspn(node->value, "0123456789") != strlen(node->value))
		return config_refuse(reader, node, "there is no group %s",
				     node->value);
	if (!config_read_number(reader, node, 0, UINT32_MAX - 1UL, &number))
		return false;
	control->group = (gid_t)number;
	return true;
}

static const struct config_key control_keys[] = {
	{ "mode", KEY_VALUE, read_mode, offsetof(struct control_config, mode),
	  NULL },
	{ "group", KEY_VALUE, read_group, 0, NULL },
};

bool config_read_control(struct config_reader *reader,
			 const struct conf_node *node,
			 struct control_config *control)
{
	return config_read_section(reader, node, control_keys,
				   sizeof(control_keys) /
				   sizeof(control_keys[0]), control);
}
