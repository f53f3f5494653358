// SPDX-License-Identifier: GPL-2.0
/* What the kernel says of an IKE SA, as the helper reads it. */
#include <linux/genetlink.h>
#include <linux/pqike.h>

#include "kernel/kernel_read.h"
#include "kernel/kernel_stats.h"
#include "kselftest_harness.h"

/* A reply without attributes. */
static struct nlmsghdr *begin(void *buffer)
{
	struct nlmsghdr *reply = mnl_nlmsg_put_header(buffer);

	mnl_nlmsg_put_extra_header(reply, sizeof(struct genlmsghdr));
	return reply;
}

TEST(an_ike_sa)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[1024];
	struct nlmsghdr *reply = begin(buffer);
	struct kernel_ike_sa sa = { 0 };

	mnl_attr_put_u32(reply, PQIKE_A_IKE_SA_ID, 7);
	mnl_attr_put_strz(reply, PQIKE_A_IKE_SA_CONNECTION, "home");
	mnl_attr_put_u16(reply, PQIKE_A_IKE_SA_ENCR, 20);
	read_ike_sa(reply, &sa);
	EXPECT_EQ(sa.id, 7);
	EXPECT_STREQ(sa.connection, "home");
	EXPECT_EQ(sa.suite.encr, 20);
	EXPECT_FALSE(sa.ppk_mixed);
	EXPECT_FALSE(sa.full_transcript_auth);
}

TEST(flags_of_an_ike_sa)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[1024];
	struct nlmsghdr *reply = begin(buffer);
	struct kernel_ike_sa sa = { 0 };

	mnl_attr_put(reply, PQIKE_A_IKE_SA_PPK_MIXED, 0, NULL);
	read_ike_sa(reply, &sa);
	EXPECT_TRUE(sa.ppk_mixed);
	EXPECT_FALSE(sa.full_transcript_auth);
	reply = begin(buffer);
	mnl_attr_put(reply, PQIKE_A_IKE_SA_FULL_TRANSCRIPT_AUTH, 0, NULL);
	read_ike_sa(reply, &sa);
	EXPECT_TRUE(sa.full_transcript_auth);
}

static void put_quota(struct nlmsghdr *reply, uint16_t type, uint32_t first)
{
	struct nlattr *nest = mnl_attr_nest_start(reply, type);

	for (uint16_t kind = PQIKE_A_QUOTA_IKE_SAS; kind <= PQIKE_A_QUOTA_MAX;
	     kind++)
		mnl_attr_put_u32(reply, kind, first + kind);
	mnl_attr_put_u32(reply, PQIKE_A_QUOTA_MAX + 1, 99);
	mnl_attr_nest_end(reply, nest);
}

TEST(usage)
{
	static const struct kernel_usage expected = {
		.quota = { 101, 102, 103, 104, 105, 106 },
		.used = { 1, 2, 3, 4, 5, 6 },
	};
	_Alignas(struct nlmsghdr) uint8_t buffer[1024];
	struct nlmsghdr *reply = begin(buffer);
	struct kernel_usage usage = { 0 };

	put_quota(reply, PQIKE_A_USAGE_USED, 0);
	put_quota(reply, PQIKE_A_USAGE_QUOTA, 100);
	read_usage(reply, &usage);
	EXPECT_EQ(memcmp(&usage, &expected, sizeof(usage)), 0);
}

/* One nest of a kind, with the number that names it. */
static struct nlattr *begin_stats(struct nlmsghdr *reply, uint16_t type,
				  uint16_t number_type, uint32_t number)
{
	struct nlattr *nest = mnl_attr_nest_start(reply, type);

	mnl_attr_put_u32(reply, number_type, number);
	return nest;
}

static void put_method(struct nlmsghdr *reply, uint16_t ke_method, uint64_t count)
{
	struct nlattr *nest = mnl_attr_nest_start(reply,
						  PQIKE_A_HANDSHAKE_STATS_METHOD);

	mnl_attr_put_u16(reply, PQIKE_A_METHOD_STATS_KE_METHOD, ke_method);
	mnl_attr_put_u64(reply, PQIKE_A_METHOD_STATS_COUNT, count);
	mnl_attr_nest_end(reply, nest);
}

