// SPDX-License-Identifier: GPL-2.0
#include "replace_child.h"

#include "create_child.h"
#include "delete_child.h"

void replace_child(struct ike *ike, struct child_sa *child)
{
	const struct child_config *config = child->config;
	struct ike_sa *sa = child->ike_sa;

	delete_child_first(ike, child);
	if (sa->phase == PHASE_ESTABLISHED && !create_child_pending(sa, config))
		create_child_anew(ike, sa, config);
}
