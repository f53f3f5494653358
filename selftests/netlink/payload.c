// SPDX-License-Identifier: GPL-2.0
#include "payload.h"

#include <endian.h>
#include <string.h>

#define PAYLOAD_HEADER_LEN	4
#define IKE_HEADER_LEN		28
#define PROTOCOL_IKE		1
#define PROTOCOL_ESP		3

/* As RFC 7296 section 3.3 numbers them */
enum {
	TRANSFORM_ENCR = 1, TRANSFORM_PRF, TRANSFORM_INTEG, TRANSFORM_KE,
	TRANSFORM_ESN, TRANSFORM_ADDKE1,
};

static void put_u16(uint8_t *at, uint16_t value)
{
	value = htobe16(value);
	memcpy(at, &value, sizeof(value));
}

/**
 * chain_begin() - begin without payloads
 * @chain: receives them
 */
void chain_begin(struct chain *chain)
{
	chain->first = 0;
	chain->next = &chain->first;
	chain->len = 0;
}

/**
 * chain_put_more() - make the last payload longer
 * @chain: with a payload
 * @octets: what comes at its end
 * @len: octets in @octets; what is beyond the room is left out
 */
void chain_put_more(struct chain *chain, const void *octets, size_t len)
{
	uint8_t *header = chain->next;
	const size_t room = sizeof(chain->octets) - chain->len;

	if (len > room)
		len = room;
	if (len)
		memcpy(chain->octets + chain->len, octets, len);
	chain->len += len;
	put_u16(header + 2, (uint16_t)(chain->octets + chain->len - header));
}

/**
 * chain_put() - put a payload at the end
 * @chain: the payloads
 * @type: its type
 * @octets: its body
 * @len: octets in @octets; what is beyond the room is left out
 */
void chain_put(struct chain *chain, uint8_t type, const void *octets, size_t len)
{
	uint8_t *header = chain->octets + chain->len;

	if (sizeof(chain->octets) - chain->len < PAYLOAD_HEADER_LEN)
		return;
	*chain->next = type;
	memset(header, 0, PAYLOAD_HEADER_LEN);
	chain->next = header;
	chain->len += PAYLOAD_HEADER_LEN;
	chain_put_more(chain, octets, len);
}

static void put_transform(struct chain *chain, uint8_t type, uint16_t id,
			  uint16_t key_bits, bool last)
{
	uint8_t octets[12] = { last ? 0 : 3, 0, 0, 8, type, 0, 0, 0, 0x80, 14 };

	put_u16(octets + 6, id);
	put_u16(octets + 10, key_bits);
	if (key_bits)
		octets[3] = sizeof(octets);
	chain_put_more(chain, octets, octets[3]);
}

/**
 * chain_put_proposal() - put an SA payload with one proposal for an IKE SA
 * @chain: the payloads
 * @spi: SPI of a rekey
 * @spi_len: octets in @spi; 0 in IKE_SA_INIT
 * @suite: transforms but those of key exchanges
 * @methods: key exchanges
 */
void chain_put_proposal(struct chain *chain, const uint8_t *spi, size_t spi_len,
			const struct suite *suite, const struct methods *methods)
{
	uint8_t header[8] = { 0, 0, 0, 0, 1, PROTOCOL_IKE, (uint8_t)spi_len };
	const size_t begin = chain->len + PAYLOAD_HEADER_LEN;

	header[7] = (uint8_t)(2 + !!suite->integ + methods->n);
	chain_put(chain, PAYLOAD_SA, header, sizeof(header));
	chain_put_more(chain, spi, spi_len);
	put_transform(chain, TRANSFORM_ENCR, suite->encr, suite->key_bits, false);
	if (suite->integ)
		put_transform(chain, TRANSFORM_INTEG, suite->integ, 0, false);
	put_transform(chain, TRANSFORM_PRF, suite->prf, 0, !methods->n);
	for (unsigned int i = 0; i < methods->n; i++)
		put_transform(chain, (uint8_t)(i ? TRANSFORM_ADDKE1 + i - 1 :
						   TRANSFORM_KE),
			      methods->ids[i], 0, i + 1 == methods->n);
	put_u16(chain->octets + begin + 2, (uint16_t)(chain->len - begin));
}

