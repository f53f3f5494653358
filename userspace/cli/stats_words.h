/* SPDX-License-Identifier: GPL-2.0 */
/* Names of what the kernel counts: for programs, and for people. */
#ifndef PQIKE_STATS_WORDS_H
#define PQIKE_STATS_WORDS_H

#include <linux/pqike.h>

/* "ike_sa_rekey": in JSON and metrics. */
const char *stats_handshake_name(enum pqike_handshake handshake);

/* "rekeys of IKE SAs", at most 24 octets. */
const char *stats_handshake_text(enum pqike_handshake handshake);

/* "out_of_order" */
const char *stats_failure_name(enum pqike_failure_cause cause);

/* "out of order", at most 40 octets. */
const char *stats_failure_text(enum pqike_failure_cause cause);

/* "ike_sa_seal" */
const char *stats_operation_name(enum pqike_operation operation);

#endif
