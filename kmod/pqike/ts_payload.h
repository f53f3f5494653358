/* SPDX-License-Identifier: GPL-2.0 */
/* Traffic selectors of a TS payload (RFC 7296 section 3.13). */
#ifndef PQIKE_TS_PAYLOAD_H
#define PQIKE_TS_PAYLOAD_H

#include <linux/types.h>
#include <linux/xfrm.h>

struct ike_payload;
struct pqike_ts;

bool ike_ts_is_well_formed(const struct ike_payload *payload);
bool ike_ts_holds(const struct ike_payload *payload, const struct pqike_ts *ts,
		  const xfrm_address_t *endpoint);

#endif /* PQIKE_TS_PAYLOAD_H */
