// SPDX-License-Identifier: GPL-2.0
#include "ike/cookie.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

/* Milliseconds that a secret makes cookies; they count as long again. */
#define SECRET_LIFE 60000

static bool make_secret(struct cookies *cookies)
{
	struct cookie_secret next = {
		.made = true,
		.number = (uint8_t)(cookies->current.number + 1),
		.begun = clock_now(),
	};

	if (getrandom(next.octets, sizeof(next.octets), GRND_NONBLOCK) !=
	    sizeof(next.octets))
		return false;
	cookies->previous = cookies->current;
	cookies->current = next;
	return true;
}

static bool is_over(const struct cookie_secret *secret, int64_t life)
{
	return !secret->made || clock_now() - secret->begun >= life;
}

static void hash(const struct cookie_secret *secret,
		 const struct cookie_request *request,
		 uint8_t cookie[COOKIE_SIZE])
{
	const struct nonce *nonce = request->nonce;
	struct hmac_sha256_ctx context;
	const uint8_t *octets;
	size_t size;

	/* The parts that vary in length come last, and one of them only. */
	hmac_sha256_set_key(&context, sizeof(secret->octets), secret->octets);
	hmac_sha256_update(&context, IKE_SPI_SIZE, request->spi_i);
	size = endpoint_octets(&request->path->remote, &octets);
	hmac_sha256_update(&context, size, octets);
	size = endpoint_octets(&request->path->local, &octets);
	hmac_sha256_update(&context, size, octets);
	hmac_sha256_update(&context, nonce->len, nonce->data);
	cookie[0] = secret->number;
	hmac_sha256_digest(&context, COOKIE_SIZE - 1, cookie + 1);
}

static size_t place(const uint8_t *spi_i)
{
	return (size_t)(spi_i[0] << 8 | spi_i[1]) % COOKIES_ASKED;
}

bool cookie_was_asked(const struct cookies *cookies, const uint8_t *spi_i)
{
	const struct cookie_asked *asked = &cookies->asked[place(spi_i)];

	return asked->asked && !memcmp(asked->spi_i, spi_i, IKE_SPI_SIZE);
}

static void note_asked(struct cookies *cookies, const uint8_t *spi_i,
		       uint8_t number)
{
	struct cookie_asked *asked = &cookies->asked[place(spi_i)];

	asked->asked = true;
	asked->number = number;
	memcpy(asked->spi_i, spi_i, IKE_SPI_SIZE);
}

/* Return: the secret of the cookie that was asked for, if it still counts. */
static const struct cookie_secret *choose_secret(const struct cookies *cookies,
						 const uint8_t *spi_i)
{
	const struct cookie_secret *previous = &cookies->previous;

	if (cookie_was_asked(cookies, spi_i) &&
	    cookies->asked[place(spi_i)].number == previous->number &&
	    !is_over(previous, INT64_C(2) * SECRET_LIFE))
		return previous;
	return &cookies->current;
}

bool cookie_make(struct cookies *cookies, const struct cookie_request *request,
		 uint8_t cookie[COOKIE_SIZE])
{
	const struct cookie_secret *secret;

	if (is_over(&cookies->current, SECRET_LIFE) && !make_secret(cookies))
		return false;
	secret = choose_secret(cookies, request->spi_i);
	note_asked(cookies, request->spi_i, secret->number);
	hash(secret, request, cookie);
	return true;
}

bool cookie_check(struct cookies *cookies, const struct cookie_request *request,
		  const uint8_t *data, size_t len)
{
	const struct cookie_secret *secret = &cookies->current;
	uint8_t cookie[COOKIE_SIZE];

	if (len != sizeof(cookie))
		return false;
	if (data[0] != secret->number)
		secret = &cookies->previous;
	if (data[0] != secret->number || is_over(secret, INT64_C(2) * SECRET_LIFE))
		return false;
	hash(secret, request, cookie);
	return memeql_sec(cookie, data, sizeof(cookie));
}
