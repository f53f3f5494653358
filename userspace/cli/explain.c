// SPDX-License-Identifier: GPL-2.0
/* The causes are found by the words of the helper's own log. */
#include "cli/explain.h"

#include <string.h>

#include "base/wrap.h"

#define LABEL_WIDTH 10

/* The first whose words are all in the failure's text is taken. */
static const struct {
	const char *words[3]; /* NULL: none more */
	const char *remedy;
} causes[] = {
	{ { "refuses IKE_SA_INIT", "NO_PROPOSAL_CHOSEN", "ML-KEM is required" },
	  "The peer takes none of our proposals, and does not say which algorithm is "
	  "missing: its log does. Compare encryption, PRF, group and ADDKE with its "
	  "configuration. If it has no ML-KEM, it needs a version that can (Cisco "
	  "26.1.1, FortiOS 7.6.6, strongSwan 6.0.2, libreswan 5.4). A peer that "
	  "insists on a PPK refuses so, too, where ppk_id is not set here." },
	{ { "ML-KEM is required" },
	  "The peer offers no ML-KEM. Have it offer ADDKE1 with ML-KEM-768 (36) or "
	  "ML-KEM-1024 (37), RFC 9370; it needs a version that can (Cisco 26.1.1, "
	  "FortiOS 7.6.6, strongSwan 6.0.2, libreswan 5.4). require_pq = no lets "
	  "it in without, and recorded traffic can be read later." },
	{ { "rekey", "ML-KEM" },
	  "The peer rekeys without the key exchanges that made this IKE SA. Give it "
	  "the same ADDKE for rekeying (FortiOS: addke1 in phase 2 too)." },
	{ { "without INTERMEDIATE_EXCHANGE_SUPPORTED" },
	  "The peer offers ADDKE without RFC 9242. Switch IKE_INTERMEDIATE on at the "
	  "peer." },
	{ { "ADDKE", "does not match" },
	  "Both sides must have the same additional key exchange: compare ke1_... in "
	  "proposals with the ADDKE of the peer." },
	{ { "does not match", "ENCR" },
	  "Both sides need one encryption algorithm in common, with the same key "
	  "length: compare proposals or esp_proposals with the peer's." },
	{ { "does not match", "PRF" },
	  "Both sides need one PRF in common. With AES-GCM it must be written out: "
	  "prfsha384." },
	{ { "does not match", "INTEG" },
	  "Both sides need one integrity algorithm in common; AES-GCM has none." },
	{ { "ESN", "does not match" },
	  "One side insists on extended sequence numbers: write -noesn or -esn as the "
	  "peer has it. Cloudflare has none." },
	{ { "CREATE_CHILD_SA of the peer", "KE does not match" },
	  "The first Child SA of an IKE SA has no key exchange of its own, so a "
	  "difference in PFS shows at the first rekey: both sides need the same "
	  "group for PFS, or none. 20 is ecp384, 31 x25519, 14 modp2048." },
	{ { "KE", "does not match" },
	  "Both sides need one key exchange group in common: 20 is ecp384, 31 x25519, "
	  "14 modp2048. For a child it is the PFS group of the peer." },
	{ { "local_ts does not match" },
	  "What the peer calls its remote network is not within local_ts here: make "
	  "both the same. Route-based peers send 0.0.0.0/0." },
	{ { "remote_ts does not match" },
	  "What the peer calls its own network is not within remote_ts here: make "
	  "both the same. Route-based peers send 0.0.0.0/0." },
	{ { "speaks IKEv1" },
	  "The peer has another version of IKE: switch it to IKEv2 "
	  "(keyexchange=ikev2)." },
	{ { "no connection between these addresses" },
	  "The peer's address is in remote_addrs of no connection, or it came to "
	  "an address that is not local_addrs: add it, or write %any." },
	{ { "does not resolve" },
	  "The name of the peer in remote_addrs has no address here: getent ahosts "
	  "NAME says what this host finds, /etc/resolv.conf whom it asks. A name "
	  "server that is reached through the tunnel itself cannot help to set it "
	  "up: write the address, or put the name into /etc/hosts." },
	{ { "INVALID_KE_PAYLOAD" },
	  "The peer wants another key exchange group first: put the one that it names "
	  "in front, or add it." },
	{ { "which was not offered" },
	  "The peer wants a key exchange group that is not in proposals: add it." },
	{ { "PPK" },
	  "One side requires a PPK that the other has not, or has by another name or "
	  "with other octets: compare ppk_id, its secret and what the peer calls "
	  "PPK_ID (RFC 8784). ppk_required = no does without." },
	{ { "rekey of child", "NO_PROPOSAL_CHOSEN" },
	  "The first Child SA of an IKE SA has no key exchange of its own, so a "
	  "difference in PFS shows at the first rekey: give esp_proposals the group "
	  "and the ADDKE that the peer has for PFS, or none where it has none. The "
	  "old Child SA serves until its lifetime is over." },
	{ { "NO_PROPOSAL_CHOSEN" },
	  "The peer takes none of our proposals, and does not say which algorithm is "
	  "missing: its log does. Compare encryption, PRF, group and ADDKE with its "
	  "configuration; for a child, the PFS group and ESN. A peer that insists on "
	  "a PPK refuses so, too, where ppk_id is not set here." },
	{ { "no connection is configured for these identities" },
	  "The peer calls itself, or us, by another name than remote.id and local.id: "
	  "make them what it says, of the same type (name, address, keyid:)." },
	{ { "AUTH does not verify" },
	  "The pre-shared key must be the same on both sides, without a newline or "
	  "blanks at its end, and so must a PPK: `pqike psk` or the file may hold "
	  "another." },
	{ { "not authenticated" },
	  "The peer's identity or key is not what this side expects: remote.id must "
	  "be what the peer calls itself, of the same type, and the pre-shared key "
	  "the same on both sides, and so a PPK. `pqike psk` or the file may hold "
	  "another." },
	{ { "unique = keep" },
	  "The peer begins another IKE SA while one stands, and the connection keeps "
	  "the one that stands: take that down, or set dpd_delay so that a dead one "
	  "is noticed, or unique = replace." },
	{ { "AUTHENTICATION_FAILED" },
	  "The peer does not accept our identity or key, or is not called as we call "
	  "it: local.id must be what it expects and remote.id what it calls itself, "
	  "of the same type (name, address, keyid:), and the pre-shared key the same "
	  "on both sides, without a newline or blanks at its end; so must a PPK, "
	  "where there is one." },
	{ { "TS_UNACCEPTABLE" },
	  "The peer has no room for our networks: local_ts here must be within what "
	  "it calls remote, and remote_ts within what it calls local." },
	{ { "SINGLE_PAIR_REQUIRED" },
	  "The peer takes one network on each side of a child: make a child for each "
	  "pair." },
	{ { "FAILED_CP_REQUIRED" },
	  "The peer wants to assign an address, as for a road warrior: make it a "
	  "site-to-site tunnel." },
	{ { "INTERNAL_ADDRESS_FAILURE" },
	  "The peer wants to assign an address, as for a road warrior: make it a "
	  "site-to-site tunnel." },
	{ { "NO_ADDITIONAL_SAS" },
	  "The peer takes one child only: put all networks into one, or give each a "
	  "connection of its own." },
	{ { "INVALID_SYNTAX" },
	  "The peer does not understand a message. Its log says which; with ML-KEM it "
	  "may be of before draft-ietf-ipsecme-ikev2-mlkem." },
	{ { "UNSUPPORTED_CRITICAL_PAYLOAD" },
	  "The peer lacks an extension that it was sent: update it." },
	{ { "does not answer", "IKE_INTERMEDIATE" },
	  "IKE_SA_INIT passed, the large message with ML-KEM did not: fragments are "
	  "lost on the way. Set fragment_size = 576, and let UDP 4500 through." },
	{ { "does not answer", "IKE_AUTH" },
	  "IKE_SA_INIT passed, IKE_AUTH did not: UDP 4500 is blocked, or fragments "
	  "are lost. Open UDP 4500 on both sides, or set fragment_size = 576." },
	{ { "does not answer" },
	  "No packet comes back. Is the address right (ip route get)? Is UDP 500 "
	  "and 4500 open on both sides and on what is between (nft list ruleset)? "
	  "Does the peer run, and know this address? Starting on port 4500 "
	  "(local_port, remote_port = 4500) passes some firewalls. Watch with "
	  "tcpdump -n udp port 500 or udp port 4500." },
	{ { "did not authenticate itself" },
	  "The peer began and stopped: our answer or its next message was lost. "
	  "Open UDP 4500, and set fragment_size = 576 if the path is narrow." },
	{ { "does not fit" },
	  "A message is larger than what can be sent: write fewer proposals." },
	{ { "malformed" },
	  "The peer sent what RFC 7296 does not allow: capture it with tcpdump -w, "
	  "and update the peer." },
	{ { "as it may have" },
	  "The quota of this network namespace is used up: pqike show -s says of what. "
	  "Raise that number in the section quota of the configuration, and reload." },
	{ { "kernel does not install" },
	  "xfrm refused it. Another program may have policies there (ip xfrm policy); "
	  "the algorithm may need a module: pqike check." },
	{ { "No such file or directory" },
	  "A key is not in the keyring: run pqike psk, or give the secret a file and "
	  "reload." },
	{ { "kernel refuses" },
	  "The module said no: run pqike check." },
	{ { "Network is unreachable" },
	  "There is no route to the peer: ip route get ADDRESS." },
	{ { "peer deleted the IKE SA" },
	  "The peer ended it: its log says why." },
};