/**
 * chain_put_esp_proposal() - put an SA payload with one proposal for a Child SA
 * @chain: the payloads
 * @spi: inbound SPI of the sender, as it is on the wire
 * @suite: transforms, without a PRF
 * @esn: Extended Sequence Numbers
 * @methods: key exchanges, perhaps none
 */
void chain_put_esp_proposal(struct chain *chain, uint32_t spi,
			    const struct suite *suite, bool esn,
			    const struct methods *methods)
{
	const unsigned int n = methods->n;
	const size_t begin = chain->len + PAYLOAD_HEADER_LEN;
	uint8_t header[8] = { 0, 0, 0, 0, 1, PROTOCOL_ESP, sizeof(spi) };

	header[7] = (uint8_t)(2 + !!suite->integ + n);
	chain_put(chain, PAYLOAD_SA, header, sizeof(header));
	chain_put_more(chain, &spi, sizeof(spi));
	put_transform(chain, TRANSFORM_ENCR, suite->encr, suite->key_bits, false);
	if (suite->integ)
		put_transform(chain, TRANSFORM_INTEG, suite->integ, 0, false);
	put_transform(chain, TRANSFORM_ESN, esn, 0, !n);
	for (unsigned int i = 0; i < n; i++)
		put_transform(chain, (uint8_t)(i ? TRANSFORM_ADDKE1 + i - 1 :
						   TRANSFORM_KE),
			      methods->ids[i], 0, i + 1 == n);
	put_u16(chain->octets + begin + 2, (uint16_t)(chain->len - begin));
}

/**
 * chain_put_selectors() - put a TS payload with all IPv4 addresses
 * @chain: the payloads
 * @type: of the payload
 * @n: how many selectors
 * @protocol: of each, 0 for any
 * @port: of the first, and one more of each other; 0 for any
 */
void chain_put_selectors(struct chain *chain, uint8_t type, unsigned int n,
			 uint8_t protocol, uint16_t port)
{
	const uint8_t header[4] = { (uint8_t)n };
	uint8_t selector[16] = {
		7, protocol, 0, 16, 0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255,
	};

	chain_put(chain, type, header, sizeof(header));
	for (unsigned int i = 0; i < n; i++) {
		if (port) {
			put_u16(selector + 4, (uint16_t)(port + i));
			put_u16(selector + 6, (uint16_t)(port + i));
		}
		chain_put_more(chain, selector, sizeof(selector));
	}
}

/**
 * chain_put_ke() - put a KE payload, if there is KE data
 * @chain: the payloads
 * @ke: its method and data
 */
void chain_put_ke(struct chain *chain, const struct ke_data *ke)
{
	uint8_t header[4] = { 0 };

	if (!ke->method)
		return;
	put_u16(header, ke->method);
	chain_put(chain, PAYLOAD_KE, header, sizeof(header));
	chain_put_more(chain, ke->octets, ke->len);
}

/**
 * chain_put_notify() - put a notification of no SPI
 * @chain: the payloads
 * @type: Notify Message Type
 * @octets: Notification Data
 * @len: octets in @octets
 */
void chain_put_notify(struct chain *chain, uint16_t type, const void *octets,
		      size_t len)
{
	uint8_t header[4] = { 0 };

	put_u16(header + 2, type);
	chain_put(chain, PAYLOAD_NOTIFY, header, sizeof(header));
	chain_put_more(chain, octets, len);
}

/**
 * write_init_message() - an IKE_SA_INIT message
 * @chain: its payloads
 * @spi_i: SPI of the initiator
 * @spi_r: SPI of the responder
 * @flags: of the IKE header
 * @message: receives 28 octets more than @chain has
 *
 * Return: octets in @message.
 */
size_t write_init_message(const struct chain *chain, const uint8_t *spi_i,
			  const uint8_t *spi_r, uint8_t flags, uint8_t *message)
{
	const size_t len = IKE_HEADER_LEN + chain->len;
	const uint32_t octets = htobe32((uint32_t)len);

	memset(message, 0, IKE_HEADER_LEN);
	memcpy(message, spi_i, SPI_LEN);
	memcpy(message + SPI_LEN, spi_r, SPI_LEN);
	message[16] = chain->first;
	message[17] = 0x20;
	message[18] = IKE_SA_INIT;
	message[19] = flags;
	memcpy(message + 24, &octets, sizeof(octets));
	memcpy(message + IKE_HEADER_LEN, chain->octets, chain->len);
	return len;
}
