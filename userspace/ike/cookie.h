/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cookies of IKE_SA_INIT (RFC 7296 section 2.6): under load, an initiator shows
 * that it receives what is sent to its address before anything is kept of it.
 */
#ifndef PQIKE_COOKIE_H
#define PQIKE_COOKIE_H

#include "wire/path.h"
#include "wire/payload.h"

#define COOKIE_SIZE 33 /* number of the secret, HMAC-SHA2-256 */

#define COOKIE_SECRET_SIZE 32

struct cookie_secret {
	bool made;
	uint8_t number; /* first octet of the cookies made with it */
	int64_t begun; /* clock_now() */
	uint8_t octets[COOKIE_SECRET_SIZE];
};

/* Requests that have been asked for a cookie, a power of two. */
#define COOKIES_ASKED 4096

struct cookie_asked {
	bool asked;
	uint8_t number; /* of the secret */
	uint8_t spi_i[IKE_SPI_SIZE];
};

/* All that the responder keeps.  Zeroed: it makes its first secret itself. */
struct cookies {
	struct cookie_secret current;
	struct cookie_secret previous; /* what it has made still counts */
	struct cookie_asked asked[COOKIES_ASKED]; /* the last in each place */
};

/* What a cookie is bound to. */
struct cookie_request {
	const struct path *path; /* ports play no part */
	const uint8_t *spi_i;
	const struct nonce *nonce;
};

/**
 * cookie_make() - the cookie that a request must bring
 *
 * A request that is asked again is asked for the same cookie, as long as that
 * counts.
 *
 * Return: false without random numbers.
 */
bool cookie_make(struct cookies *cookies, const struct cookie_request *request,
		 uint8_t cookie[COOKIE_SIZE]);

/* Return: whether @data is the cookie of @request. */
bool cookie_check(struct cookies *cookies, const struct cookie_request *request,
		  const uint8_t *data, size_t len);

/**
 * cookie_was_asked() - whether the request of this SPIi was asked for a cookie
 *
 * Then it must bring one for good: without it, it has been on its way since before
 * its initiator heard of the cookie.  The initiator's AUTH covers the request that
 * it has sent with the cookie since, and it would take any response for the one to
 * that.
 */
bool cookie_was_asked(const struct cookies *cookies, const uint8_t *spi_i);

#endif
