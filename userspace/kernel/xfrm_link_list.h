/* SPDX-License-Identifier: GPL-2.0 */
/* A copy of all interfaces that there are. */
#ifndef PQIKE_XFRM_LINK_LIST_H
#define PQIKE_XFRM_LINK_LIST_H

#include "kernel/xfrm_link.h"

struct xfrm_link_list {
	struct xfrm_link *list; /* array of n, to be freed in any case */
	size_t n;
};

/**
 * xfrm_link_list_read() - list them
 * @kernel: asked for them
 * @list: receives them
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 */
bool xfrm_link_list_read(struct xfrm_links *kernel, struct xfrm_link_list *list,
			 char *error, size_t error_size);

#endif
