// SPDX-License-Identifier: GPL-2.0
/*
 * OpenSSL gives the same public keys and shared secrets: with random keys, each with
 * the public key before it as peer, and with keys and peers that are extreme.
 *
 * usage: agreement [PAIRS]
 *
 * Without an argument $ECDH_PAIRS says how many, of both curves in turn.
 */
#include <errno.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "ecdh.h"
#include "kselftest.h"
#include "openssl.h"

#define DEFAULT_PAIRS	4000

static const struct ecdh_curve *const curves[] = { &ecdh_p256, &ecdh_p384 };

struct key_pair {
	u8 key[ECDH_MAX_OCTETS];
	u8 public[2 * ECDH_MAX_OCTETS];
};

static bool same_public_key(const struct ecdh_curve *curve, struct key_pair *pair)
{
	u8 theirs[2 * ECDH_MAX_OCTETS];

	return !ecdh_check_private_key(curve, pair->key) &&
	       !ecdh_public_key(curve, pair->key, pair->public) &&
	       openssl_public_key(curve, pair->key, theirs) &&
	       !memcmp(pair->public, theirs, 2 * curve->octets);
}

static bool same_secret(const struct ecdh_curve *curve, const u8 *key, const u8 *peer)
{
	u8 ours[ECDH_MAX_OCTETS], theirs[ECDH_MAX_OCTETS];

	return !ecdh_shared_secret(curve, key, peer, ours) &&
	       openssl_shared_secret(curve, key, peer, theirs) &&
	       !memcmp(ours, theirs, curve->octets);
}

