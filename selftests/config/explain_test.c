// SPDX-License-Identifier: GPL-2.0
/* What is to be tried for failures as the helper words them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain.h"
#include "kselftest.h"

static const struct {
	const char *text;
	const char *remedy; /* words of it */
} cases[] = {
	{ "failed: ML-KEM is required, the peer offers P-384", "FortiOS 7.6.6" },
	{ "failed: peer 192.0.2.1 refuses IKE_SA_INIT: NO_PROPOSAL_CHOSEN; it was offered x",
	  "none of our proposals" },
	{ "failed: peer 192.0.2.1 refuses IKE_SA_INIT: NO_PROPOSAL_CHOSEN; it was offered x; ML-KEM is required here",
	  "its log does" },
	{ "failed: AUTHENTICATION_FAILED: the peer's AUTH does not verify: not the same pre-shared key?",
	  "`pqike psk`" },
	{ "failed: AUTHENTICATION_FAILED: no connection is configured for these identities: the peer says it is a and asks for b",
	  "make them what it says" },
	{ "failed: NO_PROPOSAL_CHOSEN: ENCR does not match: configured A, the peer offers B",
	  "encryption algorithm in common" },
	{ "failed: NO_PROPOSAL_CHOSEN: ADDKE1 does not match: configured none, the peer offers ML-KEM-768",
	  "additional key exchange" },
	{ "failed: NO_PROPOSAL_CHOSEN: KE does not match: configured x25519, the peer offers P-384",
	  "20 is ecp384" },
	{ "failed: rekey of child net: refused by the peer: NO_PROPOSAL_CHOSEN (14)",
	  "for PFS" },
	{ "failed: CREATE_CHILD_SA of the peer refused with NO_PROPOSAL_CHOSEN: KE does not match: configured x25519, the peer offers NONE",
	  "for PFS" },
	{ "failed: NO_PROPOSAL_CHOSEN: ESN does not match: configured NO_ESN, the peer offers ESN",
	  "-noesn" },
	{ "failed: the peer refuses IKE_AUTH: AUTHENTICATION_FAILED (24)",
	  "local.id" },
	{ "failed: the peer is not authenticated: x", "remote.id" },
	{ "failed: the peer is not authenticated: the connection requires a PPK and the peer has not this one",
	  "ppk_id" },
	{ "failed: AUTHENTICATION_FAILED: the peer requires a PPK that the connection has not",
	  "PPK_ID" },
	{ "failed: IKE_SA_INIT: the connection requires a PPK and the peer uses none",
	  "ppk_required" },
	{ "failed: child net: refused by the peer: TS_UNACCEPTABLE (38)",
	  "within what" },
	{ "failed: child net: local_ts does not match: configured 10.1.0.0/16, the peer sent 0.0.0.0/0",
	  "local_ts here" },
	{ "failed: peer 192.0.2.1 does not answer IKE_SA_INIT", "UDP 500" },
	{ "failed: peer 192.0.2.1 does not answer IKE_AUTH", "UDP 4500" },
	{ "failed: peer 192.0.2.1 does not answer IKE_INTERMEDIATE",
	  "fragment_size = 576" },
	{ "failed: IKE_SA_INIT refused with NO_PROPOSAL_CHOSEN: ML-KEM is required, the peer offers P-384",
	  "FortiOS 7.6.6" },
	{ "failed: IKE_SA_INIT refused with NO_PROPOSAL_CHOSEN: no connection between these addresses is configured",
	  "remote_addrs" },
	{ "failed: vpn.example.org does not resolve: Name or service not known",
	  "getent" },
	{ "failed: the socket or its network namespace has as many IKE SAs as it may have",
	  "section quota" },
	{ "failed: something new", "not among the known causes" },
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static void test_case(size_t i)
{
	const char *remedy = explain_remedy(cases[i].text);

	if (!strstr(remedy, cases[i].remedy))
		ksft_print_msg("%s\n", remedy);
	ksft_test_result(strstr(remedy, cases[i].remedy), "%s\n", cases[i].text);
}

static char *print(const struct explanation *explanation)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	explain_print("home", explanation, out);
	fclose(out);
	return text;
}

/* Every line fits, and no word is lost. */
static void test_printed(void)
{
	struct explanation explanation = {
		.time = "2026-11-22T05:00:00.000Z", .peer = "192.0.2.1:500",
		.child = "net",
	};
	size_t widest = 0;
	char *text;

	snprintf(explanation.text, sizeof(explanation.text), "%s",
		 cases[1].text);
	text = print(&explanation);
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > widest)
			widest = strcspn(line, "\n");
	ksft_test_result(widest && widest <= 80, "80 columns: %zu\n", widest);
	ksft_test_result(strstr(text, "when:     2026-11-22T05:00:00.000Z\n") &&
			 strstr(text, "\nchild:    net\n") &&
			 strstr(text, "\ntry:      The peer takes") &&
			 !strstr(text, "since:"),
			 "each part has its label\n");
	free(text);
	snprintf(explanation.since, sizeof(explanation.since),
		 "2026-11-22T05:00:01.000Z");
	text = print(&explanation);
	ksft_test_result(strstr(text, "\nsince:    2026-11-22T05:00:01.000Z: it was "
				"established\n"), "since when it is mended\n");
	free(text);
	explanation.text[0] = '\0';
	text = print(&explanation);
	ksft_test_result(!strcmp(text, "home has not failed since the helper was "
				 "started.\n"), "no failure\n");
	free(text);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(N_CASES + 4);
	for (size_t i = 0; i < N_CASES; i++)
		test_case(i);
	test_printed();
	ksft_finished();
}
