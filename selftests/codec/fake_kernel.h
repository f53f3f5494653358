/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of kernel.h and sockets_send(), played without keys: sealed
 * messages are plain text behind a tag, and datagrams go to a queue.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include "ike_sa.h"

#define FAKE_SAS_MAX 16

struct fake_sa {
	bool live;
	bool initiator;
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE];
	bool ke_sent; /* initiator: the next step mixes */
	uint32_t done;
	bool child_larval;
	bool child_installed;
	uint32_t fragments; /* of the message that is coming in */
	size_t len;
	uint8_t first_payload;
	uint8_t plaintext[8192];
};

struct kernel {
	const char *error;
	struct fake_sa sas[FAKE_SAS_MAX];
	unsigned int opened; /* whole messages that verified */
	uint8_t spi_seed; /* first octet of the SPIs of this side */
	uint8_t last_spi; /* the last octet: each SPI is new */
	int refuse_auth; /* errno for auth-verify, 0: accept */
	int refuse_ke; /* errno for additional-ke */
	int refuse_install; /* errno for child-sa-install */
};

struct kernel *fake_kernel_new(uint8_t spi_seed);
unsigned int fake_kernel_live(const struct kernel *kernel);

/* How many Child SAs stand, and how many SPIs are reserved for others. */
unsigned int fake_kernel_installed(const struct kernel *kernel);
unsigned int fake_kernel_larval(const struct kernel *kernel);

/* A datagram on its way. */
struct fake_datagram {
	struct fake_datagram *next;
	const struct sockets *from;
	struct path path; /* as the sender sees it */
	size_t len;
	uint8_t data[]; /* @len octets */
};

/* Return: the oldest datagram, to be freed by the caller; NULL: none. */
struct fake_datagram *fake_network_take(void);
size_t fake_network_count(void);

#endif
