/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of xfrm_link.h, played over a list of interfaces. */
#ifndef FAKE_XFRM_LINK_H
#define FAKE_XFRM_LINK_H

#include "kernel/xfrm_link.h"

#define FAKE_LINKS_MAX 8

struct xfrm_links {
	struct xfrm_link list[FAKE_LINKS_MAX];
	size_t n;
	int last_index;
	const char *error;
	const char *refuse; /* name that cannot be made, NULL: none */
	unsigned int calls; /* of all kinds, so far */
};

/* Return: what xfrm_links_open() has opened last. */
struct xfrm_links *fake_links(void);

/* An interface that somebody else has made.  Return: its index. */
int fake_link_add(struct xfrm_links *links, const char *name, const char *kind,
		  uint32_t if_id, bool marked);

/* Somebody else deletes it. */
void fake_link_delete(struct xfrm_links *links, const char *name);

/* Return: NULL where there is none; valid until the next call. */
const struct xfrm_link *fake_link_find(const struct xfrm_links *links,
				       const char *name);

#endif
