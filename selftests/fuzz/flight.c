// SPDX-License-Identifier: GPL-2.0
#include "flight.h"

#include "mend.h"
#include "patch.h"

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

void flight_gather(struct flight *flight)
{
	struct fake_datagram *datagram;

	while ((datagram = fake_network_take())) {
		if (flight->n == FLIGHT_MAX)
			free(flight_take(flight, 0));
		flight->list[flight->n++] = datagram;
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
	const struct fake_datagram *datagram;

	if (i >= flight->n)
		return NULL;
	datagram = flight->list[i];
	return with_data(datagram, datagram->data, datagram->len);
}

static bool is_protected(const struct fake_datagram *datagram)
{
	return datagram->len > IKE_HEADER_SIZE &&
	       (datagram->data[16] == PAYLOAD_SK ||
		datagram->data[16] == PAYLOAD_SKF);
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
	data = patched(in, datagram->data, datagram->len, &len);
	mend(data, len);
	changed = with_data(datagram, data, len);
	free(data);
	free(datagram);
	return changed;
}

void flight_end(struct flight *flight)
{
	flight_gather(flight);
	while (flight->n)
		free(flight_take(flight, 0));
}
