// SPDX-License-Identifier: GPL-2.0
/* IntAuth and the AUTH payload of a PSK (RFC 9242, RFC 7296 section 2.15). */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "int_auth.h"
#include "prf.h"
#include "psk_auth.h"
#include "report.h"

struct auth_run {
	struct crypto_shash *prf;
	struct pqike_int_auth int_auth_i;
	struct pqike_int_auth int_auth_r;
};

/*
 * Add a message whose A is known.  Next Payload and Length of a message that
 * was on the wire are others, so they are here.
 */
static int add_message(struct pqike_int_auth *int_auth,
		       struct crypto_shash *prf, const u8 *sk_p,
		       const struct octets *a, const struct octets *p)
{
	struct ike_payload_header payload;
	struct ike_header header;

	memcpy(&header, a->data, sizeof(header));
	memcpy(&payload, a->data + sizeof(header), sizeof(payload));
	header.next_payload = IKE_PAYLOAD_SKF;
	header.length = cpu_to_be32(0xffffffff);
	return pqike_int_auth_add(int_auth, prf, sk_p, &header, payload.flags,
				  payload.next_payload, p->data, p->len);
}

static void test_intermediate(struct auth_run *run,
			      const struct intermediate_vector *vector,
			      unsigned int number, unsigned int round)
{
	report(!add_message(&run->int_auth_i, run->prf, vector->sk_pi.data,
			    &vector->request_a, &vector->request_p) &&
	       run->int_auth_i.present &&
	       same_octets(run->int_auth_i.value, &vector->intauth_i),
	       "AUTH %u: IntAuth_i%u over %zu octets", number, round,
	       vector->request_p.len);
	report(!add_message(&run->int_auth_r, run->prf, vector->sk_pr.data,
			    &vector->response_a, &vector->response_p) &&
	       run->int_auth_r.present &&
	       same_octets(run->int_auth_r.value, &vector->intauth_r),
	       "AUTH %u: IntAuth_r%u over %zu octets", number, round,
	       vector->response_p.len);
}

static bool auth_is(struct crypto_shash *prf, const struct octets *psk,
		    const struct pqike_signed_octets *octets,
		    const struct octets *expected)
{
	u8 auth[PQIKE_PRF_LEN_MAX];

	return !pqike_psk_auth(prf, psk->data, psk->len, octets, auth) &&
	       same_octets(auth, expected);
}

static bool auth_is_another(struct crypto_shash *prf, const struct octets *psk,
			    const struct pqike_signed_octets *octets,
			    const struct octets *expected)
{
	u8 auth[PQIKE_PRF_LEN_MAX];

	return !pqike_psk_auth(prf, psk->data, psk->len, octets, auth) &&
	       memcmp(auth, expected->data, expected->len);
}

/* Each thing that AUTH covers is another in turn. */
static bool covers_all(const struct auth_run *run,
		       const struct auth_vector *vector,
		       const struct pqike_signed_octets *octets)
{
	const struct pqike_int_auth other_int_auth = {
		.present = !vector->rounds,
	};
	struct pqike_signed_octets other[7];
	unsigned int n_other = ARRAY_SIZE(other);

	for (unsigned int i = 0; i < ARRAY_SIZE(other); i++)
		other[i] = *octets;
	other[0].message_len--;
	other[1].peer_nonce_len--;
	other[2].id_len--;
	other[3].sk_p = vector->sk_pr.data;
	other[4].int_auth_i = &other_int_auth;
	other[5].int_auth_r = &other_int_auth;
	other[6].message_id++;
	/* Without a round the last two are no part of it. */
	if (!vector->rounds)
		n_other = 5;

	for (unsigned int i = 0; i < n_other; i++) {
		if (!auth_is_another(run->prf, &vector->psk, &other[i],
				     &vector->auth_i))
			return false;
	}
	return true;
}

static bool covers_psk(struct crypto_shash *prf,
		       const struct auth_vector *vector,
		       const struct pqike_signed_octets *octets)
{
	struct octets other = { .len = vector->psk.len };
	bool passed;
	u8 *psk;

	psk = kmemdup(vector->psk.data, vector->psk.len, GFP_KERNEL);
	if (!psk)
		return false;
	psk[other.len - 1] ^= 1;
	other.data = psk;
	passed = auth_is_another(prf, &other, octets, &vector->auth_i);
	kfree(psk);
	return passed;
}

