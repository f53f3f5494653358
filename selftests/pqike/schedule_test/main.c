// SPDX-License-Identifier: GPL-2.0
/*
 * Known-answer tests of the key schedule, AUTH, IntAuth and SK payloads; and of the
 * numbers of Child SAs.
 *
 * The module has the sources under test linked into it.  It writes its results
 * to the kernel's log, where ktap.sh finds them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "ike_message.h"
#include "key_schedule.h"
#include "report.h"

static unsigned int reported;

/**
 * report() - write the result of one test
 * @passed: what it came to
 * @name: format of its name
 *
 * Context: any.
 */
void report(bool passed, const char *name, ...)
{
	struct va_format format = { .fmt = name };
	va_list args;

	va_start(args, name);
	format.va = &args;
	pr_info("%s %u %pV\n", passed ? "ok" : "not ok", ++reported, &format);
	va_end(args);
}

/**
 * same_octets() - compare with a vector, and show both where they differ
 * @got: at least as many octets as @expected has
 * @expected: the known answer
 *
 * The vectors are public, so nothing secret is shown.
 *
 * Context: any.
 * Return: true when they are the same.
 */
bool same_octets(const void *got, const struct octets *expected)
{
	if (!memcmp(got, expected->data, expected->len))
		return true;
	pr_info("# expected %*phN...\n", (int)min_t(size_t, expected->len, 32),
		expected->data);
	pr_info("# got      %*phN...\n", (int)min_t(size_t, expected->len, 32),
		got);
	return false;
}

/**
 * set_init_values() - SPIs and nonces of a vector
 * @init: receives them
 * @spi_i: SPI of the initiator
 * @spi_r: SPI of the responder
 * @nonce_i: nonce of the initiator
 * @nonce_r: nonce of the responder
 *
 * Context: any.
 */
void set_init_values(struct pqike_init_values *init, const struct octets *spi_i,
		     const struct octets *spi_r, const struct octets *nonce_i,
		     const struct octets *nonce_r)
{
	memcpy(init->spi_i, spi_i->data, spi_i->len);
	memcpy(init->spi_r, spi_r->data, spi_r->len);
	memcpy(init->ni, nonce_i->data, nonce_i->len);
	memcpy(init->nr, nonce_r->data, nonce_r->len);
	init->ni_len = nonce_i->len;
	init->nr_len = nonce_r->len;
}

/**
 * prf_name() - a transform as the names of the tests call it
 * @prf: transform ID of type 2
 *
 * Context: any.
 * Return: its name.
 */
const char *prf_name(u16 prf)
{
	switch (prf) {
	case IKE_PRF_HMAC_SHA2_256:
		return "HMAC-SHA2-256";
	case IKE_PRF_HMAC_SHA2_384:
		return "HMAC-SHA2-384";
	case IKE_PRF_HMAC_SHA2_512:
		return "HMAC-SHA2-512";
	default:
		return "?";
	}
}

static int __init schedule_test_init(void)
{
	test_prf();
	test_key_schedule();
	test_linked_keys();
	test_sk_payload();
	test_auth();
	test_modp();
	test_ppk();
	test_child_sa_id();
	pr_info("1..%u\n", reported);
	return 0;
}

static void __exit schedule_test_exit(void)
{
}

module_init(schedule_test_init);
module_exit(schedule_test_exit);

MODULE_DESCRIPTION("Known-answer tests of the IKEv2 key schedule");
MODULE_LICENSE("GPL");
