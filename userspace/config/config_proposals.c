// SPDX-License-Identifier: GPL-2.0
#include "config/config_proposals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/method_assignment.h"
#include "wire/transform.h"

static const char *const ike_default[] = {
	"aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	"aes256gcm16-prfsha384-ecp384-ke1_mlkem768",
};

static const char esp_default[] = "aes256gcm16";

/* Return: the first key exchange that is left without a method, 0: none is. */
static uint8_t unserved_round(const struct proposal *proposal)
{
	struct folded_proposal folded;

	proposal_fold(proposal, &folded);
	for (unsigned int type = 0; type < TRANSFORM_TYPES; type++)
		if (!transform_type_is_ke(type))
			folded.transforms[type] = 0;
	return methods_assign(folded.transforms, TRANSFORM_KE, 0);
}

/*
 * Whether a peer may choose ML-KEM for IKE_SA_INIT, and no classical method for any
 * key exchange.
 */
static bool may_be_ml_kem_alone(const struct proposal *proposal)
{
	bool may_be_ml_kem[TRANSFORM_TYPES] = { false };
	bool is_there[TRANSFORM_TYPES] = { false };

	for (size_t i = 0; i < proposal->n_transforms; i++) {
		const struct transform *transform = &proposal->transforms[i];

		if (transform->type >= TRANSFORM_TYPES ||
		    !transform_type_is_ke(transform->type))
			continue;
		is_there[transform->type] = true;
		may_be_ml_kem[transform->type] |=
			transform_is_ml_kem(transform->id) ||
			transform_may_be_absent(transform);
	}
	for (unsigned int type = 0; type < TRANSFORM_TYPES; type++)
		if (is_there[type] && !may_be_ml_kem[type])
			return false;
	return true;
}

bool config_parse_proposal(uint8_t protocol, const char *text,
			   struct proposal *proposal, char *error,
			   size_t error_size)
{
	const struct transform *method;
	uint8_t round;

	if (!proposal_parse(protocol, text, proposal, error, error_size))
		return false;
	if (protocol == PROTOCOL_IKE && may_be_ml_kem_alone(proposal)) {
		snprintf(error, error_size, "ML-KEM may be chosen without a classical key exchange: write ke1_mlkem768 beside x25519, ecp256 or ecp384 for hybrid");
		return false;
	}
	round = unserved_round(proposal);
	if (!round)
		return true;
	method = proposal_find(proposal, round);
	snprintf(error, error_size, "%s of %s is that of another key exchange, "
		 "and none may be used twice: it can never be chosen",
		 transform_name(round, method->id), transform_type_name(round));
	return false;
}

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
	if (!config_parse_proposal(list->protocol, text, &proposals[*list->n],
				   error, sizeof(error)))
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
