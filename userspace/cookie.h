/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cookies of IKE_SA_INIT (RFC 7296 section 2.6): under load, an initiator shows
 * that it receives what is sent to its address before anything is kept of it.
 */
#ifndef PQIKE_COOKIE_H
#define PQIKE_COOKIE_H

#include "path.h"
#include "payload.h"

#define COOKIE_SIZE 33 /* number of the secret, HMAC-SHA2-256 */

#define COOKIE_SECRET_SIZE 32

struct cookie_secret {
	bool made;
	uint8_t number; /* first octet of the cookies made with it */
	int64_t begun; /* clock_now() */
	uint8_t octets[COOKIE_SECRET_SIZE];
};

/* All that the responder keeps.  Zeroed: it makes its first secret itself. */
struct cookies {
	struct cookie_secret current;
	struct cookie_secret previous; /* what it has made still counts */
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
 * Return: false without random numbers.
 */
bool cookie_make(struct cookies *cookies, const struct cookie_request *request,
		 uint8_t cookie[COOKIE_SIZE]);

/* Return: whether @data is the cookie of @request. */
bool cookie_check(struct cookies *cookies, const struct cookie_request *request,
		  const uint8_t *data, size_t len);

#endif
