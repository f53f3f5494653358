// SPDX-License-Identifier: GPL-2.0
#include "ike/initiations.h"

void initiation_begin(struct ike *ike, struct ike_sa *sa)
{
	struct initiation *initiation = &sa->initiation;

	initiation->remote = sa->path.remote;
	initiation->counts = true;
	ike->initiations.n++;
	index_put_first(&ike->initiations.by_remote, &initiation->by_remote,
			endpoint_hash_address(&initiation->remote));
}

void initiation_is_slow(struct ike *ike, struct ike_sa *sa)
{
	ike->initiations.n -= sa->initiation.counts;
	sa->initiation.counts = false;
}

void initiation_end(struct ike *ike, struct ike_sa *sa)
{
	initiation_is_slow(ike, sa);
	index_remove(&ike->initiations.by_remote, &sa->initiation.by_remote);
}

unsigned int initiations_room(const struct ike *ike)
{
	/* What an operator or a packet asks for is begun beyond it. */
	return ike->initiations.n < INITIATIONS_MAX ?
		       INITIATIONS_MAX - ike->initiations.n : 0;
}

unsigned int initiations_room_with(const struct ike *ike,
				   const struct sockaddr_storage *remote)
{
	const struct index_link *link =
		index_first(&ike->initiations.by_remote,
			    endpoint_hash_address(remote));
	unsigned int room = INITIATIONS_PEER_MAX;

	for (; link && room; link = link->next) {
		const struct initiation *initiation =
			index_owner(link, struct initiation, by_remote);

		room -= endpoint_same_address(&initiation->remote, remote);
	}
	return room;
}
