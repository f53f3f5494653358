/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of proposals in the configuration. */
#ifndef PQIKE_CONFIG_PROPOSALS_H
#define PQIKE_CONFIG_PROPOSALS_H

#include "config/config_reader.h"
#include "wire/proposal.h"

/* Where the proposals of a list go. */
struct proposal_list {
	uint8_t protocol; /* enum protocol_id */
	struct proposal **proposals; /* array of *@n, grown with realloc() */
	size_t *n;
};

/**
 * config_parse_proposal() - read a proposal that a peer could choose from
 * @protocol: PROTOCOL_IKE or PROTOCOL_ESP
 * @text: as for proposal_parse()
 * @proposal: receives the transforms
 * @error: on failure, what was wrong
 * @error_size: size of @error in octets
 *
 * One whose key exchanges cannot all have a method of their own is refused:
 * none may be chosen twice (RFC 9370 section 2.2.1).
 *
 * Return: true when @proposal is valid for @protocol.
 */
bool config_parse_proposal(uint8_t protocol, const char *text,
			   struct proposal *proposal, char *error,
			   size_t error_size);

/* Read a list of proposals with commas between them. */
bool config_read_proposals(struct config_reader *reader,
			   const struct conf_node *node,
			   struct proposal_list *list);

/* Add what stands where the file says nothing, or "default". */
bool config_default_proposals(struct config_reader *reader,
			      const struct conf_node *node,
			      struct proposal_list *list);

#endif
