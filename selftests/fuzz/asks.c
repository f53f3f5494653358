// SPDX-License-Identifier: GPL-2.0
/*
 * A helper that an attacker has, and a supervisor: records and asks that may say anything.
 * Each ask has one answer or is dropped; what is not of the configuration stays as it is.
 */
#include "kernel/policy_ask.h"

#include "config/config.h"
#include "config_text.h"
#include "draw.h"
#include "fake_authorise.h"
#include "fake_config_load.h"
#include "fake_kernel.h"
#include "fake_xfrm_link.h"
#include "helper/supervision.h"
#include "supervisor/policy.h"

#define STEPS_MAX	40
#define PATCHES_MAX	4
#define QUOTA		9

enum { NOW, NEXT };

static const char now_text[] =
	"connections {\n"
	"a {\nremote_addrs = 192.0.2.2, sun.example.org\n"
	"local {\nauth = psk\nid = moon.example\n}\n"
	"remote {\nauth = psk\nid = sun.example\n}\n"
	"children {\nnet {\nlocal_ts = 10.1.0.0/24\nremote_ts = 10.2.0.0/24\n"
	"xfrm_interface = ipsec0\nif_id_in = 42\nif_id_out = 42\n}\n"
	"host {\nmode = transport\nlocal_ts = dynamic[tcp]\n"
	"remote_ts = dynamic[tcp]\n}\n}\n}\n}\n"
	"secrets {\nike {\nfile = /nowhere\n}\n}\n"
	"quota {\nike_sas = 9\n}\n";

static const char next_text[] =
	"connections {\n"
	"b {\nremote_addrs = 2001:db8::2\n"
	"local {\nauth = psk\nid = moon.example\n}\n"
	"remote {\nauth = psk\nid = b.example\n}\n"
	"children {\nnet {\nlocal_ts = 10.3.0.0/24\nremote_ts = 10.4.0.0/24\n"
	"}\n}\n}\n}\nsecrets {\nike {\nfile = /nowhere\n}\n}\n";

/* What an honest helper might ask. */
static struct policy_ask honest_ask(uint8_t which)
{
	struct policy_ask ask = {
		.version = POLICY_ASK_VERSION,
		.type = (uint16_t)(1 + which % (POLICY_ASKS - 1)),
	};

	switch (ask.type) {
	case POLICY_TRAP_SET:
		ask.family = which & 0x80 ? AF_INET6 : AF_INET;
		strcpy(ask.child, which & 0x40 ? "host" : "net");
		/* fall through */
	case POLICY_CONNECTION_SET:
	case POLICY_CONNECTION_DEL:
		strcpy(ask.connection, which & 0x20 ? "b" : "a");
		break;
	case POLICY_TRAP_DEL:
		ask.reqid = which >> 5;
		break;
	case POLICY_LINK_MAKE:
		strcpy(ask.interface, "ipsec0");
		ask.if_id = 42;
		break;
	case POLICY_LINK_RENUMBER:
		ask.if_id = 42;
		/* fall through */
	case POLICY_LINK_REMOVE:
		ask.index = which >> 5;
		break;
	case POLICY_NAME:
		strcpy(ask.name, "sun.example.org");
		break;
	default:
		break;
	}
	return ask;
}

static void ask(struct draw *in, struct policy *policy)
{
	struct policy_ask sent = honest_ask(draw_u8(in)), taken;
	struct policy_answer answer;
	int given;
	unsigned int patches = draw_u8(in) % (PATCHES_MAX + 1);

	for (unsigned int i = 0; i < patches; i++) {
		uint8_t octet = draw_u8(in);

		((uint8_t *)&sent)[2 * octet % sizeof(sent)] = draw_u8(in);
	}
	if (!policy_ask_check(&sent, sizeof(sent), &taken))
		return;
	given = policy_serve(policy, &taken, &answer);
	require((given >= 0) == (taken.type == POLICY_NAME && !answer.result));
	require(fake_lookups <= LOOKUPS_MAX);
	require(policy_answer_check(&answer, sizeof(answer), &answer));
}

static void read_record(struct draw *in)
{
	uint8_t n_fds = draw_u8(in) % (SUPERVISION_FDS_MAX + 2);
	struct supervision_record record;
	const uint8_t *octets;
	size_t len = draw_octets(in, draw_u8(in), &octets);
	uint8_t *copy = exact_copy(octets, len);

	if (supervision_check(copy, len, n_fds, &record)) {
		require(strlen(record.text) < sizeof(record.text));
		require(!*record.text == (record.type != SUPERVISION_REFUSED));
		require(record.type != SUPERVISION_BEGIN ||
			(record.user && record.group));
	}
	free(copy);
}

/* Others have made them. */
static void require_others(const struct xfrm_links *links)
{
	const struct xfrm_link *link = fake_link_find(links, "eth0");

	require(link && !link->if_id);
	link = fake_link_find(links, "ipsec1");
	require(link && link->if_id == 43);
	for (size_t i = 0; i < links->n; i++)
		require(!strcmp(links->list[i].name, "eth0") ||
			!strcmp(links->list[i].name, "ipsec1") ||
			(!strcmp(links->list[i].name, "ipsec0") &&
			 links->list[i].if_id == 42));
}

/* No helper has a say in it: that of the configuration, or with the next one the larger. */
static void require_quota(const struct kernel *kernel, bool both)
{
	const struct quota *quota = &kernel->quota;

	require(!quota->ike_sas ||
		quota->ike_sas == (both ? FAKE_QUOTA_DEFAULT : QUOTA));
	require(!quota->traps || quota->traps == FAKE_QUOTA_DEFAULT);
	require(!quota->policies || quota->policies == FAKE_QUOTA_DEFAULT);
}

static void set_text(size_t which, const char *text)
{
	struct config *config = config_of_text(text);

	fake_config_set(which, config);
	config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool have_texts;
	struct draw in = { data, size };
	struct timers timers = { 0 };
	struct config_pair pair = { 0 };
	struct policy policy = {
		.socket = -1, .lookups.timers = &timers, .configs = &pair,
	};
	char error[256];

	if (!have_texts) {
		set_text(NOW, now_text);
		set_text(NEXT, next_text);
	}
	have_texts = true;
	policy.kernel = fake_kernel_new(1);
	policy.links = xfrm_links_open(error, sizeof(error));
	require(policy.kernel && policy.links);
	fake_link_add(policy.links, "eth0", "veth", 0, true);
	fake_link_add(policy.links, "ipsec1", XFRM_LINK_KIND, 43, false);
	require(config_pair_begin(&pair, fake_config_new(NOW)));
	require(!(draw_u8(&in) & 1) ||
		config_pair_give(&pair, fake_config_new(NEXT)));
	for (unsigned int i = 0; i < STEPS_MAX && in.left; i++) {
		if (draw_u8(&in) & 1)
			ask(&in, &policy);
		else
			read_record(&in);
		require_others(policy.links);
		require_quota(policy.kernel, pair.next);
	}
	lookups_end(&policy.lookups);
	require(!fake_lookups);
	fake_kernel_free(policy.kernel);
	policy_close(&policy);
	config_pair_end(&pair);
	return 0;
}
