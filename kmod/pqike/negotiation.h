/* SPDX-License-Identifier: GPL-2.0 */
/* The suite that two IKE_SA_INIT messages agree on (RFC 7296 section 3.3). */
#ifndef PQIKE_NEGOTIATION_H
#define PQIKE_NEGOTIATION_H

#include <linux/types.h>

#define PQIKE_ADDITIONAL_KE_MAX	7

struct ike_payload;
struct netlink_ext_ack;
struct pqike_sk_algorithm;

/**
 * struct pqike_suite - the algorithms of an IKE SA
 * @encr: transform ID of type 1
 * @encr_key_bits: its Key Length attribute, 0 where it has none
 * @integ: transform ID of type 3, 0 beside an AEAD
 * @sk: what these three come to
 * @prf: transform ID of type 2
 * @ke: transform ID of type 4
 * @n_additional_ke: number of additional key exchanges, NONE left out
 * @additional_ke: their transform IDs, in ascending transform type
 * @additional_ke_types: their places: bit 0 is transform type 6, ADDKE1
 */
struct pqike_suite {
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	const struct pqike_sk_algorithm *sk;
	u16 prf;
	u16 ke;
	unsigned int n_additional_ke;
	u16 additional_ke[PQIKE_ADDITIONAL_KE_MAX];
	u8 additional_ke_types;
};

int pqike_suite_agree(const struct ike_payload *offer,
		      const struct ike_payload *choice,
		      struct pqike_suite *suite,
		      struct netlink_ext_ack *extack);
int pqike_proposals_spi(const struct ike_payload *sa, u8 *spi,
			struct netlink_ext_ack *extack);
bool pqike_suite_is_among(const struct pqike_suite *suite,
			  const struct ike_payload *proposals);
bool pqike_suite_has_ml_kem(const struct pqike_suite *suite);

#endif /* PQIKE_NEGOTIATION_H */
