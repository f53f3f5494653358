// SPDX-License-Identifier: GPL-2.0
/* Proposal strings, and the choice among proposals. */
#include <stdio.h>
#include <string.h>

#include "kselftest.h"
#include "wire/proposal_choose.h"

/* What a string reads as. */
static const struct {
	uint8_t protocol;
	const char *text;
	const char *printed;
} good[] = {
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ PROTOCOL_IKE, "aes256gcm128-prfsha384-curve25519-ke1_mlkem768",
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ PROTOCOL_IKE, "ke1_mlkem1024-ecp384-prfsha512-aes128gcm16",
	  "AES_GCM_16_128/PRF_HMAC_SHA2_512/P-384 + ML-KEM-1024" },
	{ PROTOCOL_IKE, "aes256gcm16-aes128gcm16-prfsha256-ecp256-x25519",
	  "AES_GCM_16_256|AES_GCM_16_128/PRF_HMAC_SHA2_256/P-256|x25519" },
	{ PROTOCOL_IKE,
	  "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke1_none-ke3_mlkem512",
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768|NONE + ML-KEM-512" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-mlkem512",
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/ML-KEM-512" },
	{ PROTOCOL_IKE, "aes256-sha384-ecp384-ke1_mlkem768",
	  "AES_CBC_256/PRF_HMAC_SHA2_384/HMAC_SHA2_384_192/P-384 + ML-KEM-768" },
	{ PROTOCOL_IKE, "aes192-aes128-sha256-sha512-prfsha512-modp2048-modp3072",
	  "AES_CBC_192|AES_CBC_128/PRF_HMAC_SHA2_512/"
	  "HMAC_SHA2_256_128|HMAC_SHA2_512_256/MODP-2048|MODP-3072" },
	{ PROTOCOL_IKE, "aes256gcm16-sha384-ecp384",
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/P-384" },
	{ PROTOCOL_IKE, "aes256gcm16-sha384-prfsha256-ecp384",
	  "AES_GCM_16_256/PRF_HMAC_SHA2_256/P-384" },
	{ PROTOCOL_IKE, "chacha20poly1305-prfsha512-modp4096-ke7_mlkem1024",
	  "CHACHA20_POLY1305/PRF_HMAC_SHA2_512/MODP-4096 + ML-KEM-1024" },
	{ PROTOCOL_ESP, "aes256-sha256", "AES_CBC_256/HMAC_SHA2_256_128" },
	{ PROTOCOL_ESP, "aes256gcm16-sha256", "AES_GCM_16_256" },
	{ PROTOCOL_ESP, "chacha20poly1305-esn", "CHACHA20_POLY1305/ESN" },
	{ PROTOCOL_ESP, "aes256gcm16", "AES_GCM_16_256" },
	{ PROTOCOL_ESP, "aes128gcm16-noesn", "AES_GCM_16_128" },
	{ PROTOCOL_ESP, "aes256gcm16-x25519-ke1_mlkem768",
	  "AES_GCM_16_256/x25519 + ML-KEM-768" },
};

/* What is refused, and words that the reason must have. */
static const struct {
	uint8_t protocol;
	const char *text;
	const char *word;
	const char *why;
} bad[] = {
	{ PROTOCOL_IKE, "", "empty word", "" },
	{ PROTOCOL_IKE, "aes256gcm16--x25519", "empty word", "" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519-", "empty word", "" },
	{ PROTOCOL_IKE, "aes256gcm61-prfsha384-x25519", "\"aes256gcm61\"",
	  "expected perhaps aes256gcm16" },
	{ PROTOCOL_IKE, "rot13-prfsha384-x25519", "\"rot13\"", "aes256gcm16" },
	{ PROTOCOL_IKE, "aes256-prfsha384-x25519", "integrity algorithm",
	  "sha384" },
	{ PROTOCOL_IKE, "aes256gcm16-aes256-sha384-x25519", "beside AES-CBC",
	  "of its own" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-modp1024", "\"modp1024\"",
	  "not supported" },
	{ PROTOCOL_IKE, "3des-sha1-modp2048", "\"3des\"", "not supported" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519-ke8_mlkem768",
	  "\"ke8_mlkem768\"", "mlkem768" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519-ke1_prfsha384",
	  "\"ke1_prfsha384\"", "not a key exchange" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-none", "\"none\"", "ke1_none" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519-x25519", "\"x25519\"",
	  "twice" },
	{ PROTOCOL_IKE, "aes256gcm16-x25519", "pseudorandom function",
	  "prfsha384" },
	{ PROTOCOL_IKE, "prfsha384-x25519", "encryption algorithm",
	  "aes256gcm16" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384", "key exchange method",
	  "x25519" },
	{ PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519-noesn", "\"noesn\"",
	  "no place" },
	{ PROTOCOL_ESP, "aes256gcm16-ke1_mlkem768", "before the additional one",
	  "x25519" },
	{ PROTOCOL_ESP, "aes256", "integrity algorithm", "sha256" },
	{ PROTOCOL_ESP, "aes256gcm16-prfsha384", "\"prfsha384\"", "no place" },
	{ PROTOCOL_ESP, "noesn", "encryption algorithm", "" },
	{ PROTOCOL_IKE, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  "too long", "" },
};

/* Up to two proposals a side; "" for none. */
static const struct {
	const char *name;
	const char *configured[2];
	const char *offered[2];
	bool classical; /* ML-KEM is not required */
	bool no_intermediate;
	uint8_t number; /* 0: nothing is chosen */
	const char *expected; /* the choice, or words of the reason */
} choices[] = {
	{ "the same on both sides", { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" }, false, false, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ "own preference decides",
	  { "aes128gcm16-aes256gcm16-prfsha512-prfsha384-ecp384-x25519-"
	    "ke1_mlkem1024-ke1_mlkem768" },
	  { "aes256gcm16-aes128gcm16-prfsha384-prfsha512-x25519-ecp384-"
	    "ke1_mlkem768-ke1_mlkem1024" },
	  false, false, 1,
	  "AES_GCM_16_128/PRF_HMAC_SHA2_512/P-384 + ML-KEM-1024" },
	{ "the second offer", { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519",
	    "aes256gcm16-prfsha384-x25519-ke1_mlkem768" }, false, false, 2,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ "the second configured",
	  { "aes128gcm16-prfsha256-x25519-ke1_mlkem512",
	    "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" }, false, false, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ "a gap between rounds",
	  { "aes256gcm16-prfsha384-x25519-ke3_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke3_mlkem768" }, false, false, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ "no method twice",
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke1_mlkem1024-ke2_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke1_mlkem1024-ke2_mlkem768" },
	  false, false, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-1024 + ML-KEM-768" },
	{ "only one method for two rounds",
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke2_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke2_mlkem768" },
	  false, false, 0, "no method may be used twice" },
	{ "none is no method that is used up",
	  { "aes256gcm16-prfsha384-x25519-ke1_none-ke2_none-ke3_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_none-ke2_none-ke3_mlkem768" },
	  false, false, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ "an optional round is taken where ML-KEM is required",
	  { "aes256gcm16-prfsha384-x25519-ke1_none-ke1_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_none-ke1_mlkem768" },
	  false, false, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519 + ML-KEM-768" },
	{ "an optional round is left out where it is not",
	  { "aes256gcm16-prfsha384-x25519-ke1_none-ke1_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_none-ke1_mlkem768" },
	  true, false, 1, "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519" },
	{ "the offer's optional round that is not configured",
	  { "aes256gcm16-prfsha384-x25519" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke1_none" },
	  true, false, 1, "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519" },
	{ "the offer's round that is not configured",
	  { "aes256gcm16-prfsha384-x25519" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  true, false, 0, "ADDKE1 does not match: configured none, the peer offers ML-KEM-768" },
	{ "a classical peer", { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ecp384" }, false, false, 0,
	  "ML-KEM is required, the peer offers x25519 or P-384" },
	{ "a classical peer and a fallback that is forbidden",
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	    "aes256gcm16-prfsha384-x25519" },
	  { "aes256gcm16-prfsha384-x25519" }, false, false, 0,
	  "ML-KEM is required, the peer offers x25519" },
	{ "a classical peer and a fallback that is allowed",
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	    "aes256gcm16-prfsha384-x25519" },
	  { "aes256gcm16-prfsha384-x25519" }, true, false, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/x25519" },
	{ "no INTERMEDIATE_EXCHANGE_SUPPORTED",
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" }, false, true, 0,
	  "without INTERMEDIATE_EXCHANGE_SUPPORTED" },
	{ "ML-KEM in IKE_SA_INIT needs none", { "aes256gcm16-prfsha384-mlkem512" },
	  { "aes256gcm16-prfsha384-mlkem512" }, false, true, 1,
	  "AES_GCM_16_256/PRF_HMAC_SHA2_384/ML-KEM-512" },
	{ "another key length", { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { "aes128gcm16-prfsha384-x25519-ke1_mlkem768" }, false, false, 0,
	  "ENCR does not match: configured AES_GCM_16_256, the peer offers AES_GCM_16_128" },
	{ "another PRF", { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { "aes256gcm16-prfsha256-x25519-ke1_mlkem768" }, false, false, 0,
	  "PRF does not match: configured PRF_HMAC_SHA2_384, the peer offers PRF_HMAC_SHA2_256" },
	{ "another ML-KEM", { "aes256gcm16-prfsha384-x25519-ke1_mlkem1024" },
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" }, false, false, 0,
	  "ADDKE1 does not match: configured ML-KEM-1024, the peer offers ML-KEM-768" },
	{ "no offer at all", { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  { NULL }, true, false, 0, "nothing that could be chosen" },
};

static bool reads(size_t i)
{
	char text[256];
	struct proposal proposal;

	if (!proposal_parse(good[i].protocol, good[i].text, &proposal, text,
			    sizeof(text))) {
		ksft_print_msg("refused: %s\n", text);
		return false;
	}
	proposal_print(&proposal, text, sizeof(text));
	if (!strcmp(text, good[i].printed))
		return true;
	ksft_print_msg("is %s\n", text);
	return false;
}

static bool refuses(size_t i)
{
	char text[512] = "taken";
	struct proposal proposal;

	if (!proposal_parse(bad[i].protocol, bad[i].text, &proposal, text,
			    sizeof(text)) &&
	    strstr(text, bad[i].word) && strstr(text, bad[i].why))
		return true;
	ksft_print_msg("%s\n", text);
	return false;
}

static size_t parse_all(const char *const texts[2], struct proposal *proposals)
{
	char error[256];
	size_t n = 0;

	while (n < 2 && texts[n]) {
		if (!proposal_parse(PROTOCOL_IKE, texts[n], &proposals[n], error,
				    sizeof(error)))
			ksft_exit_fail_msg("%s: %s\n", texts[n], error);
		proposals[n].number = (uint8_t)(n + 1);
		n++;
	}
	return n;
}

static bool chooses(size_t i)
{
	struct proposal configured[2];
	struct proposal offered[2];
	struct proposal chosen = { 0 };
	size_t n_configured = parse_all(choices[i].configured, configured);
	size_t n_offered = parse_all(choices[i].offered, offered);
	char text[512];
	bool found;

	found = proposal_choose(configured, n_configured, offered, n_offered,
				!choices[i].classical, !choices[i].no_intermediate,
				&chosen, text, sizeof(text));
	if (found)
		proposal_print(&chosen, text, sizeof(text));
	ksft_print_msg("%s\n", text);
	if (!choices[i].number)
		return !found && strstr(text, choices[i].expected);
	return found && chosen.number == choices[i].number &&
	       !strcmp(text, choices[i].expected);
}

/* What an offer has, the answer has once; what it lacks, the answer lacks. */
static bool answers_each_type_once(void)
{
	const char *texts[2] = { "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke2_none" };
	struct proposal configured[2];
	struct proposal offered = { 0 };
	struct proposal chosen;
	char reason[256];

	parse_all(texts, configured);
	offered = configured[0];
	offered.n_transforms--; /* ke2_none, the last */
	offered.transforms[offered.n_transforms++] =
		(struct transform){ TRANSFORM_INTEG, 0, 0 };
	return proposal_choose(configured, 1, &offered, 1, true, true, &chosen,
			       reason, sizeof(reason)) &&
	       chosen.n_transforms == 5 &&
	       proposal_find(&chosen, TRANSFORM_INTEG) &&
	       !proposal_find(&chosen, TRANSFORM_ADDKE1 + 1);
}

static bool refuses_unknown_types(void)
{
	const char *texts[2] = { "aes256gcm16-prfsha384-x25519-ke1_mlkem768" };
	struct proposal configured[2];
	struct proposal offered;
	struct proposal chosen;
	char reason[256];

	parse_all(texts, configured);
	offered = configured[0];
	offered.transforms[offered.n_transforms++] = (struct transform){ 13, 1, 0 };
	return !proposal_choose(configured, 1, &offered, 1, true, true, &chosen,
				reason, sizeof(reason));
}

/* A small number, the same in each run. */
static unsigned int draw(unsigned int below)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return (state >> 16) % below;
}

/* Few methods and few types, so that they often collide and often fit. */
static void draw_proposal(struct proposal *proposal, bool repeat)
{
	static const struct transform first[] = {
		{ TRANSFORM_ENCR, 20, 256 }, { TRANSFORM_PRF, 6, 0 },
	};
	static const uint16_t methods[] = { 0, 31, 35, 36, 99 };
	unsigned int n = 1 + draw(14);

	*proposal = (struct proposal){ .protocol = PROTOCOL_IKE, .number = 1 };
	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		proposal->transforms[proposal->n_transforms++] = first[i];
	for (uint8_t type = TRANSFORM_KE; type <= TRANSFORM_ADDKE1 + 3; type++) {
		size_t from = proposal->n_transforms;

		if (type == TRANSFORM_ESN)
			continue;
		for (unsigned int i = draw(n); i > 0; i--) {
			struct transform transform = {
				type, methods[draw(repeat ? 5 : 4)], 0,
			};
			bool is_there = false;

			for (size_t j = from; j < proposal->n_transforms; j++)
				is_there |= proposal->transforms[j].id == transform.id;
			if (repeat || !is_there)
				proposal->transforms[proposal->n_transforms++] =
					transform;
		}
	}
}

struct trial {
	const struct proposal *configured;
	const struct proposal *offered;
	bool require_ml_kem;
	struct proposal chosen;
};

static bool has(const struct proposal *proposal, const struct transform *wanted)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (proposal->transforms[i].type == wanted->type &&
		    proposal->transforms[i].id == wanted->id)
			return true;
	return !wanted->id && !proposal_find(proposal, wanted->type);
}

static bool is_taken(const struct proposal *chosen, const struct transform *wanted)
{
	for (size_t i = 0; wanted->id && i < chosen->n_transforms; i++)
		if (chosen->transforms[i].id == wanted->id &&
		    chosen->transforms[i].type >= TRANSFORM_KE)
			return true;
	return false;
}

/* The first choice in the order of preference, by trying them all. */
static bool try_all(struct trial *trial, uint8_t type)
{
	const struct proposal *configured = trial->configured;
	struct transform none = { .type = type };
	size_t n = trial->chosen.n_transforms;

	if (type > TRANSFORM_ADDKE7)
		return !trial->require_ml_kem || proposal_has_ml_kem(&trial->chosen);
	for (size_t i = 0; i <= configured->n_transforms; i++) {
		const struct transform *transform =
			i < configured->n_transforms ? &configured->transforms[i] :
						       &none;

		if (transform->type != type || !has(configured, transform) ||
		    !has(trial->offered, transform) ||
		    (type >= TRANSFORM_KE && is_taken(&trial->chosen, transform)))
			continue;
		if (proposal_find(trial->offered, type))
			trial->chosen.transforms[trial->chosen.n_transforms++] =
				*transform;
		if (try_all(trial, type + 1))
			return true;
		trial->chosen.n_transforms = n;
	}
	/* Of what has no NONE, nothing stands for a type that neither side has. */
	return !proposal_find(configured, type) &&
	       !proposal_find(trial->offered, type) && type < TRANSFORM_KE &&
	       try_all(trial, type + 1);
}

static bool same_choice(const struct proposal *a, const struct proposal *b)
{
	if (a->n_transforms != b->n_transforms)
		return false;
	for (size_t i = 0; i < a->n_transforms; i++)
		if (a->transforms[i].type != b->transforms[i].type ||
		    a->transforms[i].id != b->transforms[i].id)
			return false;
	return true;
}

static bool chooses_what_trying_all_finds(void)
{
	unsigned int met = 0;

	for (unsigned int i = 0; i < 20000; i++) {
		struct proposal configured, offered, chosen;
		struct trial trial = {
			.configured = &configured, .offered = &offered,
			.require_ml_kem = i % 2,
		};
		char text[2][256] = { "", "" };
		bool expected, found;

		draw_proposal(&configured, false);
		draw_proposal(&offered, true);
		expected = try_all(&trial, TRANSFORM_ENCR);
		found = proposal_choose(&configured, 1, &offered, 1, i % 2, true,
					&chosen, text[0], sizeof(text[0]));
		met += found;
		if (found == expected &&
		    (!found || same_choice(&chosen, &trial.chosen)))
			continue;
		if (found)
			proposal_print(&chosen, text[0], sizeof(text[0]));
		if (expected)
			proposal_print(&trial.chosen, text[1], sizeof(text[1]));
		ksft_print_msg("%u: \"%s\", by trying all \"%s\"\n", i, text[0],
			       text[1]);
		return false;
	}
	ksft_print_msg("%u of 20000 were met\n", met);
	return met > 1000;
}

/* A reason longer than its buffer is cut, never written past its end. */
static bool keeps_the_bound_of_texts(void)
{
	struct proposal proposal;
	char error[8] = "";
	char text[8] = "";

	return !proposal_parse(PROTOCOL_IKE, "nonsense", &proposal, error,
			       sizeof(error)) &&
	       strlen(error) < sizeof(error) &&
	       proposal_parse(PROTOCOL_IKE, good[0].text, &proposal, error,
			      sizeof(error)) &&
	       (proposal_print(&proposal, text, sizeof(text)),
		strlen(text) == sizeof(text) - 1);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(good) + ARRAY_SIZE(bad) + ARRAY_SIZE(choices) + 4);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		ksft_test_result(reads(i), "reads %s\n", good[i].text);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ksft_test_result(refuses(i), "refuses \"%s\"\n", bad[i].text);
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		ksft_test_result(chooses(i), "chooses: %s\n", choices[i].name);
	ksft_test_result(answers_each_type_once(), "answers each type once\n");
	ksft_test_result(refuses_unknown_types(), "refuses unknown types\n");
	ksft_test_result(chooses_what_trying_all_finds(),
			 "chooses among repeated transforms what trying all finds\n");
	ksft_test_result(keeps_the_bound_of_texts(), "keeps the bound of texts\n");
	ksft_finished();
}
