// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_stats.h"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "kernel/kernel_call.h"

static uint32_t get_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) : 0;
}

static uint64_t get_u64(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 8 ? mnl_attr_get_u64(attr) : 0;
}

/* Return: the number that names a nest, past all that are known where it has none. */
static uint32_t number_of(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == type &&
		    mnl_attr_get_payload_len(attr) >= 4)
			return mnl_attr_get_u32(attr);
	}
	return UINT32_MAX;
}

static void read_method(const struct nlattr *nest,
			struct kernel_handshake_stats *stats)
{
	struct kernel_method_stats method = { 0 };
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == PQIKE_A_METHOD_STATS_KE_METHOD &&
		    mnl_attr_get_payload_len(attr) >= 2)
			method.ke_method = mnl_attr_get_u16(attr);
		else if (mnl_attr_get_type(attr) == PQIKE_A_METHOD_STATS_COUNT)
			method.count = get_u64(attr);
	}
	if (stats->n_methods < KERNEL_STATS_METHODS_MAX)
		stats->methods[stats->n_methods++] = method;
}

static void read_handshake(const struct nlattr *nest,
			   struct kernel_handshake_stats *stats)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_HANDSHAKE_STATS_COUNT:
			stats->count = get_u64(attr);
			break;
		case PQIKE_A_HANDSHAKE_STATS_WITHOUT_ML_KEM:
			stats->without_ml_kem = get_u64(attr);
			break;
		case PQIKE_A_HANDSHAKE_STATS_DROPPED_ML_KEM:
			stats->dropped_ml_kem = get_u64(attr);
			break;
		case PQIKE_A_HANDSHAKE_STATS_METHOD:
			read_method(attr, stats);
			break;
		default:
			break;
		}
	}
}

static void read_operation(const struct nlattr *nest,
			   struct kernel_operation_stats *stats)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_OPERATION_STATS_COUNT:
			stats->count = get_u64(attr);
			break;
		case PQIKE_A_OPERATION_STATS_FAILED:
			stats->failed = get_u64(attr);
			break;
		case PQIKE_A_OPERATION_STATS_NANOSECONDS:
			stats->ns = get_u64(attr);
			break;
		default:
			break;
		}
	}
}

static void read_failure(const struct nlattr *nest, uint64_t *count)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == PQIKE_A_FAILURE_STATS_COUNT)
			*count = get_u64(attr);
	}
}

/* A kind that a later kernel has is left out. */
static void read_nest(const struct nlattr *nest, struct kernel_stats *stats)
{
	uint32_t number;

	switch (mnl_attr_get_type(nest)) {
	case PQIKE_A_STATS_HANDSHAKE:
		number = number_of(nest, PQIKE_A_HANDSHAKE_STATS_HANDSHAKE);
		if (number < KERNEL_HANDSHAKES)
			read_handshake(nest, &stats->handshakes[number]);
		break;
	case PQIKE_A_STATS_FAILURE:
		number = number_of(nest, PQIKE_A_FAILURE_STATS_CAUSE);
		if (number < KERNEL_FAILURE_CAUSES)
			read_failure(nest, &stats->failures[number]);
		break;
	case PQIKE_A_STATS_OPERATION:
		number = number_of(nest, PQIKE_A_OPERATION_STATS_OPERATION);
		if (number < KERNEL_OPERATIONS)
			read_operation(nest, &stats->operations[number]);
		break;
	default:
		break;
	}
}

void kernel_stats_read(const struct nlmsghdr *reply, struct kernel_stats *stats)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == PQIKE_A_STATS_ID)
			stats->id = get_u32(attr);
		else
			read_nest(attr, stats);
	}
}

static void take_stats(const struct nlmsghdr *reply, void *arg)
{
	kernel_stats_read(reply, arg);
}

int kernel_stats_get(struct kernel *kernel, struct kernel_stats *stats)
{
	*stats = (struct kernel_stats){ 0 };
	return kernel_call(kernel,
			   netlink_request(&kernel->netlink,
					   PQIKE_CMD_STATS_GET, 0),
			   take_stats, stats);
}

struct dump {
	void (*each)(const struct kernel_stats *stats, void *arg);
	void *arg;
};

static void hand_over(const struct nlmsghdr *reply, void *arg)
{
	const struct dump *dump = arg;
	struct kernel_stats stats = { 0 };

	kernel_stats_read(reply, &stats);
	dump->each(&stats, dump->arg);
}

int kernel_stats_dump(struct kernel *kernel,
		      void (*each)(const struct kernel_stats *stats, void *arg),
		      void *arg)
{
	struct dump dump = { each, arg };

	return kernel_call(kernel,
			   netlink_request(&kernel->netlink,
					   PQIKE_CMD_STATS_GET, NLM_F_DUMP),
			   hand_over, &dump);
}
