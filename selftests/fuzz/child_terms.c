// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel reads of a Child SA in a message of the peer: SA, TSi and TSr
 * payloads and notifications.  A message chooses one suite at most, and what it chooses
 * it offers, too.
 */
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/socket.h>

#include "../../kmod/pqike/child_terms.h"
#include "../../kmod/pqike/esp.h"
#include "../../kmod/pqike/methods.h"
#include "draw.h"
#include "steps.h"

static const u16 encrs[][2] = { { 20, 256 }, { 20, 128 }, { 12, 256 }, { 28, 0 } };
static const u16 integs[] = { 0, 12, 13 };
static const struct pqike_methods methods[] = {
	{ .ke = 0 }, { .ke = 31 }, { .ke = 19 }, { 31, 1, { 36 } },
	{ 31, 2, { 36, 37 } }, { 31, 1, { 37 } },
};

static void draw_selector(struct draw *in, struct pqike_ts *ts)
{
	const uint8_t *octets;
	size_t len;

	ts->family = draw_u8(in) & 1 ? AF_INET6 : AF_INET;
	ts->prefix_len = ts->family == AF_INET ? 32 : 128;
	ts->protocol = draw_u8(in);
	ts->port = htobe16(draw_u16(in));
	ts->port_mask = 0xffff;
	len = draw_octets(in, 4, &octets);
	memcpy(&ts->address, octets, len);
}

/* That of the first proposal, so that most inputs come behind it */
static void take_spi(const struct pqike_child_terms *terms, struct pqike_esp *esp)
{
	if (terms->sa.len < 12)
		return;
	memcpy(&esp->spi_in, terms->sa.body + 8, sizeof(esp->spi_in));
	esp->spi_out = esp->spi_in;
}

/* Return: whether the message chooses this. */
static bool try(const struct pqike_child_terms *terms, const struct pqike_esp *esp,
		const struct pqike_methods *chosen, bool initiator)
{
	struct netlink_ext_ack extack = { NULL };
	u8 number = 0;

	if (pqike_child_terms_check_choice(terms, esp, chosen, initiator, &number,
					   &extack)) {
		require(extack.message);
		pqike_child_terms_check_offer(terms, esp, chosen, initiator, 0,
					      &extack);
		return false;
	}
	require(!pqike_child_terms_check_offer(terms, esp, chosen, initiator, number,
					       &extack));
	return true;
}

static void try_all(const struct pqike_child_terms *terms, struct pqike_esp *esp)
{
	unsigned int n[2] = { 0 };

	for (size_t i = 0; i < sizeof(encrs) / sizeof(encrs[0]); i++)
		for (size_t j = 0; j < sizeof(integs) / sizeof(integs[0]); j++)
			for (size_t k = 0; k < 2 * sizeof(methods) / sizeof(methods[0]);
			     k++) {
				esp->encr = encrs[i][0];
				esp->encr_key_bits = encrs[i][1];
				esp->integ = integs[j];
				esp->esn = k & 1;
				n[0] += try(terms, esp, &methods[k / 2], k & 2);
				if (k < 2)
					n[1] += try(terms, esp, NULL, k & 2);
			}
	require(n[0] <= 1 && n[1] <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netlink_ext_ack extack = { NULL };
	struct draw in = { data, size };
	struct pqike_child_terms *terms;
	struct ike_payload_chain chain;
	struct pqike_esp esp = {};
	uint8_t *octets;

	chain.next_type = draw_u8(&in);
	draw_selector(&in, &esp.local_ts[0]);
	/* The same on both sides, so that it does not matter which is whose */
	esp.remote_ts[0] = esp.local_ts[0];
	esp.n_local_ts = 1;
	esp.n_remote_ts = 1;
	esp.transport = esp.local_ts[0].protocol & 1;
	esp.family = AF_INET;
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
		take_spi(terms, &esp);
		try_all(terms, &esp);
		kfree(terms);
	}
	steps_end();
	return 0;
}
