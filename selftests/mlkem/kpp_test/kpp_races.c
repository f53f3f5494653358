// SPDX-License-Identifier: GPL-2.0
/*
 * Users of the kpp algorithms on all CPUs, each with a tfm of its own and all
 * with the same.
 */
#include <crypto/kpp.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kmod/mlkem/mlkem.h"
#include "kpp_cases.h"
#include "kpp_client.h"
#include "kpp_races.h"

#define EK_LEN	1184
#define CT_LEN	1088
#define ROUNDS	50

/* What the threads of one race share. */
struct race {
	bool (*run)(struct race *race, unsigned int thread);
	struct crypto_kpp *tfm;		/* the one that they fight over */
	struct crypto_kpp *initiator;	/* knows what any ct holds */
	u8 ek[2][EK_LEN];

	struct mutex lock;		/* of the two below */
	unsigned int untaken;
	u8 sum[MLKEM_SECRET_LEN];	/* XOR of all secrets made and taken */

	atomic_t running;
	atomic_t failed;
	struct completion done;
};

struct racer {
	struct race *race;
	unsigned int number;
};

static const u8 seeds[2][MLKEM_SEED_LEN] = { { 1 }, { 2 } };

static int race_thread(void *data)
{
	struct racer *racer = data;
	struct race *race = racer->race;

	if (!race->run(race, racer->number))
		atomic_inc(&race->failed);
	kfree(racer);
	if (atomic_dec_and_test(&race->running))
		complete(&race->done);
	return 0;
}

static void start_racer(struct race *race, unsigned int cpu,
			unsigned int number)
{
	struct racer *racer = kmalloc(sizeof(*racer), GFP_KERNEL);
	struct task_struct *task;

	if (!racer) {
		atomic_inc(&race->failed);
		return;
	}
	racer->race = race;
	racer->number = number;
	atomic_inc(&race->running);
	task = kthread_run_on_cpu(race_thread, racer, cpu, "kpp_race/%u");
	if (IS_ERR(task)) {
		kfree(racer);
		atomic_inc(&race->failed);
		atomic_dec(&race->running);
	}
}

/* Two threads on each CPU; whether all succeeded */
static bool run_threads(struct race *race)
{
	unsigned int number = 0;
	unsigned int cpu;

	init_completion(&race->done);
	atomic_set(&race->failed, 0);
	/* One for this function, so that the last is not reached early. */
	atomic_set(&race->running, 1);
	for_each_online_cpu(cpu) {
		start_racer(race, cpu, number++);
		start_racer(race, cpu, number++);
	}
	if (!atomic_dec_and_test(&race->running))
		wait_for_completion(&race->done);
	return !atomic_read(&race->failed);
}

static bool own_tfm(struct race *race, unsigned int thread)
{
	static const char *const names[] = {
		"mlkem512", "mlkem768", "mlkem1024",
	};

	return kpp_accumulated(names[thread % 3]);
}

static int get_secret(struct crypto_kpp *tfm, const u8 *ct, u8 *secret)
{
	unsigned int len = MLKEM_SECRET_LEN;

	return shared_secret(tfm, ct, CT_LEN, secret, &len);
}

/* Everybody decapsulates with the same key pair. */
static bool one_initiator(struct race *race, unsigned int thread)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp("mlkem768", 0, 0);
	u8 *ct = kmalloc(CT_LEN, GFP_KERNEL);
	bool right = ct && !IS_ERR(tfm);

	for (int i = 0; right && i < ROUNDS; i++) {
		u8 ours[MLKEM_SECRET_LEN], theirs[MLKEM_SECRET_LEN];
		unsigned int ct_len = CT_LEN;

		right = !public_key(tfm, race->ek[0], EK_LEN, ct, &ct_len) &&
			!get_secret(tfm, NULL, theirs) &&
			!get_secret(race->tfm, ct, ours) &&
			!memcmp(ours, theirs, MLKEM_SECRET_LEN);
	}
	kfree(ct);
	if (!IS_ERR(tfm))
		crypto_free_kpp(tfm);
	return right;
}

static void add_secret(struct race *race, const u8 *secret, int untaken)
{
	mutex_lock(&race->lock);
	for (int i = 0; i < MLKEM_SECRET_LEN; i++)
		race->sum[i] ^= secret[i];
	race->untaken += untaken;
	mutex_unlock(&race->lock);
}

