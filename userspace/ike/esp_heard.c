// SPDX-License-Identifier: GPL-2.0
#include "ike/esp_heard.h"

#include "ike/child_sa.h"

struct heard {
	const struct ike_sa *ike_sa;
	bool more; /* than at the last call */
};

static void compare(struct heard *heard, const struct kernel_child_sa *told)
{
	struct child_sa *child = heard->ike_sa->children;

	while (child && child->id != told->id)
		child = child->next;
	if (!child || told->packets_in <= child->packets_heard)
		return;
	child->packets_heard = told->packets_in;
	heard->more = true;
}

static void take(const struct kernel_ike_sa *told, void *arg)
{
	for (size_t i = 0; i < told->n_child_sas; i++)
		compare(arg, &told->child_sas[i]);
}

bool esp_heard(struct ike *ike, struct ike_sa *sa)
{
	struct heard heard = { .ike_sa = sa };

	kernel_ike_sa_dump_one(ike->kernel, sa->id, take, &heard);
	return heard.more;
}
