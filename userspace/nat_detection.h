/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NAT detection (RFC 7296 section 2.23): each side sends hashes of the
 * addresses and ports it sees, the other compares.
 */
#ifndef PQIKE_NAT_DETECTION_H
#define PQIKE_NAT_DETECTION_H

#include "message.h"
#include "path.h"

/**
 * nat_detection_write() - the two Notify payloads of this side
 * @spi_i: SPIs as in the header of the message that is being written
 */
void nat_detection_write(struct message_writer *message, const uint8_t *spi_i,
			 const uint8_t *spi_r, const struct path *path);

/**
 * nat_detection_check() - whether the peer's hashes fit what this side sees
 *
 * Return: NULL; or where a NAT is, in words.
 */
const char *nat_detection_check(const struct payloads *payloads,
				const uint8_t *spi_i, const uint8_t *spi_r,
				const struct path *path);

#endif
