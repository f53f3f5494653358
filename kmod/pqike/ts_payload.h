/* SPDX-License-Identifier: GPL-2.0 */
/* Traffic selectors of a TS payload (RFC 7296 section 3.13). */
#ifndef PQIKE_TS_PAYLOAD_H
#define PQIKE_TS_PAYLOAD_H

#include <linux/types.h>
#include <linux/xfrm.h>

struct ike_payload;
struct pqike_ts;

/**
 * struct ike_ts_endpoint - what a selector of one address stands for in transport mode
 * @family: AF_INET or AF_INET6
 * @address: of that side, as this host sees it
 *
 * RFC 7296 section 2.23.1: what its sender sees is another one behind a NAT.  ESP in
 * transport mode has no other addresses than the endpoints in any case.
 */
struct ike_ts_endpoint {
	u16 family;
	const xfrm_address_t *address;
};

bool ike_ts_is_well_formed(const struct ike_payload *payload);
bool ike_ts_holds(const struct ike_payload *payload, const struct pqike_ts *ts,
		  const struct ike_ts_endpoint *endpoint);
int ike_ts_narrow(const struct ike_payload *payload, const struct pqike_ts *outer,
		  const struct ike_ts_endpoint *endpoint, struct pqike_ts *list,
		  unsigned int *n);

#endif /* PQIKE_TS_PAYLOAD_H */