static void put_handshake(struct nlmsghdr *reply, uint32_t number)
{
	struct nlattr *nest =
		begin_stats(reply, PQIKE_A_STATS_HANDSHAKE,
			    PQIKE_A_HANDSHAKE_STATS_HANDSHAKE, number);

	mnl_attr_put_u64(reply, PQIKE_A_HANDSHAKE_STATS_COUNT, 10);
	mnl_attr_put_u64(reply, PQIKE_A_HANDSHAKE_STATS_WITHOUT_ML_KEM, 2);
	mnl_attr_put_u64(reply, PQIKE_A_HANDSHAKE_STATS_DROPPED_ML_KEM, 1);
	for (uint16_t i = 0; i <= KERNEL_STATS_METHODS_MAX; i++)
		put_method(reply, (uint16_t)(100 + i), i);
	mnl_attr_nest_end(reply, nest);
}

static void put_failure(struct nlmsghdr *reply, uint32_t number)
{
	struct nlattr *nest = begin_stats(reply, PQIKE_A_STATS_FAILURE,
					  PQIKE_A_FAILURE_STATS_CAUSE, number);

	mnl_attr_put_u64(reply, PQIKE_A_FAILURE_STATS_COUNT, UINT64_MAX);
	mnl_attr_nest_end(reply, nest);
}

static void put_operation(struct nlmsghdr *reply, uint32_t number)
{
	struct nlattr *nest =
		begin_stats(reply, PQIKE_A_STATS_OPERATION,
			    PQIKE_A_OPERATION_STATS_OPERATION, number);

	mnl_attr_put_u64(reply, PQIKE_A_OPERATION_STATS_COUNT, 3);
	mnl_attr_put_u64(reply, PQIKE_A_OPERATION_STATS_FAILED, 2);
	mnl_attr_put_u64(reply, PQIKE_A_OPERATION_STATS_NANOSECONDS, 1);
	mnl_attr_nest_end(reply, nest);
}

/* Kinds that are not known are left out, as is a method too many. */
TEST(stats)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[4096];
	static const struct kernel_operation_stats operation = { 3, 2, 1 };
	const struct kernel_handshake_stats *handshake;
	struct nlmsghdr *reply = begin(buffer);
	struct kernel_stats stats = { 0 };

	mnl_attr_put_u32(reply, PQIKE_A_STATS_ID, 7);
	put_handshake(reply, KERNEL_HANDSHAKES - 1);
	put_handshake(reply, KERNEL_HANDSHAKES);
	put_failure(reply, KERNEL_FAILURE_CAUSES - 1);
	put_failure(reply, KERNEL_FAILURE_CAUSES);
	put_failure(reply, UINT32_MAX);
	put_operation(reply, KERNEL_OPERATIONS - 1);
	put_operation(reply, KERNEL_OPERATIONS);
	kernel_stats_read(reply, &stats);

	handshake = &stats.handshakes[KERNEL_HANDSHAKES - 1];
	EXPECT_EQ(stats.id, 7);
	EXPECT_EQ(handshake->count, 10);
	EXPECT_EQ(handshake->without_ml_kem, 2);
	EXPECT_EQ(handshake->dropped_ml_kem, 1);
	EXPECT_EQ(handshake->n_methods, KERNEL_STATS_METHODS_MAX);
	for (size_t i = 0; i < handshake->n_methods; i++) {
		EXPECT_EQ(handshake->methods[i].ke_method, 100 + i);
		EXPECT_EQ(handshake->methods[i].count, i);
	}
	EXPECT_EQ(stats.failures[KERNEL_FAILURE_CAUSES - 1], UINT64_MAX);
	EXPECT_EQ(memcmp(&stats.operations[KERNEL_OPERATIONS - 1], &operation,
			 sizeof(operation)), 0);
	EXPECT_EQ(stats.handshakes[0].count, 0);
	EXPECT_EQ(stats.failures[0], 0);
	EXPECT_EQ(stats.operations[0].count, 0);
}

TEST(round_with_ppk)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[1024];
	struct nlmsghdr *reply = begin(buffer);
	struct kernel_round round = { 0 };

	mnl_attr_put_u32(reply, PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE, 2);
	read_round(reply, &round);
	EXPECT_EQ(round.done, 2);
	EXPECT_FALSE(round.ppk_mixed);
	EXPECT_FALSE(round.ppk.present);
	mnl_attr_put(reply, PQIKE_A_IKE_SA_PPK_MIXED, 0, NULL);
	mnl_attr_put(reply, PQIKE_A_IKE_SA_PPK_IDENTITY, 4, "\2abc");
	read_round(reply, &round);
	EXPECT_TRUE(round.ppk_mixed);
	ASSERT_TRUE(round.ppk.present);
	EXPECT_EQ(round.ppk.len, 4);
	EXPECT_EQ(memcmp(round.ppk.data, "\2abc", 4), 0);
}

TEST_HARNESS_MAIN
