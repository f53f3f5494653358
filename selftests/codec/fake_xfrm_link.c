// SPDX-License-Identifier: GPL-2.0
#include "fake_xfrm_link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct xfrm_links *opened;

struct xfrm_links *fake_links(void)
{
	return opened;
}

struct xfrm_links *xfrm_links_open(char *error, size_t error_size)
{
	(void)error;
	(void)error_size;
	opened = calloc(1, sizeof(*opened));
	return opened;
}

void xfrm_links_close(struct xfrm_links *links)
{
	free(links);
}

const char *xfrm_links_error(const struct xfrm_links *links)
{
	return links->error;
}

static int fail(struct xfrm_links *links, int error)
{
	links->error = strerror(error);
	return -error;
}

const struct xfrm_link *fake_link_find(const struct xfrm_links *links,
				       const char *name)
{
	for (size_t i = 0; i < links->n; i++)
		if (!strcmp(links->list[i].name, name))
			return &links->list[i];
	return NULL;
}

int fake_link_add(struct xfrm_links *links, const char *name, const char *kind,
		  uint32_t if_id, bool marked)
{
	struct xfrm_link *link = &links->list[links->n++];

	if (links->n > FAKE_LINKS_MAX)
		abort();
	*link = (struct xfrm_link){
		.index = ++links->last_index, .if_id = if_id, .marked = marked,
	};
	snprintf(link->name, sizeof(link->name), "%s", name);
	snprintf(link->kind, sizeof(link->kind), "%s", kind);
	return link->index;
}

static int remove_at(struct xfrm_links *links, size_t i)
{
	links->list[i] = links->list[--links->n];
	return 0;
}

void fake_link_delete(struct xfrm_links *links, const char *name)
{
	for (size_t i = 0; i < links->n; i++) {
		if (strcmp(links->list[i].name, name) != 0)
			continue;
		remove_at(links, i);
		return;
	}
	abort();
}

int xfrm_links_dump(struct xfrm_links *links,
		    void (*each)(const struct xfrm_link *link, void *arg),
		    void *arg)
{
	links->calls++;
	for (size_t i = 0; i < links->n; i++)
		each(&links->list[i], arg);
	return 0;
}

int xfrm_link_find(struct xfrm_links *links, const char *name,
		   struct xfrm_link *link)
{
	const struct xfrm_link *found = fake_link_find(links, name);

	links->calls++;
	if (!found)
		return fail(links, ENODEV);
	*link = *found;
	return 0;
}

static bool has_if_id(const struct xfrm_links *links, uint32_t if_id)
{
	for (size_t i = 0; i < links->n; i++)
		if (links->list[i].if_id == if_id)
			return true;
	return false;
}

int xfrm_link_make(struct xfrm_links *links, const char *name, uint32_t if_id,
		   struct xfrm_link *link)
{
	links->calls++;
	if (links->refuse && !strcmp(links->refuse, name))
		return fail(links, ENOBUFS);
	if (fake_link_find(links, name) || has_if_id(links, if_id))
		return fail(links, EEXIST);
	fake_link_add(links, name, XFRM_LINK_KIND, if_id, true);
	return xfrm_link_find(links, name, link);
}

int xfrm_link_renumber(struct xfrm_links *links, int index, uint32_t if_id)
{
	links->calls++;
	for (size_t i = 0; i < links->n; i++) {
		if (links->list[i].index != index)
			continue;
		if (has_if_id(links, if_id))
			return fail(links, EEXIST);
		links->list[i].if_id = if_id;
		return 0;
	}
	return fail(links, ENODEV);
}

int xfrm_link_remove(struct xfrm_links *links, int index)
{
	links->calls++;
	for (size_t i = 0; i < links->n; i++)
		if (links->list[i].index == index)
			return remove_at(links, i);
	return 0;
}
