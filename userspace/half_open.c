// SPDX-License-Identifier: GPL-2.0
#include "half_open.h"

#include "ike_sa.h"
#include "log.h"

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

static unsigned int count_of_peer(const struct ike *ike,
				  const struct sockaddr_storage *peer)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		n += sa->half_open && endpoint_same_address(&sa->path.remote, peer);
	return n;
}

static bool is_full(struct ike *ike, const struct sockaddr_storage *peer)
{
	struct half_open *half_open = &ike->half_open;
	char address[ENDPOINT_TEXT_SIZE];

	/* Fewer cannot be too many of one peer: no need to count. */
	if (half_open->n < HALF_OPEN_PEER_MAX ||
	    (half_open->n < HALF_OPEN_MAX &&
	     count_of_peer(ike, peer) < HALF_OPEN_PEER_MAX))
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
	sa->half_open = true;
	ike->half_open.n++;
}

void half_open_end(struct ike *ike, struct ike_sa *sa)
{
	if (!sa->half_open)
		return;
	sa->half_open = false;
	ike->half_open.n--;
	note_load(&ike->half_open);
}
