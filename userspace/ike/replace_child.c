// SPDX-License-Identifier: GPL-2.0
#include "ike/replace_child.h"

#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "ike/delete_child.h"

static void make_another(struct ike *ike, struct ike_sa *sa,
			 const struct child_config *config)
{
	if (sa->phase == PHASE_ESTABLISHED && !create_child_pending(sa, config))
		create_child_anew(ike, sa, config);
}

void replace_child(struct ike *ike, struct child_sa *child)
{
	uint32_t spi_in = child->spi_in;

	child->state = CHILD_DELETING;
	make_another(ike, child->ike_sa, child->config);
	/* It goes with its IKE SA, where that has ended. */
	child = child_sa_find(ike, spi_in);
	if (child)
		delete_child_last(ike, child);
}

void replace_child_moved(struct ike *ike, struct child_sa *child)
{
	const struct child_config *config = child->config;
	struct ike_sa *sa = child->ike_sa;

	delete_child_first(ike, child);
	make_another(ike, sa, config);
}