static void print_octets(const char *what, const u8 *octets, unsigned int len)
{
	char hex[2 * 2 * ECDH_MAX_OCTETS + 1];

	for (unsigned int i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", octets[i]);
	ksft_print_msg("%s %s\n", what, hex);
}

static unsigned long random_pairs(const struct ecdh_curve *curve, unsigned long pairs)
{
	static struct key_pair ours, peer;
	unsigned long wrong = 0;

	if (ecdh_generate_private_key(curve, peer.key) ||
	    !same_public_key(curve, &peer))
		return pairs;
	for (unsigned long i = 0; i < pairs; i++) {
		if (!ecdh_generate_private_key(curve, ours.key) &&
		    same_public_key(curve, &ours) &&
		    same_secret(curve, ours.key, peer.public)) {
			peer = ours;
			continue;
		}
		print_octets("differs with the key", ours.key, curve->octets);
		print_octets("and the peer", peer.public, 2 * curve->octets);
		wrong++;
	}
	return wrong;
}

#define EXTREME_KEYS	4096

static u8 extreme[EXTREME_KEYS][ECDH_MAX_OCTETS];
static unsigned int extremes;

/* Unless it is none: zero, or not below n */
static void add_key(const struct ecdh_curve *curve, const u8 *key)
{
	if (ecdh_check_private_key(curve, key))
		return;
	if (extremes == EXTREME_KEYS)
		ksft_exit_fail_msg("too many keys\n");
	memcpy(extreme[extremes++], key, curve->octets);
}

/* r = a - b, modulo 2^(8 octets) */
static void subtract(const struct ecdh_curve *curve, u8 *r, const u8 *a, const u8 *b)
{
	int borrow = 0;

	for (int i = curve->octets - 1; i >= 0; i--) {
		const int difference = a[i] - b[i] - borrow;

		r[i] = (u8)difference;
		borrow = difference < 0;
	}
}

/* A key and its negative */
static void add_both(const struct ecdh_curve *curve, const u8 *key)
{
	u8 order[ECDH_MAX_OCTETS], negative[ECDH_MAX_OCTETS];

	openssl_order(curve, order);
	subtract(curve, negative, order, key);
	add_key(curve, key);
	add_key(curve, negative);
}

/* Powers of two, one less and one more, and what differs from zero by little */
static void add_powers(const struct ecdh_curve *curve)
{
	const u8 zero[ECDH_MAX_OCTETS] = {};
	u8 one[ECDH_MAX_OCTETS] = {}, minus_one[ECDH_MAX_OCTETS];
	u8 key[ECDH_MAX_OCTETS], beside[ECDH_MAX_OCTETS];

	one[curve->octets - 1] = 1;
	subtract(curve, minus_one, zero, one);
	for (unsigned int bit = 0; bit < 8 * curve->octets; bit++) {
		memset(key, 0, sizeof(key));
		key[curve->octets - 1 - bit / 8] = 1 << bit % 8;
		add_both(curve, key);
		subtract(curve, beside, key, one);
		add_both(curve, beside);
		subtract(curve, beside, key, minus_one);
		add_both(curve, beside);
	}
	for (unsigned int i = 1; i < 100; i++) {
		memset(key, 0, sizeof(key));
		key[curve->octets - 1] = i;
		add_both(curve, key);
	}
}

/*
 * 2 d 2^w - n, with w the place of the highest digit: what is added to d 2^w is the
 * same as that, and the last addition a doubling.
 */
static void add_doublings(const struct ecdh_curve *curve)
{
	const unsigned int place = 8 * curve->octets / 5 * 5 + 1;
	u8 order[ECDH_MAX_OCTETS], key[ECDH_MAX_OCTETS];

	openssl_order(curve, order);
	for (unsigned int d = 1; d < 32; d += 2) {
		memset(key, 0, sizeof(key));
		for (unsigned int bit = 0; bit < 5; bit++) {
			const unsigned int at = place + bit;

			if (d >> bit & 1 && at < 8 * curve->octets)
				key[curve->octets - 1 - at / 8] |= 1 << at % 8;
		}
		subtract(curve, key, key, order);
		add_both(curve, key);
	}
}

/* All octets alike, so that digits come again */
static void add_patterns(const struct ecdh_curve *curve)
{
	u8 key[ECDH_MAX_OCTETS];

	for (unsigned int i = 0; i < 256; i++) {
		memset(key, i, sizeof(key));
		add_both(curve, key);
	}
}

static void extreme_pairs(const struct ecdh_curve *curve)
{
	static struct key_pair peers[EXTREME_KEYS];
	unsigned int wrong = 0;

	extremes = 0;
	add_powers(curve);
	add_doublings(curve);
	add_patterns(curve);
	for (unsigned int i = 0; i < extremes; i++) {
		memcpy(peers[i].key, extreme[i], curve->octets);
		wrong += !same_public_key(curve, &peers[i]);
	}
	/* Each key as the peer of another, and of its negative and itself */
	for (unsigned int i = 0; i < extremes; i++) {
		const unsigned int other = (i + extremes / 3) % extremes;

		wrong += !same_secret(curve, extreme[i], peers[other].public);
		wrong += !same_secret(curve, extreme[i], peers[i].public);
		wrong += !same_secret(curve, extreme[i], peers[i ^ 1].public);
	}
	ksft_test_result(!wrong, "%s: OpenSSL agrees on %u extreme keys, %u wrong\n",
			 curve->name, extremes, wrong);
}

static unsigned long pairs_wanted(int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : getenv("ECDH_PAIRS");

	return text ? strtoul(text, NULL, 10) : DEFAULT_PAIRS;
}

int main(int argc, char **argv)
{
	const unsigned long pairs = pairs_wanted(argc, argv) / ARRAY_SIZE(curves);

	ksft_print_header();
	ksft_set_plan(2 * ARRAY_SIZE(curves));
	ksft_print_msg("%s\n", openssl_version());
	for (size_t i = 0; i < ARRAY_SIZE(curves); i++) {
		const unsigned long wrong = random_pairs(curves[i], pairs);

		ksft_test_result(pairs && !wrong,
				 "%s: OpenSSL agrees on %lu random pairs, %lu wrong\n",
				 curves[i]->name, pairs, wrong);
		extreme_pairs(curves[i]);
	}
	ksft_finished();
}
