// SPDX-License-Identifier: GPL-2.0
/*
 * How long the operations of ML-KEM take in the kernel, as a key exchange calls
 * them: with random numbers, allocations and what saving the FPU's registers
 * costs.
 */
#include <crypto/algapi.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "../mlkem/mlkem.h"
#include "bench.h"
#include "ke.h"

/**
 * struct bench - a measurement under way
 * @params: parameter set
 * @ek: encapsulation key
 * @dk: decapsulation key
 * @ct: ciphertext
 * @sent: shared secret that @ct was made with
 * @received: shared secret that came out of @ct
 * @rounds: how many times each operation is timed
 * @ns: nanoseconds of each operation in each round, @rounds for each operation
 */
struct bench {
	const struct mlkem_params *params;
	u8 ek[MLKEM_MAX_EK_LEN];
	u8 dk[MLKEM_MAX_DK_LEN];
	u8 ct[MLKEM_MAX_CT_LEN];
	u8 sent[MLKEM_SECRET_LEN];
	u8 received[MLKEM_SECRET_LEN];
	unsigned int rounds;
	u64 ns[];
};

static u64 *times_of(struct bench *bench, enum pqike_bench_operation operation)
{
	return bench->ns + operation * bench->rounds;
}

static void note_time(struct bench *bench, enum pqike_bench_operation operation,
		      unsigned int round, ktime_t begin)
{
	times_of(bench, operation)[round] = ktime_get() - begin;
	cond_resched();
}

/* Both sides of an exchange reach the same secret, or the figures mean nothing. */
static int compare_secrets(const struct bench *bench)
{
	return crypto_memneq(bench->sent, bench->received, MLKEM_SECRET_LEN) ?
		-EBADMSG : 0;
}

static int time_plain(struct bench *bench, unsigned int round)
{
	const struct mlkem_params *p = bench->params;
	ktime_t begin;
	int err;

	begin = ktime_get();
	err = mlkem_keygen(p, bench->ek, bench->dk);
	note_time(bench, PQIKE_BENCH_KEYGEN, round, begin);
	if (err)
		return err;

	begin = ktime_get();
	err = mlkem_encaps(p, bench->ek, p->ek_len, bench->ct, bench->sent);
	note_time(bench, PQIKE_BENCH_ENCAPS, round, begin);
	if (err)
		return err;

	begin = ktime_get();
	err = mlkem_decaps(p, bench->dk, p->dk_len, bench->ct, p->ct_len,
			   bench->received);
	note_time(bench, PQIKE_BENCH_DECAPS, round, begin);
	return err ?: compare_secrets(bench);
}

static int time_ephemeral(struct bench *bench, unsigned int round)
{
	const struct mlkem_params *p = bench->params;
	struct mlkem_ephemeral *pair;
	ktime_t begin;
	int err;

	begin = ktime_get();
	pair = mlkem_ephemeral_keygen(p, bench->ek);
	note_time(bench, PQIKE_BENCH_EPHEMERAL_KEYGEN, round, begin);
	if (IS_ERR(pair))
		return PTR_ERR(pair);

	err = mlkem_encaps(p, bench->ek, p->ek_len, bench->ct, bench->sent);
	if (err)
		goto free;
	begin = ktime_get();
	err = mlkem_ephemeral_decaps(pair, bench->ct, p->ct_len,
				     bench->received);
	note_time(bench, PQIKE_BENCH_EPHEMERAL_DECAPS, round, begin);
	err = err ?: compare_secrets(bench);
free:
	mlkem_ephemeral_free(pair);
	return err;
}

static int time_rounds(struct bench *bench)
{
	int err = 0;

	for (unsigned int round = 0; !err && round < bench->rounds; round++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = time_plain(bench, round) ?: time_ephemeral(bench, round);
	}
	return err;
}

static int compare_times(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void sum_up(struct bench *bench, struct pqike_bench_time *times)
{
	const unsigned int rounds = bench->rounds;

	for (unsigned int i = 0; i < PQIKE_BENCH_OPERATIONS; i++) {
		u64 *ns = times_of(bench, i);

		sort(ns, rounds, sizeof(*ns), compare_times, NULL);
		times[i].min = ns[0];
		times[i].median = ns[rounds / 2];
		times[i].max = ns[rounds - 1];
	}
}

/**
 * pqike_bench_kem() - time the operations of ML-KEM
 * @times: receives the times of each operation
 * @method: transform ID
 * @rounds: how many times each operation is timed, from 1 to
 *	PQIKE_BENCH_ROUNDS_MAX
 * @extack: says that @method is not ML-KEM
 *
 * Every key and secret is wiped before it returns.
 *
 * Context: may sleep; takes some milliseconds for each round on a slow machine,
 * and gives way between operations.
 * Return: 0, -EOPNOTSUPP when @method is not ML-KEM, -ENOMEM, -EINTR when the
 * caller is being killed, -EBADMSG when the two sides of an exchange differ, or
 * -ERESTARTSYS when a signal came while the random number generator was not yet
 * seeded.
 */
int pqike_bench_kem(struct pqike_bench_time times[PQIKE_BENCH_OPERATIONS],
		    u16 method, unsigned int rounds,
		    struct netlink_ext_ack *extack)
{
	const struct mlkem_params *params = pqike_ke_ml_kem_params(method);
	struct bench *bench;
	int err;

	if (!params) {
		NL_SET_ERR_MSG(extack, "key exchange method is not ML-KEM");
		return -EOPNOTSUPP;
	}
	bench = kmalloc(struct_size(bench, ns, PQIKE_BENCH_OPERATIONS * rounds),
			GFP_KERNEL_ACCOUNT);
	if (!bench)
		return -ENOMEM;
	bench->params = params;
	bench->rounds = rounds;
	err = time_rounds(bench);
	if (!err)
		sum_up(bench, times);
	kfree_sensitive(bench);
	return err;
}
