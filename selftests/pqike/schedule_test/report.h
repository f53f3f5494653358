/* SPDX-License-Identifier: GPL-2.0 */
/* The results of the tests, and the octets that they compare. */
#ifndef SCHEDULE_TEST_REPORT_H
#define SCHEDULE_TEST_REPORT_H

#include <linux/types.h>

#include "../schedule_vectors.h"

struct pqike_init_values;

__printf(2, 3) void report(bool passed, const char *name, ...);
bool same_octets(const void *got, const struct octets *expected);
const char *prf_name(u16 prf);
void set_init_values(struct pqike_init_values *init, const struct octets *spi_i,
		     const struct octets *spi_r, const struct octets *nonce_i,
		     const struct octets *nonce_r);

void test_prf(void);
void test_key_schedule(void);
void test_linked_keys(void);
void test_sk_payload(void);
void test_auth(void);
void test_modp(void);
void test_ppk(void);
void test_child_sa_id(void);

#endif /* SCHEDULE_TEST_REPORT_H */
