/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of proposals in the configuration. */
#ifndef PQIKE_CONFIG_PROPOSALS_H
#define PQIKE_CONFIG_PROPOSALS_H

#include "config_reader.h"
#include "proposal.h"

/* Where the proposals of a list go. */
struct proposal_list {
	uint8_t protocol; /* enum protocol_id */
	struct proposal **proposals; /* array of *@n, grown with realloc() */
	size_t *n;
};

/* Read a list of proposals with commas between them. */
bool config_read_proposals(struct config_reader *reader,
			   const struct conf_node *node,
			   struct proposal_list *list);

/* Add what stands where the file says nothing, or "default". */
bool config_default_proposals(struct config_reader *reader,
			      const struct conf_node *node,
			      struct proposal_list *list);

#endif
