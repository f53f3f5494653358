/* SPDX-License-Identifier: GPL-2.0 */
/* Narrowing of traffic selectors (RFC 7296 section 2.9). */
#ifndef PQIKE_SELECTOR_H
#define PQIKE_SELECTOR_H

#include "wire/payload.h"

/* Two addresses of INET6_ADDRSTRLEN and what stands around them. */
#define SELECTOR_TEXT_SIZE 128

/**
 * selectors_narrow() - what configured selectors and the peer's have in common
 * @offered: of the peer
 * @configured: of this side
 * @narrowed: receives the common selectors that are networks and that no other
 *	contains, at most PREFIXES_MAX
 *
 * Return: false where there are none.
 */
bool selectors_narrow(const struct selectors *offered,
		      const struct prefixes *configured,
		      struct prefixes *narrowed);

/* Return: whether one of @prefixes contains all that @selector does. */
bool selector_within(const struct selector *selector,
		     const struct prefixes *prefixes);

/* Return: whether each of @selectors lies within one of @prefixes. */
bool selectors_within(const struct selectors *selectors,
		      const struct prefixes *prefixes);

/* Return: whether each of @prefixes lies within one of @selectors. */
bool prefixes_within(const struct prefixes *prefixes,
		     const struct selectors *selectors);

/* Return: whether each of @inner lies within one of @outer. */
bool prefixes_hold(const struct prefixes *outer, const struct prefixes *inner);

/* Return: whether one of @prefixes contains @prefix. */
bool prefixes_hold_one(const struct prefixes *prefixes,
		       const struct prefix *prefix);

/* Return: whether it is about one address, as that of a packet is. */
bool selector_is_host(const struct selector *selector);

/**
 * prefixes_count() - how much selectors contain
 *
 * Return: the number of combinations of address, protocol and port.
 */
double prefixes_count(const struct prefixes *prefixes);

/* The first selector, as a range, and whether there are more. */
void selectors_print(const struct selectors *selectors, char *text, size_t size);

/* As many as fit, with spaces between them. */
void prefixes_print(const struct prefixes *prefixes, char *text, size_t size);

#define NETWORKS_TEXT_SIZE 160

/* "LOCAL === REMOTE" */
void networks_print(const struct prefixes *local, const struct prefixes *remote,
		    char text[NETWORKS_TEXT_SIZE]);

#endif
