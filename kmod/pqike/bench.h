/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the operations of ML-KEM take in the kernel.
 */
#ifndef PQIKE_BENCH_H
#define PQIKE_BENCH_H

#include <linux/types.h>

struct netlink_ext_ack;

enum pqike_bench_operation {
	PQIKE_BENCH_KEYGEN,
	PQIKE_BENCH_ENCAPS,
	PQIKE_BENCH_DECAPS,
	PQIKE_BENCH_EPHEMERAL_KEYGEN,
	PQIKE_BENCH_EPHEMERAL_DECAPS,
	PQIKE_BENCH_OPERATIONS
};

/**
 * struct pqike_bench_time - how long an operation took, in nanoseconds
 * @min: the shortest
 * @median: the middle one, or the upper of two
 * @max: the longest
 */
struct pqike_bench_time {
	u64 min;
	u64 median;
	u64 max;
};

int pqike_bench_kem(struct pqike_bench_time times[PQIKE_BENCH_OPERATIONS],
		    u16 method, unsigned int rounds,
		    struct netlink_ext_ack *extack);

#endif /* PQIKE_BENCH_H */
