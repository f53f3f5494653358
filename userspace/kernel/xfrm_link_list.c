// SPDX-License-Identifier: GPL-2.0
#include "kernel/xfrm_link_list.h"

#include <stdio.h>
#include <stdlib.h>

struct copy {
	struct xfrm_link_list *list;
	bool failed;
};

static void note_link(const struct xfrm_link *link, void *arg)
{
	struct copy *copy = arg;
	struct xfrm_link *list = reallocarray(copy->list->list,
					      copy->list->n + 1, sizeof(*list));

	if (!list) {
		copy->failed = true;
		return;
	}
	copy->list->list = list;
	list[copy->list->n++] = *link;
}

bool xfrm_link_list_read(struct xfrm_links *kernel, struct xfrm_link_list *list,
			 char *error, size_t error_size)
{
	struct copy copy = { .list = list };
	int result;

	*list = (struct xfrm_link_list){ 0 };
	result = xfrm_links_dump(kernel, note_link, &copy);
	if (!result && !copy.failed)
		return true;
	snprintf(error, error_size, "cannot list interfaces: %s",
		 copy.failed ? "out of memory" : xfrm_links_error(kernel));
	return false;
}
