// SPDX-License-Identifier: GPL-2.0
#include "ike/half_open.h"

#include <string.h>

#include "base/log.h"

/* Octets of the prefix that one host may have for itself. */
#define IPV6_PREFIX_SIZE 8

/* Say when it begins and when it is over, not for each request. */
static void note_load(struct half_open *half_open)
{
	bool asking = half_open->n >= HALF_OPEN_COOKIES;

	if (asking && !half_open->asking) {
		half_open->asking = true;
		log_line("%u IKE SAs are half-open: initiators must bring cookies",
			 half_open->n);
	} else if (half_open->asking && half_open->n < HALF_OPEN_COOKIES / 2) {
		half_open->asking = false;
		half_open->full = false;
		half_open->refusing = false;
		log_line("%u IKE SAs are half-open: no more cookies are needed",
			 half_open->n);
	}
}

static bool same_peer(const struct sockaddr_storage *a,
		      const struct sockaddr_storage *b)
{
	const uint8_t *a_octets;
	const uint8_t *b_octets;
	size_t size = endpoint_octets(a, &a_octets);

	endpoint_octets(b, &b_octets);
	if (a->ss_family == AF_INET6)
		size = IPV6_PREFIX_SIZE;
	return a->ss_family == b->ss_family && !memcmp(a_octets, b_octets, size);
}

/* At most HALF_OPEN_MAX are looked at. */
static unsigned int count_of_peer(const struct half_open *half_open,
				  const struct sockaddr_storage *peer)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = half_open->list; sa; sa = sa->next_half_open)
		n += same_peer(&sa->path.remote, peer);
	return n;
}

static bool has_too_many(struct ike *ike, const struct sockaddr_storage *peer)
{
	struct half_open *half_open = &ike->half_open;
	char address[ENDPOINT_TEXT_SIZE];

	/* Fewer cannot be too many of one peer: no need to count. */
	if (half_open->n < HALF_OPEN_PEER_MAX ||
	    count_of_peer(half_open, peer) < HALF_OPEN_PEER_MAX)
		return false;
	endpoint_print_address(peer, address, sizeof(address));
	if (!half_open->refusing)
		log_line("%u IKE SAs are half-open: IKE_SA_INIT of %s is not answered",
			 half_open->n, address);
	half_open->refusing = true;
	return true;
}

/* The peer has done more than to begin, which costs it little. */
static bool goes_on(const struct ike_sa *sa)
{
	return sa->phase == PHASE_AUTH && sa->expected_message_id > 1;
}

/*
 * The oldest of those that do not go on, or that have failed, while these are more
 * than half of all; else the oldest of those that go on. So neither kind is displaced
 * before HALF_OPEN_MAX / 2 others of it have begun. HALF_OPEN_MAX are looked at.
 */
static struct ike_sa *choose_displaced(const struct half_open *half_open)
{
	struct ike_sa *oldest[2] = { NULL, NULL };
	unsigned int going_on = 0;

	for (struct ike_sa *sa = half_open->list; sa; sa = sa->next_half_open) {
		oldest[goes_on(sa)] = sa;
		going_on += goes_on(sa);
	}
	return oldest[going_on > half_open->n / 2];
}

/* A flood leaves no place; whoever has brought a cookie gets one nevertheless. */
static struct ike_sa *make_room(struct ike *ike)
{
	struct half_open *half_open = &ike->half_open;

	if (half_open->n < HALF_OPEN_MAX)
		return NULL;
	if (!half_open->full)
		log_line("%u IKE SAs are half-open: each new one ends the oldest",
			 half_open->n);
	half_open->full = true;
	ike->refused.n[MESSAGE_HALF_OPEN_LIMIT]++;
	return choose_displaced(half_open);
}

enum half_open_admission half_open_admit(struct ike *ike,
					 const struct cookie_request *request,
					 const struct payloads *payloads,
					 uint8_t cookie[COOKIE_SIZE])
{
	struct half_open *half_open = &ike->half_open;
	struct notify_payload notify;

	note_load(half_open);
	if ((half_open->asking ||
	     cookie_was_asked(&half_open->cookies, request->spi_i)) &&
	    (!notify_find(payloads, COOKIE, &notify) ||
	     !cookie_check(&half_open->cookies, request, notify.data,
			   notify.len)))
		return cookie_make(&half_open->cookies, request, cookie) ?
			       HALF_OPEN_NEEDS_COOKIE : HALF_OPEN_REFUSED;
	return has_too_many(ike, &request->path->remote) ? HALF_OPEN_REFUSED :
							   HALF_OPEN_ADMITTED;
}

struct ike_sa *half_open_begin(struct ike *ike, struct ike_sa *sa)
{
	struct half_open *half_open = &ike->half_open;
	struct ike_sa *displaced = make_room(ike);

	sa->half_open = true;
	half_open->n++;
	sa->prev_half_open = NULL;
	sa->next_half_open = half_open->list;
	if (half_open->list)
		half_open->list->prev_half_open = sa;
	half_open->list = sa;
	return displaced;
}

void half_open_end(struct ike *ike, struct ike_sa *sa)
{
	if (!sa->half_open)
		return;
	sa->half_open = false;
	ike->half_open.n--;
	if (sa->prev_half_open)
		sa->prev_half_open->next_half_open = sa->next_half_open;
	else
		ike->half_open.list = sa->next_half_open;
	if (sa->next_half_open)
		sa->next_half_open->prev_half_open = sa->prev_half_open;
	note_load(&ike->half_open);
}
