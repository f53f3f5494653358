// SPDX-License-Identifier: GPL-2.0
#include "half_open.h"

#include <string.h>

#include "ike_sa.h"
#include "log.h"

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

static bool is_full(struct ike *ike, const struct sockaddr_storage *peer)
{
	struct half_open *half_open = &ike->half_open;
	char address[ENDPOINT_TEXT_SIZE];

	/* Fewer cannot be too many of one peer: no need to count. */
	if (half_open->n < HALF_OPEN_PEER_MAX ||
	    (half_open->n < HALF_OPEN_MAX &&
	     count_of_peer(half_open, peer) < HALF_OPEN_PEER_MAX))
		return false;
	endpoint_print_address(peer, address, sizeof(address));
	if (!half_open->full)
		log_line("%u IKE SAs are half-open: IKE_SA_INIT of %s is not answered",
			 half_open->n, address);
	half_open->full = true;
	return true;
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
	return is_full(ike, &request->path->remote) ? HALF_OPEN_REFUSED :
						      HALF_OPEN_ADMITTED;
}

void half_open_begin(struct ike *ike, struct ike_sa *sa)
{
	struct half_open *half_open = &ike->half_open;

	sa->half_open = true;
	half_open->n++;
	sa->prev_half_open = NULL;
	sa->next_half_open = half_open->list;
	if (half_open->list)
		half_open->list->prev_half_open = sa;
	half_open->list = sa;
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
