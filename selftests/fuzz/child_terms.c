// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel reads of a Child SA in a message of the peer: SA, TSi and TSr
 * payloads and notifications.  A message chooses one suite at most, and what it chooses
 * it offers, too; selectors are what it and a child have in common.
 */
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/socket.h>

#include "../../kmod/pqike/child_negotiation.h"
#include "../../kmod/pqike/child_terms.h"
#include "../../kmod/pqike/esp.h"
#include "../../kmod/pqike/ts_payload.h"
#include "draw.h"
#include "steps.h"

static const u16 encrs[][2] = { { 20, 256 }, { 20, 128 }, { 12, 256 }, { 28, 0 } };
static const u16 integs[] = { 0, 12, 13 };
static const struct pqike_methods methods[] = {
	{ .ke = 0 }, { .ke = 31 }, { .ke = 19 }, { 31, 1, { 36 } },
	{ 31, 2, { 36, 37 } }, { 31, 1, { 37 } },
};

/* Of the child: host or network, with one port, some or all */
static void draw_selector(struct draw *in, struct pqike_ts *ts)
{
	static const u16 masks[] = { 0xffff, 0xfff0, 0x0ff0, 0 };
	const uint8_t how = draw_u8(in);
	const unsigned int less = how >> 1 & 31;
	const uint8_t *octets;
	uint8_t *address = (uint8_t *)&ts->address;
	size_t len;

	ts->family = how & 1 ? AF_INET6 : AF_INET;
	ts->prefix_len = ts->family == AF_INET ? 32 - less : 128 - 4 * less;
	ts->protocol = draw_u8(in);
	ts->port_mask = htobe16(masks[how >> 6]);
	ts->port = htobe16(draw_u16(in)) & ts->port_mask;
	len = draw_octets(in, 4, &octets);
	memcpy(address, octets, len);
	for (unsigned int bit = ts->prefix_len; bit < 128; bit++)
		address[bit / 8] &= ~(0x80 >> bit % 8);
}

static bool same_suite(const struct pqike_child_suite *a,
		       const struct pqike_child_suite *b)
{
	return a->encr == b->encr && a->encr_key_bits == b->encr_key_bits &&
	       a->integ == b->integ && a->esn == b->esn &&
	       a->methods.ke == b->methods.ke &&
	       a->methods.n_additional == b->methods.n_additional &&
	       !memcmp(a->methods.additional, b->methods.additional,
		       a->methods.n_additional * sizeof(u16));
}

/* Of all these no other one than it has is in a proposal that is a choice. */
static void try_others(const struct pqike_child_terms *terms,
		       const struct pqike_child_suite *chosen)
{
	struct pqike_child_suite suite = { .creates = chosen->creates };

	for (size_t i = 0; i < sizeof(encrs) / sizeof(encrs[0]); i++)
		for (size_t j = 0; j < sizeof(integs) / sizeof(integs[0]); j++)
			for (size_t k = 0; k < 2 * sizeof(methods) / sizeof(methods[0]);
			     k++) {
				suite.encr = encrs[i][0];
				suite.encr_key_bits = encrs[i][1];
				suite.integ = integs[j];
				suite.esn = k & 1;
				if (suite.creates)
					suite.methods = methods[k / 2];
				require(pqike_child_suite_is_among(&suite, &terms->sa) ==
					same_suite(&suite, chosen));
			}
}

static void try_suite(const struct pqike_child_terms *terms, bool creates,
		      bool initiator, struct pqike_esp *esp)
{
	struct pqike_child_suite suite = { .creates = creates }, agreed = suite;
	struct netlink_ext_ack extack = { NULL };

	if (pqike_child_terms_suite(terms, &suite, &extack)) {
		require(extack.message);
		require(pqike_child_terms_agree(terms, terms, initiator, esp, &agreed,
						&extack));
		return;
	}
	require(suite.methods.n_additional <= PQIKE_ADDITIONAL_KE_MAX);
	memcpy(&esp->spi_in, terms->sa.body + 8, sizeof(esp->spi_in));
	require(!pqike_child_terms_agree(terms, terms, initiator, esp, &agreed,
					 &extack));
	require(same_suite(&suite, &agreed));
	require(esp->spi_out == esp->spi_in && esp->transport == terms->transport);
	esp->spi_in ^= 1;
	require(pqike_child_terms_agree(terms, terms, initiator, esp, &agreed,
					&extack));
	try_others(terms, &suite);
}

static bool is_within(const struct pqike_ts *inner, const struct pqike_ts *outer)
{
	const uint8_t *a = (const uint8_t *)&inner->address;
	const uint8_t *b = (const uint8_t *)&outer->address;

	if (inner->family != outer->family || inner->prefix_len < outer->prefix_len ||
	    (outer->protocol && inner->protocol != outer->protocol) ||
	    (inner->port_mask & outer->port_mask) != outer->port_mask ||
	    (inner->port & outer->port_mask) != outer->port)
		return false;
	for (unsigned int bit = 0; bit < outer->prefix_len; bit++)
		if ((a[bit / 8] ^ b[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return true;
}

static void try_selectors(const struct pqike_child_terms *terms,
			  const struct pqike_ts *outer, struct pqike_esp *esp)
{
	const struct ike_ts_endpoint endpoint = { outer->family, &outer->address };
	const struct ike_ts_endpoint *in_transport = esp->transport ? &endpoint : NULL;
	struct netlink_ext_ack extack = { NULL };
	unsigned int *n = &esp->n_local_ts;
	struct pqike_ts *list = esp->local_ts;

	if (ike_ts_narrow(&terms->tsi, outer, in_transport, list, n)) {
		require(*n == PQIKE_ESP_TS_MAX);
		return;
	}
	require(*n <= PQIKE_ESP_TS_MAX);
	require(ike_ts_holds(&terms->tsi, outer, in_transport) ==
		(*n == 1 && is_within(outer, &list[0])));
	for (unsigned int i = 0; i < *n; i++) {
		require(is_within(&list[i], outer));
		require(ike_ts_holds(&terms->tsi, &list[i], in_transport));
		for (unsigned int j = 0; j < *n; j++)
			require(i == j || !is_within(&list[i], &list[j]));
	}
	esp->local = outer->address;
	esp->family = outer->family;
	require(!pqike_child_terms_check_selectors(terms, esp, true, &extack));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netlink_ext_ack extack = { NULL };
	struct draw in = { data, size };
	struct pqike_child_terms *terms;
	struct ike_payload_chain chain;
	struct pqike_esp esp = {};
	struct pqike_ts ts = {};
	uint8_t *octets;

	chain.next_type = draw_u8(&in);
	draw_selector(&in, &ts);
	octets = exact_copy(in.data, in.left);
	chain.data = octets;
	chain.len = in.left;
	steps_begin_other(50000 + 4000 * in.left);
	terms = pqike_child_terms_read(chain, &extack);
	free(octets);
	if (IS_ERR(terms)) {
		require(extack.message);
	} else {
		require(terms->sa.len + terms->tsi.len + terms->tsr.len <=
			PQIKE_CHILD_TERMS_MAX);
		for (unsigned int how = 0; how < 4; how++)
			try_suite(terms, how & 1, how & 2, &esp);
		esp.transport = ts.protocol & 1;
		try_selectors(terms, &ts, &esp);
		kfree(terms);
	}
	steps_end();
	return 0;
}
