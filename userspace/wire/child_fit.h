/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How well a child fits the selectors that a peer offers: a responder takes the
 * best of those that can take the offer (RFC 7296 section 2.9).
 */
#ifndef PQIKE_CHILD_FIT_H
#define PQIKE_CHILD_FIT_H

#include "wire/payload.h"

/* Worst first. */
enum child_fit_kind {
	FIT_PART, /* some of the offer */
	FIT_FIRST, /* what stands first in TSi and TSr */
	FIT_PACKET, /* the same, where it is about one address on either side */
	FIT_WHOLE, /* the offer lies within the child */
	FIT_EXACT, /* and the child within the offer */
};

struct child_fit {
	bool mode; /* the child has the mode that is asked for */
	enum child_fit_kind kind;
	double merit; /* of two of a kind the one with more is the better */
};

/* The selectors of both sides, of the peer and of this side. */
struct child_offer {
	const struct selectors *local; /* what the peer sends for this side */
	const struct selectors *remote;
};

/* The selectors of both sides, configured or agreed. */
struct child_networks {
	const struct prefixes *local;
	const struct prefixes *remote;
};

/**
 * child_fit_measure() - see how the selectors of a child fit
 * @agreed: what the offer and the child have in common
 *
 * Of children that contain the offer, or the packet that it begins with, the
 * smallest is best: it is the one that takes such packets here. Of children
 * that the offer must be narrowed to, that which leaves most of it.
 */
void child_fit_measure(const struct child_offer *offer,
		       const struct child_networks *configured,
		       const struct child_networks *agreed,
		       struct child_fit *fit);

/* Return: whether @a is better than @b, not as good. */
bool child_fit_is_better(const struct child_fit *a, const struct child_fit *b);

#endif
