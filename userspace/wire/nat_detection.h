/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NAT detection (RFC 7296 section 2.23): each side sends hashes of the
 * addresses and ports it sees, the other compares.
 */
#ifndef PQIKE_NAT_DETECTION_H
#define PQIKE_NAT_DETECTION_H

#include "wire/message.h"
#include "wire/path.h"

/* What the peer's hashes say. */
struct nat_detection {
	bool supported; /* it has sent both */
	bool here; /* this side is behind a NAT */
	bool there; /* the peer is, or says so to have ESP in UDP */
};

/**
 * nat_detection_write() - the two Notify payloads of this side
 * @spi_i: SPIs as in the header of the message that is being written
 * @path: as this side sees it
 * @pretend: let the peer find a NAT where there is none
 */
void nat_detection_write(struct message_writer *message, const uint8_t *spi_i,
			 const uint8_t *spi_r, const struct path *path,
			 bool pretend);

/* nat_detection_check() - compare the peer's hashes with what this side sees */
void nat_detection_check(const struct payloads *payloads, const uint8_t *spi_i,
			 const uint8_t *spi_r, const struct path *path,
			 struct nat_detection *found);

#endif
