/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What IKE SAs and network namespaces have done, counted: handshakes by key exchange
 * method, operations, how long they took, and why they failed.  No secret is in it.
 */
#ifndef PQIKE_STATS_H
#define PQIKE_STATS_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/pqike.h>

#define PQIKE_HANDSHAKES	(PQIKE_HANDSHAKE_CHILD_SA_REKEY + 1)
#define PQIKE_OPERATIONS	(PQIKE_OPERATION_CHILD_SA_DEL + 1)
#define PQIKE_FAILURE_CAUSES	(PQIKE_FAILURE_CAUSE_OTHER + 1)

/* Key exchange methods that are supported, by their place in pqike_stats_methods. */
#define PQIKE_STATS_METHODS	9

/* What is counted of each kind of handshake; behind that, each method. */
enum pqike_handshake_count {
	PQIKE_HANDSHAKE_MADE,
	PQIKE_HANDSHAKE_WITHOUT_ML_KEM,
	PQIKE_HANDSHAKE_DROPPED_ML_KEM,
	PQIKE_HANDSHAKE_METHODS,
	PQIKE_HANDSHAKE_COUNTS = PQIKE_HANDSHAKE_METHODS + PQIKE_STATS_METHODS,
};

/* Where the numbers of a kind begin, in an array that has all. */
#define PQIKE_COUNT_HANDSHAKE	0
#define PQIKE_COUNT_FAILURE	(PQIKE_HANDSHAKES * PQIKE_HANDSHAKE_COUNTS)
#define PQIKE_COUNT_OPERATION	(PQIKE_COUNT_FAILURE + PQIKE_FAILURE_CAUSES)
#define PQIKE_COUNT_FAILED	(PQIKE_COUNT_OPERATION + PQIKE_OPERATIONS)
#define PQIKE_COUNTS		(PQIKE_COUNT_FAILED + PQIKE_OPERATIONS)

/**
 * struct pqike_ike_sa_stats - of one IKE SA, guarded by its lock
 * @counts: see PQIKE_COUNT_HANDSHAKE and the others
 * @ns: how long each operation took
 *
 * Some 550 octets: there are many IKE SAs.
 */
struct pqike_ike_sa_stats {
	u32 counts[PQIKE_COUNTS];
	u64 ns[PQIKE_OPERATIONS];
};

/**
 * struct pqike_stats - the same of all that there are, or as it is shown
 * @counts: likewise
 * @ns: likewise
 */
struct pqike_stats {
	u64 counts[PQIKE_COUNTS];
	u64 ns[PQIKE_OPERATIONS];
};

/**
 * struct pqike_net_stats - of a network namespace
 * @lock: guards @sum; the last to be taken, and held for a few additions
 * @sum: of all IKE SAs that there are, or were
 */
struct pqike_net_stats {
	spinlock_t lock; /* guards sum */
	struct pqike_stats sum;
};

extern const u16 pqike_stats_methods[PQIKE_STATS_METHODS];

enum pqike_failure_cause pqike_failure_cause(enum pqike_operation operation,
					     int err);

#endif /* PQIKE_STATS_H */
