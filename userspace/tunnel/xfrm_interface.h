/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The xfrm interfaces that children name: they are there as long as the
 * configuration has such a child, whether tunnels are up or not.
 *
 * Where there is none it is made, and removed with its last user; one that an
 * operator has made is used and left.  One that a helper before this one has
 * made, of which a mark tells, is taken over.
 */
#ifndef PQIKE_XFRM_INTERFACE_H
#define PQIKE_XFRM_INTERFACE_H

#include "ike/ike_sa.h"
#include "kernel/link_events.h"

struct xfrm_interfaces;

/**
 * xfrm_interfaces_open() - connect to the kernel, while privileged
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: to be closed with xfrm_interfaces_close(); NULL on failure.
 */
struct xfrm_interfaces *xfrm_interfaces_open(char *error, size_t error_size);

/* The interfaces stay as they are. */
void xfrm_interfaces_close(struct xfrm_interfaces *interfaces);

/**
 * xfrm_interfaces_number() - choose if_ids for a configuration that is to be used
 * @config: gets one for each child that names an interface and says none
 *
 * Return: false with @error set.
 */
bool xfrm_interfaces_number(struct ike *ike, struct config *config, char *error,
			    size_t error_size);

/**
 * xfrm_interfaces_make() - have there be what a configuration needs
 * @config: whose if_ids are chosen
 *
 * Return: false with @error set; all interfaces are as they were then.
 */
bool xfrm_interfaces_make(struct ike *ike, const struct config *config,
			  char *error, size_t error_size);

/* Remove those that no connection of ike->config needs any more. */
void xfrm_interfaces_release(struct ike *ike);

/*
 * Remove what a helper before this one has made and this one does not need,
 * before xfrm_interfaces_make(): it may have an if_id that is needed.
 */
void xfrm_interfaces_remove_leftovers(struct ike *ike);

/* An interface of this namespace has come, changed or gone. */
void xfrm_interfaces_event(struct ike *ike, const struct link_event *event);

/* Events were lost: make anew whatever is not there any more. */
void xfrm_interfaces_check(struct ike *ike);

/* The helper ends: remove all that were made here. */
void xfrm_interfaces_end(struct ike *ike);

#endif
