// SPDX-License-Identifier: GPL-2.0
#include "config_proposals.h"

#include <stdlib.h>
#include <string.h>

static const char *const ike_default[] = {
	"aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	"aes256gcm16-prfsha384-ecp384-ke1_mlkem768",
};

static const char esp_default[] = "aes256gcm16";

static bool add_proposal(struct config_reader *reader,
			 const struct conf_node *node, const char *text,
			 const struct proposal_list *list)
{
	struct proposal *proposals;
	char error[768];

	proposals = realloc(*list->proposals,
			    (*list->n + 1) * sizeof(*proposals));
	if (!proposals)
		return config_refuse(reader, node, "out of memory");
	*list->proposals = proposals;
	if (!proposal_parse(list->protocol, text, &proposals[*list->n], error,
			    sizeof(error)))
		return config_refuse(reader, node, "%s: %s", text, error);
	++*list->n;
	return true;
}

bool config_default_proposals(struct config_reader *reader,
			      const struct conf_node *node,
			      struct proposal_list *list)
{
	if (list->protocol == PROTOCOL_ESP)
		return add_proposal(reader, node, esp_default, list);
	return add_proposal(reader, node, ike_default[0], list) &&
	       add_proposal(reader, node, ike_default[1], list);
}

static bool add_proposal_or_default(struct config_reader *reader,
				    const struct conf_node *node,
				    const char *text, void *target)
{
	if (!strcmp(text, "default"))
		return config_default_proposals(reader, node, target);
	return add_proposal(reader, node, text, target);
}

bool config_read_proposals(struct config_reader *reader,
			   const struct conf_node *node,
			   struct proposal_list *list)
{
	return config_read_list(reader, node, add_proposal_or_default, list);
}
