// SPDX-License-Identifier: GPL-2.0
#include "wire/nat_detection.h"

#include <nettle/sha1.h>
#include <string.h>

#include "wire/payload.h"

static void hash_endpoint(const uint8_t *spi_i, const uint8_t *spi_r,
			  const struct sockaddr_storage *endpoint,
			  uint8_t digest[SHA1_DIGEST_SIZE])
{
	uint16_t number = endpoint_port(endpoint);
	const uint8_t port[] = { (uint8_t)(number >> 8), (uint8_t)number };
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);
	struct sha1_ctx context;

	sha1_init(&context);
	sha1_update(&context, IKE_SPI_SIZE, spi_i);
	sha1_update(&context, IKE_SPI_SIZE, spi_r);
	sha1_update(&context, size, octets);
	sha1_update(&context, sizeof(port), port);
	sha1_digest(&context, SHA1_DIGEST_SIZE, digest);
}

void nat_detection_write(struct message_writer *message, const uint8_t *spi_i,
			 const uint8_t *spi_r, const struct path *path,
			 bool pretend)
{
	struct sockaddr_storage source = path->local;
	uint8_t digest[SHA1_DIGEST_SIZE];

	/* Nothing is ever sent from port 0. */
	if (pretend)
		endpoint_set_port(&source, 0);
	hash_endpoint(spi_i, spi_r, &source, digest);
	notify_write(message, NAT_DETECTION_SOURCE_IP, digest, sizeof(digest));
	hash_endpoint(spi_i, spi_r, &path->remote, digest);
	notify_write(message, NAT_DETECTION_DESTINATION_IP, digest,
		     sizeof(digest));
}

enum match { ABSENT, DIFFERS, FITS };

/* A multihomed peer sends several source hashes: one that fits is enough. */
static enum match compare(const struct payloads *payloads, uint16_t type,
			  const uint8_t digest[SHA1_DIGEST_SIZE])
{
	enum match match = ABSENT;

	for (size_t i = 0; i < payloads->n; i++) {
		struct notify_payload notify;

		if (payloads->list[i].type != PAYLOAD_NOTIFY ||
		    !notify_parse(&payloads->list[i], &notify) ||
		    notify.type != type)
			continue;
		match = DIFFERS;
		if (notify.len == SHA1_DIGEST_SIZE &&
		    !memcmp(notify.data, digest, SHA1_DIGEST_SIZE))
			return FITS;
	}
	return match;
}

void nat_detection_check(const struct payloads *payloads, const uint8_t *spi_i,
			 const uint8_t *spi_r, const struct path *path,
			 struct nat_detection *found)
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	enum match here;
	enum match there;

	hash_endpoint(spi_i, spi_r, &path->local, digest);
	here = compare(payloads, NAT_DETECTION_DESTINATION_IP, digest);
	hash_endpoint(spi_i, spi_r, &path->remote, digest);
	there = compare(payloads, NAT_DETECTION_SOURCE_IP, digest);
	found->supported = here != ABSENT && there != ABSENT;
	found->here = found->supported && here == DIFFERS;
	found->there = found->supported && there == DIFFERS;
}
