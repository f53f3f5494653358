/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What IKE messages are made of, as far as the kernel reads them.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PAYLOAD_SA = 33, PAYLOAD_KE = 34, PAYLOAD_IDI = 35, PAYLOAD_IDR = 36,
	PAYLOAD_AUTH = 39, PAYLOAD_NONCE = 40, PAYLOAD_NOTIFY = 41,
	PAYLOAD_TSI = 44, PAYLOAD_TSR = 45,
};

enum {
	IKE_SA_INIT = 34, IKE_AUTH = 35, CREATE_CHILD_SA = 36,
	INFORMATIONAL = 37, IKE_INTERMEDIATE = 43, IKE_FOLLOWUP_KE = 44,
};

enum {
	USE_TRANSPORT_MODE = 16391,
	USE_PPK = 16435, PPK_IDENTITY = 16436, NO_PPK_AUTH = 16437,
	INTERMEDIATE_EXCHANGE_SUPPORTED = 16438, ADDITIONAL_KEY_EXCHANGE = 16441,
	USE_PPK_INT = 16445, PPK_IDENTITY_KEY = 16446,
	FULL_TRANSCRIPT_AUTH = 16447,
};

enum { FLAG_INITIATOR = 0x08, FLAG_RESPONSE = 0x20 };

#define SPI_LEN		8
#define NONCE_LEN	32
/* The longest plaintext of a message */
#define CHAIN_LEN_MAX	65000
#define METHODS_MAX	8

/**
 * struct chain - payloads one after the other
 * @first: type of the first, 0 for none
 * @next: where the type of the next is written
 * @len: octets in @octets
 * @octets: the payloads
 */
struct chain {
	uint8_t first;
	uint8_t *next;
	size_t len;
	uint8_t octets[CHAIN_LEN_MAX];
};

/**
 * struct suite - transforms of an IKE SA
 * @encr: type 1
 * @key_bits: its Key Length attribute, 0 for none
 * @integ: type 3, 0 for none
 * @prf: type 2
 */
struct suite {
	uint16_t encr;
	uint16_t key_bits;
	uint16_t integ;
	uint16_t prf;
};

/**
 * struct methods - key exchanges
 * @n: how many
 * @ids: that of the KE payload, then ADDKE1 and so on
 */
struct methods {
	unsigned int n;
	uint16_t ids[METHODS_MAX];
};

/**
 * struct ke_data - what goes into a KE payload
 * @method: which key exchange; 0 for none
 * @len: octets in @octets
 * @octets: Key Exchange Data
 */
struct ke_data {
	uint16_t method;
	size_t len;
	uint8_t octets[1568];
};

void chain_begin(struct chain *chain);
void chain_put(struct chain *chain, uint8_t type, const void *octets, size_t len);
void chain_put_more(struct chain *chain, const void *octets, size_t len);
void chain_put_proposal(struct chain *chain, const uint8_t *spi, size_t spi_len,
			const struct suite *suite,
			const struct methods *methods);
void chain_put_esp_proposal(struct chain *chain, uint32_t spi,
			    const struct suite *suite, bool esn,
			    const struct methods *methods);
void chain_put_selectors(struct chain *chain, uint8_t type, unsigned int n,
			 uint8_t protocol, uint16_t port);
void chain_put_ke(struct chain *chain, const struct ke_data *ke);
void chain_put_notify(struct chain *chain, uint16_t type, const void *octets,
		      size_t len);
size_t write_init_message(const struct chain *chain, const uint8_t *spi_i,
			  const uint8_t *spi_r, uint8_t flags, uint8_t *message);

#endif