static bool make_or_take(struct race *race, u8 *ct)
{
	unsigned int ct_len = CT_LEN;
	u8 secret[MLKEM_SECRET_LEN];
	int err;

	err = public_key(race->tfm, race->ek[0], EK_LEN, ct, &ct_len);
	if (!err) {
		err = get_secret(race->initiator, ct, secret);
		if (err)
			return false;
		add_secret(race, secret, 1);
	} else if (err != -EBUSY) {
		return false;
	}

	err = get_secret(race->tfm, NULL, secret);
	if (!err)
		add_secret(race, secret, -1);
	return !err || err == -ENOKEY;
}

/* Each secret that one thread made is taken once, by whichever thread. */
static bool one_responder(struct race *race, unsigned int thread)
{
	u8 *ct = kmalloc(CT_LEN, GFP_KERNEL);
	bool right = ct;

	for (int i = 0; right && i < ROUNDS; i++)
		right = make_or_take(race, ct);
	kfree(ct);
	return right;
}

/* Half of the threads change the key pair; nobody sees half of one. */
static bool changing_keys(struct race *race, unsigned int thread)
{
	u8 *ek = kmalloc(EK_LEN, GFP_KERNEL);
	bool right = ek;

	for (int i = 0; right && i < ROUNDS; i++) {
		unsigned int len = EK_LEN;

		if (thread % 2) {
			right = !crypto_kpp_set_secret(race->tfm, seeds[i % 2],
						       MLKEM_SEED_LEN);
			continue;
		}
		right = !public_key(race->tfm, NULL, 0, ek, &len) &&
			(!memcmp(ek, race->ek[0], EK_LEN) ||
			 !memcmp(ek, race->ek[1], EK_LEN));
	}
	kfree(ek);
	return right;
}

/* ek of both seeds; the key pair left in the initiator is that of the first. */
static bool prepare(struct race *race)
{
	for (int i = 1; i >= 0; i--) {
		unsigned int len = EK_LEN;

		if (crypto_kpp_set_secret(race->initiator, seeds[i],
					  MLKEM_SEED_LEN) ||
		    public_key(race->initiator, NULL, 0, race->ek[i], &len))
			return false;
	}
	return true;
}

static bool race_one_initiator(struct race *race)
{
	race->run = one_initiator;
	return !crypto_kpp_set_secret(race->tfm, seeds[0], MLKEM_SEED_LEN) &&
	       run_threads(race);
}

static bool race_one_responder(struct race *race)
{
	u8 secret[MLKEM_SECRET_LEN];

	race->run = one_responder;
	if (!run_threads(race))
		return false;
	if (!get_secret(race->tfm, NULL, secret))
		add_secret(race, secret, -1);
	return !race->untaken && !memchr_inv(race->sum, 0, sizeof(race->sum));
}

static bool race_changing_keys(struct race *race)
{
	race->run = changing_keys;
	return !crypto_kpp_set_secret(race->tfm, seeds[0], MLKEM_SEED_LEN) &&
	       run_threads(race);
}

static bool race_own_tfm(struct race *race)
{
	race->run = own_tfm;
	return run_threads(race);
}

static bool run_race(bool (*run)(struct race *race))
{
	struct race *race = kzalloc(sizeof(*race), GFP_KERNEL);
	bool passed = false;

	if (!race)
		return false;
	mutex_init(&race->lock);
	race->initiator = crypto_alloc_kpp("mlkem768", 0, 0);
	race->tfm = crypto_alloc_kpp("mlkem768", 0, 0);
	if (!IS_ERR(race->initiator) && !IS_ERR(race->tfm))
		passed = prepare(race) && run(race);
	if (!IS_ERR(race->initiator))
		crypto_free_kpp(race->initiator);
	if (!IS_ERR(race->tfm))
		crypto_free_kpp(race->tfm);
	kfree(race);
	return passed;
}

void kpp_races(void)
{
	report(run_race(race_own_tfm), "all", "own tfms on all CPUs");
	report(run_race(race_one_initiator), "mlkem768", "one initiator");
	report(run_race(race_one_responder), "mlkem768", "one responder");
	report(run_race(race_changing_keys), "mlkem768", "changing keys");
}
