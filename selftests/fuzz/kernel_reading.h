/* SPDX-License-Identifier: GPL-2.0 */
/* What pqike.ko reads from the octets that the helper reads too. */
#ifndef KERNEL_READING_H
#define KERNEL_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_reading {
	bool well_formed;
	size_t n;	/* payloads, known or not */
};

bool kernel_checks_header(const uint8_t *data, size_t len);

void kernel_read_chain(uint8_t first, const uint8_t *data, size_t len,
		       struct kernel_reading *reading);

/* Whether the kernel sees a payload there too */
bool kernel_has_payload(uint8_t first, const uint8_t *data, size_t len,
			uint8_t type, const uint8_t *body, size_t body_len);

/* Whether the kernel takes @choice, an SA payload's body, as one of @offer */
bool kernel_agrees(const uint8_t *offer, size_t offer_len,
		   const uint8_t *choice, size_t choice_len);

/* Whether the kernel reads a TS payload's body to its end */
bool kernel_reads_ts(const uint8_t *body, size_t len);

/* Whether a selector is within one of them; of 4 or 16 octets, in network order */
bool kernel_holds(const uint8_t *body, size_t len, const uint8_t *address,
		  size_t address_len, uint8_t prefix_len, uint8_t protocol,
		  const uint16_t port[2]);

#endif
