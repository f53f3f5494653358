// SPDX-License-Identifier: GPL-2.0
/* Words that both forms of `pqike show` use. */
#include <arpa/inet.h>
#include <linux/pqike.h>

#include "show.h"

const char *show_role(uint32_t role)
{
	return role == PQIKE_ROLE_INITIATOR ? "initiator" : "responder";
}

const char *show_state(uint32_t state)
{
	static const char *const names[] = {
		[PQIKE_IKE_SA_STATE_HALF_OPEN] = "half-open",
		[PQIKE_IKE_SA_STATE_KEYED] = "keyed",
		[PQIKE_IKE_SA_STATE_AUTHENTICATED] = "authenticated",
		[PQIKE_IKE_SA_STATE_ESTABLISHED] = "established",
		[PQIKE_IKE_SA_STATE_FAILED] = "failed",
	};

	if (state >= sizeof(names) / sizeof(names[0]))
		return "unknown";
	return names[state];
}

void show_encr(uint16_t id, uint16_t key_bits, char *text, size_t size)
{
	if (key_bits)
		snprintf(text, size, "%s_%u", transform_name(TRANSFORM_ENCR, id),
			 key_bits);
	else
		snprintf(text, size, "%s", transform_name(TRANSFORM_ENCR, id));
}

const char *show_interface(const struct show *show, uint32_t if_id)
{
	for (size_t i = 0; if_id && i < show->n_links; i++)
		if (show->links[i].if_id == if_id)
			return show->links[i].name;
	return NULL;
}

void show_address(const struct address *address, char *text, size_t size)
{
	if (address->family == AF_UNSPEC ||
	    !inet_ntop(address->family, address->octets, text, (socklen_t)size))
		snprintf(text, size, "unknown");
}
