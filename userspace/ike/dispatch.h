/* SPDX-License-Identifier: GPL-2.0 */
/* From a datagram to the exchange that it belongs to. */
#ifndef PQIKE_DISPATCH_H
#define PQIKE_DISPATCH_H

#include "ike/ike_sa.h"

/**
 * dispatch() - handle one IKE message, or a fragment of one
 * @path: where it came from and to
 * @data: from the IKE header on, @len octets
 *
 * What cannot be verified changes nothing.
 */
void dispatch(struct ike *ike, const struct path *path, const uint8_t *data,
	      size_t len);

#endif
