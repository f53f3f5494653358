// SPDX-License-Identifier: GPL-2.0
/* What the kernel says of an IKE SA, as the helper reads it. */
#include <linux/genetlink.h>
#include <linux/pqike.h>

#include "kernel/kernel_read.h"
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

	for (uint16_t kind = PQIKE_A_QUOTA_IKE_SAS; kind <= PQIKE_A_QUOTA_TRAPS;
	     kind++)
		mnl_attr_put_u32(reply, kind, first + kind);
	mnl_attr_put_u32(reply, PQIKE_A_QUOTA_TRAPS + 1, 99);
	mnl_attr_nest_end(reply, nest);
}

TEST(usage)
{
	static const struct kernel_usage expected = {
		.quota = { 101, 102, 103, 104, 105 },
		.used = { 1, 2, 3, 4, 5 },
	};
	_Alignas(struct nlmsghdr) uint8_t buffer[1024];
	struct nlmsghdr *reply = begin(buffer);
	struct kernel_usage usage = { 0 };

	put_quota(reply, PQIKE_A_USAGE_USED, 0);
	put_quota(reply, PQIKE_A_USAGE_QUOTA, 100);
	read_usage(reply, &usage);
	EXPECT_EQ(memcmp(&usage, &expected, sizeof(usage)), 0);
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
