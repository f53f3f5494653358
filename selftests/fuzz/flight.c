// SPDX-License-Identifier: GPL-2.0
#include "flight.h"

#include <arpa/inet.h>

#include "mend.h"
#include "patch.h"
#include "repeat.h"

/* What the kernel that is played takes of a datagram, and a little more */
#define REPEATED_MAX	8300

static struct fake_datagram *with_data(const struct fake_datagram *like,
				       const uint8_t *data, size_t len)
{
	struct fake_datagram *datagram = malloc(sizeof(*datagram) + len);

	require(datagram);
	*datagram = *like;
	datagram->len = len;
	if (len)
		memcpy(datagram->data, data, len);
	return datagram;
}

static bool is_init_request(const struct fake_datagram *datagram)
{
	return datagram->len >= IKE_HEADER_SIZE &&
	       datagram->data[18] == IKE_SA_INIT &&
	       !(datagram->data[19] & IKE_FLAG_RESPONSE);
}

static struct fake_datagram *copy(const struct fake_datagram *datagram)
{
	return with_data(datagram, datagram->data, datagram->len);
}

void flight_gather(struct flight *flight)
{
	struct fake_datagram *datagram;

	while ((datagram = fake_network_take())) {
		if (flight->n == FLIGHT_MAX)
			free(flight_take(flight, 0));
		flight->list[flight->n++] = datagram;
		if (!is_init_request(datagram))
			continue;
		free(flight->init);
		flight->init = copy(datagram);
	}
}

struct fake_datagram *flight_take(struct flight *flight, size_t i)
{
	struct fake_datagram *datagram;

	if (i >= flight->n)
		return NULL;
	datagram = flight->list[i];
	flight->n--;
	memmove(&flight->list[i], &flight->list[i + 1],
		(flight->n - i) * sizeof(flight->list[0]));
	return datagram;
}

struct fake_datagram *flight_copy(const struct flight *flight, size_t i)
{
	return i < flight->n ? copy(flight->list[i]) : NULL;
}

#define NEXT_PAYLOAD_OFFSET	16
#define EXCHANGE_TYPE_OFFSET	18

static bool is_protected(const struct fake_datagram *datagram)
{
	return datagram->len > IKE_HEADER_SIZE &&
	       (datagram->data[NEXT_PAYLOAD_OFFSET] == PAYLOAD_SK ||
		datagram->data[NEXT_PAYLOAD_OFFSET] == PAYLOAD_SKF);
}

/* Of a payload that is critical, and of a type that nobody knows. */
#define UNKNOWN_PAYLOAD	200
#define CRITICAL	0x80

static void make_critical(uint8_t *data, size_t len)
{
	size_t sk = IKE_HEADER_SIZE;
	size_t inner = sk + (data[NEXT_PAYLOAD_OFFSET] == PAYLOAD_SKF ? 8 : 4);

	if (len < inner + 4)
		return;
	data[data[NEXT_PAYLOAD_OFFSET] == PAYLOAD_SA ? NEXT_PAYLOAD_OFFSET : sk] =
		UNKNOWN_PAYLOAD;
	data[data[sk] == UNKNOWN_PAYLOAD ? inner + 1 : sk + 1] |= CRITICAL;
}

/*
 * One octet: 0 to 3, a piece is repeated so many times more, by two more octets; 4, a
 * payload is critical; 5, the exchange is another one, by one more.
 */
static uint8_t *change(struct draw *in, const struct fake_datagram *datagram,
		       size_t *len)
{
	uint8_t pieces = draw_u8(in);
	uint8_t *data;

	if (pieces > 5 || datagram->len > REPEATED_MAX ||
	    datagram->len < IKE_HEADER_SIZE + 4)
		return patched(in, datagram->data, datagram->len, len);
	if (pieces > 3) {
		*len = datagram->len;
		data = exact_copy(datagram->data, *len);
		if (pieces == 4)
			make_critical(data, *len);
		else
			data[EXCHANGE_TYPE_OFFSET] =
				(uint8_t)(IKE_SA_INIT + draw_u8(in) % 11);
		return data;
	}
	data = malloc(REPEATED_MAX);
	require(data);
	*len = datagram->len;
	memcpy(data, datagram->data, *len);
	for (unsigned int i = 0; i <= pieces; i++)
		*len = repeat_in_message(data, *len, REPEATED_MAX, draw_u16(in));
	return data;
}

struct fake_datagram *flight_change(struct draw *in,
				    struct fake_datagram *datagram, bool verifies)
{
	struct fake_datagram *changed;
	uint8_t *data;
	size_t len;

	if (!verifies) {
		if (is_protected(datagram))
			datagram->data[datagram->len - 1] ^= 1;
		return datagram;
	}
	data = change(in, datagram, &len);
	mend(data, len);
	changed = with_data(datagram, data, len);
	free(data);
	free(datagram);
	return changed;
}

struct fake_datagram *flight_forge(const struct flight *flight, uint8_t number,
				   uint8_t host)
{
	struct fake_datagram *forged;
	char address[INET_ADDRSTRLEN];

	if (!flight->init)
		return NULL;
	forged = copy(flight->init);
	forged->data[0] ^= number;
	forged->data[1] ^= 0x80;
	if (host) {
		snprintf(address, sizeof(address), "198.51.100.%u", host);
		side_set_address(&forged->path.local, address);
		endpoint_set_port(&forged->path.local, IKE_PORT);
	}
	return forged;
}

void flight_end(struct flight *flight)
{
	flight_gather(flight);
	while (flight->n)
		free(flight_take(flight, 0));
	free(flight->init);
	flight->init = NULL;
}