static const char no_remedy[] =
	"This is not among the known causes: the log around that time, here and at "
	"the peer, says more.";

static int has_words(const char *text, const char *const words[3])
{
	for (size_t i = 0; i < 3 && words[i]; i++)
		if (!strstr(text, words[i]))
			return 0;
	return 1;
}

const char *explain_remedy(const char *text)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (has_words(text, causes[i].words))
			return causes[i].remedy;
	return no_remedy;
}

void explain_print(const char *connection, const struct explanation *explanation,
		   FILE *out)
{
	if (!*explanation->text) {
		fprintf(out, "%s has not failed since the helper was started.\n",
			connection);
		return;
	}
	wrap_print(out, "when:", LABEL_WIDTH, explanation->time);
	wrap_print(out, "peer:", LABEL_WIDTH, explanation->peer);
	if (*explanation->child)
		wrap_print(out, "child:", LABEL_WIDTH, explanation->child);
	wrap_print(out, "failure:", LABEL_WIDTH, explanation->text);
	if (*explanation->since) {
		char since[sizeof(explanation->since) + 32];

		snprintf(since, sizeof(since), "%s: it was established",
			 explanation->since);
		wrap_print(out, "since:", LABEL_WIDTH, since);
	}
	wrap_print(out, "try:", LABEL_WIDTH,
		   explain_remedy(explanation->text));
}
