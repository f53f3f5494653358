// SPDX-License-Identifier: GPL-2.0
/* Words that both forms of `pqike show` use. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/pqike.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"

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

void show_duration(uint64_t seconds, char *text, size_t size)
{
	uint64_t minutes = seconds / 60, hours = minutes / 60;

	if (hours >= 24)
		snprintf(text, size, "%" PRIu64 " d %" PRIu64 " h", hours / 24,
			 hours % 24);
	else if (hours)
		snprintf(text, size, "%" PRIu64 " h %" PRIu64 " min", hours,
			 minutes % 60);
	else if (minutes)
		snprintf(text, size, "%" PRIu64 " min %" PRIu64 " s", minutes,
			 seconds % 60);
	else
		snprintf(text, size, "%" PRIu64 " s", seconds);
}

uint64_t show_since(const struct show *show, uint64_t then)
{
	return show->now > then ? show->now - then : 0;
}

uint64_t show_until(const struct show *show, uint64_t since, uint64_t limit)
{
	uint64_t age = show_since(show, since);

	return limit > age ? limit - age : 0;
}

static int compare_links(const void *a, const void *b)
{
	const struct xfrm_link *first = a, *second = b;

	return (first->if_id > second->if_id) - (first->if_id < second->if_id);
}

void show_sort_links(struct xfrm_link *links, size_t n)
{
	if (n)
		qsort(links, n, sizeof(*links), compare_links);
}

const char *show_interface(const struct show *show, uint32_t if_id)
{
	const struct xfrm_link sought = { .if_id = if_id };
	const struct xfrm_link *found =
		if_id && show->n_links ?
			bsearch(&sought, show->links, show->n_links,
				sizeof(sought), compare_links) : NULL;

	return found ? found->name : NULL;
}

void show_address(const struct address *address, char *text, size_t size)
{
	if (address->family == AF_UNSPEC ||
	    !inet_ntop(address->family, address->octets, text, (socklen_t)size))
		snprintf(text, size, "unknown");
}

void show_quotas(const struct kernel_usage *usage,
		 struct show_quota quotas[SHOW_QUOTAS])
{
	const struct quota *used = &usage->used, *max = &usage->quota;
	const struct show_quota all[SHOW_QUOTAS] = {
		{ "ike_sas", "IKE SAs", used->ike_sas, max->ike_sas },
		{ "half_open", "half-open IKE SAs", used->half_open,
		  max->half_open },
		{ "child_sas", "Child SAs", used->child_sas, max->child_sas },
		{ "connections", "connections", used->connections,
		  max->connections },
		{ "traps", "traps", used->traps, max->traps },
		{ "policies", "policies", used->policies, max->policies },
	};

	memcpy(quotas, all, sizeof(all));
}
