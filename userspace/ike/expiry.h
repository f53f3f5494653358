/* SPDX-License-Identifier: GPL-2.0 */
/* What is done when the time of an IKE SA or a Child SA has come. */
#ifndef PQIKE_EXPIRY_H
#define PQIKE_EXPIRY_H

#include "ike/ike_sa.h"

extern const struct ike_due expiry_due;

/**
 * child_sa_expired() - xfrm says that an ESP SA has reached a limit
 * @spi: of either direction's, host byte order
 * @destination: its address tells whose SPI it is; peers choose theirs at will
 * @hard: it is gone; otherwise it is to be rekeyed
 *
 * What is not known is ignored.
 */
void child_sa_expired(struct ike *ike, uint32_t spi,
		      const struct sockaddr_storage *destination, bool hard);

#endif
