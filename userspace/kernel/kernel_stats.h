/* SPDX-License-Identifier: GPL-2.0 */
/* What IKE SAs, and all of this network namespace, have done, as the kernel counts it. */
#ifndef PQIKE_KERNEL_STATS_H
#define PQIKE_KERNEL_STATS_H

#include <linux/pqike.h>
#include <stddef.h>
#include <stdint.h>

struct kernel;
struct nlmsghdr;

#define KERNEL_HANDSHAKES (PQIKE_HANDSHAKE_CHILD_SA_REKEY + 1)
#define KERNEL_OPERATIONS (PQIKE_OPERATION_CHILD_SA_DEL + 1)
#define KERNEL_FAILURE_CAUSES (PQIKE_FAILURE_CAUSE_OTHER + 1)

/* More methods than the kernel has; a further one is left out. */
#define KERNEL_STATS_METHODS_MAX 16

struct kernel_method_stats {
	uint16_t ke_method;
	uint64_t count;
};

struct kernel_handshake_stats {
	uint64_t count;
	uint64_t without_ml_kem; /* among their own key exchanges */
	uint64_t dropped_ml_kem; /* which those in whose place they are had */
	size_t n_methods;
	struct kernel_method_stats methods[KERNEL_STATS_METHODS_MAX];
};

struct kernel_operation_stats {
	uint64_t count;
	uint64_t failed;
	uint64_t ns;
};

struct kernel_stats {
	uint32_t id; /* of the IKE SA, 0: of the network namespace */
	struct kernel_handshake_stats handshakes[KERNEL_HANDSHAKES];
	uint64_t failures[KERNEL_FAILURE_CAUSES];
	struct kernel_operation_stats operations[KERNEL_OPERATIONS];
};

/**
 * kernel_stats_get() - what all IKE SAs of this network namespace have done
 * @stats: receives it, those that have ended included
 *
 * Return: 0 or a negative errno, see kernel_error().
 */
int kernel_stats_get(struct kernel *kernel, struct kernel_stats *stats);

/**
 * kernel_stats_dump() - what each IKE SA has done
 * @each: called with those of one after the other
 * @arg: passed to @each
 *
 * Return: 0 or a negative errno, see kernel_error().
 */
int kernel_stats_dump(struct kernel *kernel,
		      void (*each)(const struct kernel_stats *stats, void *arg),
		      void *arg);

/* Take what a reply has; @stats is all zero. */
void kernel_stats_read(const struct nlmsghdr *reply, struct kernel_stats *stats);

#endif