/* With the other side's IKE_SA_INIT message; each octet of it counts. */
static bool covers_transcript(const struct auth_run *run,
			      const struct auth_vector *vector,
			      struct pqike_signed_octets octets,
			      const struct octets *peer_message,
			      const struct octets *expected)
{
	octets.peer_message = peer_message->data;
	octets.peer_message_len = peer_message->len;
	if (!auth_is(run->prf, &vector->psk, &octets, expected))
		return false;
	octets.peer_message_len--;
	return auth_is_another(run->prf, &vector->psk, &octets, expected);
}

static void test_vector(struct auth_run *run, const struct auth_vector *vector,
			unsigned int number)
{
	const struct pqike_signed_octets octets_i = {
		.message = vector->request.data,
		.message_len = vector->request.len,
		.peer_nonce = vector->nonce_r.data,
		.peer_nonce_len = vector->nonce_r.len,
		.id = vector->id_i.data,
		.id_len = vector->id_i.len,
		.sk_p = vector->sk_pi.data,
		.int_auth_i = &run->int_auth_i,
		.int_auth_r = &run->int_auth_r,
		.message_id = vector->ike_auth_message_id,
	};
	const struct pqike_signed_octets octets_r = {
		.message = vector->response.data,
		.message_len = vector->response.len,
		.peer_nonce = vector->nonce_i.data,
		.peer_nonce_len = vector->nonce_i.len,
		.id = vector->id_r.data,
		.id_len = vector->id_r.len,
		.sk_p = vector->sk_pr.data,
		.int_auth_i = &run->int_auth_i,
		.int_auth_r = &run->int_auth_r,
		.message_id = vector->ike_auth_message_id,
	};
	const char *name = prf_name(vector->prf);

	for (unsigned int k = 0; k < vector->rounds; k++)
		test_intermediate(run, &vector->intermediate[k], number, k + 1);
	report(auth_is(run->prf, &vector->psk, &octets_i, &vector->auth_i),
	       "AUTH %u, %s, %u rounds, PSK of %zu: initiator", number, name,
	       vector->rounds, vector->psk.len);
	report(auth_is(run->prf, &vector->psk, &octets_r, &vector->auth_r),
	       "AUTH %u, %s, %u rounds, PSK of %zu: responder", number, name,
	       vector->rounds, vector->psk.len);
	report(covers_transcript(run, vector, octets_i, &vector->response,
				 &vector->full_auth_i),
	       "AUTH %u: initiator, full transcript", number);
	report(covers_transcript(run, vector, octets_r, &vector->request,
				 &vector->full_auth_r),
	       "AUTH %u: responder, full transcript", number);
	report(covers_psk(run->prf, vector, &octets_i),
	       "AUTH %u: a wrong PSK gives another", number);
	report(covers_all(run, vector, &octets_i),
	       "AUTH %u: message, nonce, ID, SK_p and IntAuth are covered",
	       number);
}

static void test_fragmented(const struct fragmented_vector *vector,
			    unsigned int number)
{
	struct pqike_int_auth int_auth = {};
	struct crypto_shash *prf;
	struct ike_header header;
	bool passed;

	prf = pqike_prf_alloc(vector->prf, NULL);
	if (IS_ERR(prf)) {
		report(false, "fragmented %u: no PRF", number);
		return;
	}
	memcpy(&header, vector->fragment[0].data, sizeof(header));
	passed = !pqike_int_auth_add(&int_auth, prf, vector->sk_p.data, &header,
				     0, vector->first_payload,
				     vector->plaintext.data,
				     vector->plaintext.len) &&
		 same_octets(int_auth.value, &vector->intauth);
	report(passed, "fragmented %u: IntAuth is that of the whole message",
	       number);
	crypto_free_shash(prf);
}

/**
 * test_auth() - every vector of IntAuth and AUTH
 *
 * Context: may sleep.
 */
void test_auth(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(auth_vectors); i++) {
		struct auth_run *run = kzalloc(sizeof(*run), GFP_KERNEL);

		if (!run) {
			report(false, "AUTH %u: out of memory", i);
			return;
		}
		run->prf = pqike_prf_alloc(auth_vectors[i].prf, NULL);
		if (IS_ERR(run->prf)) {
			report(false, "AUTH %u: no PRF", i);
		} else {
			test_vector(run, &auth_vectors[i], i);
			crypto_free_shash(run->prf);
		}
		kfree(run);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(fragmented_vectors); i++)
		test_fragmented(&fragmented_vectors[i], i);
}
