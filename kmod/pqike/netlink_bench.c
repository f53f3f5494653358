// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink operation that times ML-KEM.
 */
#include <linux/string.h>
#include <net/genetlink.h>

#include "../mlkem/mlkem.h"
#include "bench.h"
#include "netlink-gen.h"
#include "netlink.h"

/* Of put_time(), and of all that a reply has but the implementation. */
#define ROOM_TIME	(PQIKE_ROOM(0) + 3 * PQIKE_ROOM_U64)
#define ROOM		(PQIKE_ROOM_U16 + PQIKE_ROOM_U32 +	\
			 PQIKE_BENCH_OPERATIONS * ROOM_TIME)

static int put_time(struct sk_buff *skb, int attribute,
		    const struct pqike_bench_time *time)
{
	struct nlattr *nest = nla_nest_start(skb, attribute);

	if (!nest ||
	    nla_put_u64_64bit(skb, PQIKE_A_BENCH_TIME_SHORTEST, time->min,
			      PQIKE_A_BENCH_TIME_PAD) ||
	    nla_put_u64_64bit(skb, PQIKE_A_BENCH_TIME_MEDIAN, time->median,
			      PQIKE_A_BENCH_TIME_PAD) ||
	    nla_put_u64_64bit(skb, PQIKE_A_BENCH_TIME_LONGEST, time->max,
			      PQIKE_A_BENCH_TIME_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_times(struct sk_buff *skb, const struct pqike_bench_time *times)
{
	static const int attributes[PQIKE_BENCH_OPERATIONS] = {
		[PQIKE_BENCH_KEYGEN] = PQIKE_A_BENCH_KEYGEN,
		[PQIKE_BENCH_ENCAPS] = PQIKE_A_BENCH_ENCAPS,
		[PQIKE_BENCH_DECAPS] = PQIKE_A_BENCH_DECAPS,
		[PQIKE_BENCH_EPHEMERAL_KEYGEN] = PQIKE_A_BENCH_EPHEMERAL_KEYGEN,
		[PQIKE_BENCH_EPHEMERAL_DECAPS] = PQIKE_A_BENCH_EPHEMERAL_DECAPS,
	};

	for (unsigned int i = 0; i < PQIKE_BENCH_OPERATIONS; i++) {
		if (put_time(skb, attributes[i], &times[i]))
			return -EMSGSIZE;
	}
	return 0;
}

int pqike_nl_bench_kem_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pqike_bench_time times[PQIKE_BENCH_OPERATIONS];
	struct pqike_reply reply;
	unsigned int rounds;
	u16 method;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_BENCH_KE_METHOD)) {
		NL_SET_ERR_MSG(info->extack, "the key exchange method is missing");
		return -EINVAL;
	}
	if (GENL_REQ_ATTR_CHECK(info, PQIKE_A_BENCH_ROUNDS)) {
		NL_SET_ERR_MSG(info->extack, "the number of rounds is missing");
		return -EINVAL;
	}
	method = nla_get_u16(info->attrs[PQIKE_A_BENCH_KE_METHOD]);
	rounds = nla_get_u32(info->attrs[PQIKE_A_BENCH_ROUNDS]);

	err = pqike_reply_new(&reply, info,
			      ROOM + PQIKE_ROOM(strlen(mlkem_impl_name()) + 1));
	if (err)
		return err;
	err = pqike_bench_kem(times, method, rounds, info->extack);
	if (!err && (nla_put_u16(reply.skb, PQIKE_A_BENCH_KE_METHOD, method) ||
		     nla_put_u32(reply.skb, PQIKE_A_BENCH_ROUNDS, rounds) ||
		     nla_put_string(reply.skb, PQIKE_A_BENCH_IMPLEMENTATION,
				    mlkem_impl_name()) ||
		     put_times(reply.skb, times)))
		err = -EMSGSIZE;
	return pqike_reply_send(&reply, info, err);
}
