/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A method for each key exchange, none of them twice (RFC 9370 section 2.2.1):
 * a matching of the types KE and ADDKE1 to ADDKE7 with the methods that there are.
 */
#ifndef PQIKE_METHOD_ASSIGNMENT_H
#define PQIKE_METHOD_ASSIGNMENT_H

#include "wire/offer.h"

/**
 * methods_assign() - whether the key exchanges can all have a method of their own
 * @methods: for each type, the set of methods it may have, with
 *	TRANSFORM_NONE_BIT where it may have none; 0 for a type that is no key
 *	exchange or is not there
 * @from: only types from here on need one
 * @taken: methods that may not be used
 *
 * Each of at most 8 types is given a method once, for which each method is tried
 * at most once: at most 8 * 63 steps, whatever the offer.
 *
 * Return: 0, or the first type for which no method is left whichever way those
 * before it are served.
 */
uint8_t methods_assign(const uint64_t methods[TRANSFORM_TYPES], uint8_t from,
		       uint64_t taken);

#endif
