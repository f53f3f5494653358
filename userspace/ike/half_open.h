/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IKE SAs whose peer has not authenticated itself, or could not: how many a
 * responder takes, and from when on it asks for cookies.
 */
#ifndef PQIKE_HALF_OPEN_H
#define PQIKE_HALF_OPEN_H

#include "ike/cookie.h"
#include "ike/ike_sa.h"

/* From so many on, in all, an initiator must bring a cookie. */
#define HALF_OPEN_COOKIES 32

/*
 * So many are kept in all: one more ends another, see half_open_begin(). And so many
 * are taken from one peer: an IPv4 address, or an IPv6 prefix of 64 bits, which one
 * host may have for itself.
 */
#define HALF_OPEN_MAX 1000
#define HALF_OPEN_PEER_MAX 100

enum half_open_admission {
	HALF_OPEN_ADMITTED,
	HALF_OPEN_NEEDS_COOKIE, /* answer with it, and keep nothing */
	HALF_OPEN_REFUSED, /* do not answer */
};

/**
 * half_open_admit() - what an IKE_SA_INIT request gets
 * @payloads: of the request
 * @cookie: receives what an initiator that needs one must bring
 */
enum half_open_admission half_open_admit(struct ike *ike,
					 const struct cookie_request *request,
					 const struct payloads *payloads,
					 uint8_t cookie[COOKIE_SIZE]);

/**
 * half_open_begin() - @sa, of a responder, is half-open from now on
 * @sa: its peer was admitted
 *
 * Where there are HALF_OPEN_MAX, another is to end: the oldest of those whose peers have
 * not gone on since IKE_SA_INIT, or, where these are fewer than half, of the others.
 * So peers that never go on keep nobody out, and whoever goes on within the time that
 * HALF_OPEN_MAX / 2 others take to begin is not displaced.
 *
 * Return: the one that is to end now; NULL: none.
 */
struct ike_sa *half_open_begin(struct ike *ike, struct ike_sa *sa);

/* @sa is not half-open any more, if it was. */
void half_open_end(struct ike *ike, struct ike_sa *sa);

#endif
