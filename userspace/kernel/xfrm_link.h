/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xfrm interfaces as rtnetlink makes, shows and removes them, in this network
 * namespace.
 */
#ifndef PQIKE_XFRM_LINK_H
#define PQIKE_XFRM_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XFRM_LINK_KIND "xfrm"

#define LINK_KIND_SIZE 32

/* An interface of any kind. */
struct xfrm_link {
	int index;
	char name[IFNAMSIZ];
	char kind[LINK_KIND_SIZE]; /* "": a device */
	uint32_t if_id; /* 0: it is no xfrm interface, or for any */
	bool marked; /* as made by this program */
};

struct xfrm_links;

/**
 * xfrm_links_open() - connect to rtnetlink
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: to be closed with xfrm_links_close(); NULL on failure.
 */
struct xfrm_links *xfrm_links_open(char *error, size_t error_size);

void xfrm_links_close(struct xfrm_links *links);

/* Return: why the last call failed, in words. */
const char *xfrm_links_error(const struct xfrm_links *links);

/**
 * xfrm_links_dump() - all interfaces
 * @each: called with each; must not call into @links
 * @arg: passed to @each
 *
 * Needs no privilege.
 *
 * Return: 0 or a negative errno.
 */
int xfrm_links_dump(struct xfrm_links *links,
		    void (*each)(const struct xfrm_link *link, void *arg),
		    void *arg);

/**
 * xfrm_link_find() - the interface of a name
 * @link: receives what it is
 *
 * Return: 0, -ENODEV where there is none, or another negative errno.
 */
int xfrm_link_find(struct xfrm_links *links, const char *name,
		   struct xfrm_link *link);

/**
 * xfrm_link_make() - make an xfrm interface, marked and up
 * @name: of no interface
 * @link: receives what it is
 *
 * Return: 0, -EEXIST where an interface has the name or @if_id, or another
 * negative errno; nothing is left behind then.
 */
int xfrm_link_make(struct xfrm_links *links, const char *name, uint32_t if_id,
		   struct xfrm_link *link);

/* Give an interface that was made here another if_id.  As xfrm_link_make(). */
int xfrm_link_renumber(struct xfrm_links *links, int index, uint32_t if_id);

/* Return: 0, also where it is gone already, or a negative errno. */
int xfrm_link_remove(struct xfrm_links *links, int index);

#endif
