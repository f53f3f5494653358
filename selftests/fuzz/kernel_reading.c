// SPDX-License-Identifier: GPL-2.0
#include "kernel_reading.h"

#include <linux/netlink.h>
#include <linux/socket.h>

#include "../../kmod/pqike/esp.h"
#include "../../kmod/pqike/ike_message.h"
#include "../../kmod/pqike/ke.h"
#include "../../kmod/pqike/negotiation.h"
#include "../../kmod/pqike/ts_payload.h"
#include "draw.h"

/* As ke.c has them, which needs more of the kernel than there is here */
bool pqike_ke_is_ml_kem(u16 method)
{
	return method >= IKE_KE_ML_KEM_512 && method <= IKE_KE_ML_KEM_1024;
}

bool pqike_ke_is_classical(u16 method)
{
	return (method >= IKE_KE_MODP_2048 && method <= IKE_KE_MODP_4096) ||
	       method == IKE_KE_ECP_256 || method == IKE_KE_ECP_384 ||
	       method == IKE_KE_CURVE25519;
}

bool kernel_checks_header(const uint8_t *data, size_t len)
{
	struct ike_payload_chain chain;

	return !ike_message_check(data, len, &chain);
}

void kernel_read_chain(uint8_t first, const uint8_t *data, size_t len,
		       struct kernel_reading *reading)
{
	struct ike_payload_chain chain = { first, data, len };
	struct ike_payload payload;
	int more;

	ike_notify_present(chain, IKE_NOTIFY_INTERMEDIATE_EXCHANGE_SUPPORTED);
	reading->n = 0;
	while ((more = ike_payload_next(&chain, &payload)) > 0) {
		require(payload.body >= data && payload.len <= len);
		require(payload.body + payload.len <= data + len);
		reading->n++;
	}
	reading->well_formed = !more;
}

bool kernel_has_payload(uint8_t first, const uint8_t *data, size_t len,
			uint8_t type, const uint8_t *body, size_t body_len)
{
	struct ike_payload_chain chain = { first, data, len };
	struct ike_payload payload;

	while (ike_payload_next(&chain, &payload) > 0)
		if (payload.type == type && payload.body == body &&
		    payload.len == body_len)
			return true;
	return false;
}

bool kernel_agrees(const uint8_t *offer, size_t offer_len,
		   const uint8_t *choice, size_t choice_len)
{
	struct ike_payload offered = { IKE_PAYLOAD_SA, offer, offer_len };
	struct ike_payload chosen = { IKE_PAYLOAD_SA, choice, choice_len };
	struct netlink_ext_ack extack = { NULL };
	struct pqike_suite suite;

	if (pqike_suite_agree(&offered, &chosen, &suite, &extack)) {
		require(extack.message);
		return false;
	}
	require(suite.encr && suite.prf && suite.ke);
	require(suite.n_additional_ke <= PQIKE_ADDITIONAL_KE_MAX);
	pqike_suite_has_ml_kem(&suite);
	return true;
}

bool kernel_reads_ts(const uint8_t *body, size_t len)
{
	const struct ike_payload payload = { IKE_PAYLOAD_TSI, body, len };

	return ike_ts_is_well_formed(&payload);
}

bool kernel_holds(const uint8_t *body, size_t len, const uint8_t *address,
		  size_t address_len, uint8_t prefix_len, uint8_t protocol,
		  const uint16_t port[2])
{
	const struct ike_payload payload = { IKE_PAYLOAD_TSI, body, len };
	struct pqike_ts ts = {
		.family = address_len == 4 ? AF_INET : AF_INET6,
		.prefix_len = prefix_len,
		.protocol = protocol,
		.port = port[0],
		.port_mask = port[1],
	};

	memcpy(&ts.address, address, address_len);
	return ike_ts_holds(&payload, &ts, NULL);
}
