// SPDX-License-Identifier: GPL-2.0
#include "ike/esp_heard.h"

#include <string.h>

#include "ike/child_sa.h"
#include "kernel/xfrm_states.h"

static struct address outer(const struct sockaddr_storage *endpoint)
{
	struct address address = { .family = endpoint->ss_family };
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);

	memcpy(address.octets, octets, size);
	return address;
}

static bool child_heard(struct ike *ike, const struct path *path,
			struct child_sa *child)
{
	struct address remote = outer(&path->remote);
	struct address local = outer(&path->local);
	struct xfrm_state state;
	bool more;

	xfrm_state_read(ike->xfrm_states, &remote, &local, child->spi_in,
			&state);
	more = state.found && state.packets > child->packets_heard;
	if (more)
		child->packets_heard = state.packets;
	return more;
}

bool esp_heard(struct ike *ike, struct ike_sa *sa)
{
	bool heard = false;

	if (!ike->xfrm_states)
		return false;
	for (struct child_sa *child = sa->children; child; child = child->next)
		if (child->state == CHILD_INSTALLED)
			heard |= child_heard(ike, &sa->path, child);
	return heard;
}
