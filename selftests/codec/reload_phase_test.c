// SPDX-License-Identifier: GPL-2.0
/*
 * Another configuration is taken into use while an exchange is under way: after
 * each datagram of each exchange, on either side, with each kind of change.
 * Built with sanitizers, which see a configuration that is used after its end.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "base/clock.h"
#include "config/config_reqid.h"
#include "config/connection.h"
#include "fake_xfrm_link.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/ike_event.h"
#include "ike/task.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "setup.h"
#include "tunnel/attempt.h"
#include "tunnel/config_apply.h"
#include "tunnel/trap.h"
#include "tunnel/xfrm_interface.h"

/* Longer than what is gone repeats its last response. */
#define SETTLED (600 * SECOND)

/* A side whose configuration is read from a file. */
struct loaded {
	struct side *side;
	struct setup setup;
	struct config *config;
};

static struct pair pair;
static struct loaded a, b;

static void load(struct loaded *loaded, struct side *side)
{
	char error[256];

	loaded->side = side;
	loaded->setup = setup_ordinary;
	/* One side begins, as it would be with most peers. */
	if (side == &pair.b)
		loaded->setup.net_keys = "";
	loaded->config = setup_read(&loaded->setup, side == &pair.a);
	config_give_reqids(loaded->config, NULL);
	connections_index(loaded->config);
	side->ike.config = loaded->config;
	side->ike.interfaces = xfrm_interfaces_open(error, sizeof(error));
}

static void begin(void)
{
	pair_begin(&pair);
	load(&a, &pair.a);
	load(&b, &pair.b);
}

static void unload(struct loaded *loaded)
{
	config_free(loaded->config);
	xfrm_interfaces_close(loaded->side->ike.interfaces);
}

static void end(void)
{
	for (struct side *side = &pair.a; side; side = side == &pair.a ? &pair.b : NULL) {
		attempts_free(&side->ike);
		traps_free(&side->ike);
	}
	pair_end(&pair);
	unload(&a);
	unload(&b);
}

static void reload_as(struct loaded *loaded, const struct setup *setup)
{
	struct config *next = setup_read(setup, loaded == &a);
	struct ike *ike = &loaded->side->ike;
	char error[512];

	config_give_reqids(next, loaded->config);
	if (!xfrm_interfaces_number(ike, next, error, sizeof(error)) ||
	    !config_apply(ike, loaded->config, next, error, sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	loaded->setup = *setup;
	ike_sas_release(ike);
	config_release(ike, loaded->config);
}

/* What is under way when the reload comes. */
struct scenario {
	const char *name;
	const char *client_of_a; /* what side A is asked for, NULL: nothing */
	const char *client_of_b;
	bool from_nothing; /* no IKE SA stands at first */
	bool with_other; /* the second child stands at first */
};

static const struct scenario scenarios[] = {
	{ "IKE_SA_INIT to IKE_AUTH", "up tunnel.net", NULL, true, false },
	{ "IKE_SA_INIT to IKE_AUTH, two children", "up tunnel", NULL, true, false },
	{ "CREATE_CHILD_SA and IKE_FOLLOWUP_KE", "up tunnel.other", NULL, false,
	  false },
	{ "CREATE_CHILD_SA, both at once", "up tunnel.other", "up tunnel.other",
	  false, false },
	{ "rekey of a child", "rekey-child tunnel.net", NULL, false, false },
	{ "rekey of a child, both at once", "rekey-child tunnel.net",
	  "rekey-child tunnel.net", false, false },
	{ "rekey of the IKE SA", "rekey-ike tunnel", NULL, false, false },
	{ "rekey of the IKE SA, both at once", "rekey-ike tunnel",
	  "rekey-ike tunnel", false, true },
	{ "INFORMATIONAL, a child", "down tunnel.other", NULL, false, true },
	{ "INFORMATIONAL, a child by the peer", NULL, "down tunnel.net", false,
	  true },
	{ "INFORMATIONAL, the IKE SA", "down tunnel", NULL, false, false },
	{ "INFORMATIONAL, the IKE SA by the peer", NULL, "down tunnel", false,
	  false },
};

/* What the first child is when all is done, and was up or wanted before. */
enum outcome {
	MATCHES, /* it is up */
	ENDS, /* nothing is up */
	EITHER, /* that depends on what was done when */
};

struct change {
	const char *what;
	struct setup setup; /* what differs from the ordinary, "-": is not there */
	enum outcome outcome_of_a; /* when side A is changed */
	enum outcome outcome_of_b;
};

static const struct change changes[] = {
	{ "nothing", { 0 }, MATCHES, MATCHES },
	{ "connection removed", { .name = "-" }, ENDS, ENDS },
	{ "connection renamed", { .name = "moved" }, MATCHES, MATCHES },
	{ "connection changed", { .keys = "dpd_delay = 30s\n" }, MATCHES, MATCHES },
	{ "lifetimes changed", { .keys = "rekey_time = 1h\nover_time = 5m\n" },
	  MATCHES, MATCHES },
	{ "proposals changed",
	  { .proposals = "aes256gcm16-prfsha384-x25519-ke1_mlkem1024,"
			 "aes256gcm16-prfsha384-x25519-ke1_mlkem768" },
	  MATCHES, MATCHES },
	{ "proposals that the peer lacks",
	  { .proposals = "aes128gcm16-prfsha256-ecp384-ke1_mlkem1024" },
	  EITHER, EITHER },
	{ "identity changed", { .id = "not-" }, ENDS, ENDS },
	{ "secret changed", { .secret = "two" }, MATCHES, MATCHES },
	{ "child added", { .third = "third" }, MATCHES, MATCHES },
	{ "first child removed", { .net = "-" }, EITHER, EITHER },
	{ "second child removed", { .other = "-" }, MATCHES, MATCHES },
	{ "first child renamed", { .net = "renamed" }, MATCHES, MATCHES },
	{ "second child renamed", { .other = "renamed" }, MATCHES, MATCHES },
	{ "child changed",
	  { .net_esp = "aes256gcm16-x25519-ke1_mlkem768,"
		       "aes256gcm16-ecp384-ke1_mlkem768" }, MATCHES, MATCHES },
	{ "child with an interface",
	  { .net_keys = "start_action = start\nclose_action = start\n"
			"xfrm_interface = ipsec0\n" }, MATCHES, MATCHES },
	{ "start_action none",
	  { .net_keys = "close_action = start\n" }, EITHER, EITHER },
	{ "start_action trap",
	  { .net_keys = "start_action = trap\n" }, EITHER, EITHER },
	{ "close_action trap",
	  { .net_keys = "start_action = start\nclose_action = trap\n" },
	  EITHER, EITHER },
	{ "close_action none",
	  { .net_keys = "start_action = start\n" }, EITHER, EITHER },
};

static void pick(const char **value, const char *changed)
{
	if (changed)
		*value = *changed == '-' ? NULL : changed;
}

static void change(struct loaded *loaded, const struct change *change)
{
	const struct setup *from = &change->setup;
	struct setup setup = loaded->setup;

	pick(&setup.name, from->name);
	pick(&setup.id, from->id);
	pick(&setup.keys, from->keys);
	pick(&setup.proposals, from->proposals);
	pick(&setup.secret, from->secret);
	pick(&setup.net, from->net);
	pick(&setup.net_keys, from->net_keys);
	pick(&setup.net_esp, from->net_esp);
	pick(&setup.other, from->other);
	pick(&setup.third, from->third);
	reload_as(loaded, &setup);
}

static void settle(void)
{
	pair_pass(&pair, SETTLED);
	for (struct loaded *each = &a; each; each = each == &a ? &b : NULL) {
		ike_sas_release(&each->side->ike);
		config_release(&each->side->ike, each->config);
	}
}

static bool is_configured(const struct loaded *loaded,
			  const struct child_config *child)
{
	const struct connection_config *connection =
		connection_find(loaded->config, child->connection->name);

	return connection == child->connection &&
	       connection_child(connection, child->name) == child;
}

/* Return: what is wrong, NULL: all that stands is as it is configured now. */
static const char *check_side(const struct loaded *loaded)
{
	const struct side *side = loaded->side;
	const struct ike *ike = &side->ike;
	size_t n = 0, children = 0;

	if (loaded->config->retired)
		return "a configuration that is gone is used still";
	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next) {
		if (sa->phase != PHASE_ESTABLISHED)
			continue;
		n++;
		if (connection_find(loaded->config, sa->connection->name) !=
		    sa->connection)
			return "an IKE SA has another connection";
		for (const struct child_sa *child = sa->children; child;
		     child = child->next, children++)
			if (!is_configured(loaded, child->config))
				return "a Child SA has another child";
	}
	if (n > 1)
		return "there are two IKE SAs";
	if (fake_kernel_installed(ike->kernel) != children)
		return "the kernel has other Child SAs";
	return side->ok + side->failed > 1 ? "a client was told twice" : NULL;
}

static const char *check_outcome(enum outcome outcome)
{
	const struct ike_sa *sa = side_established(&pair.a);
	const struct ike_sa *peer = side_established(&pair.b);
	const struct child_config *child;

	if (outcome == EITHER)
		return NULL;
	if (outcome == ENDS)
		return sa || peer ? "an IKE SA stands" : NULL;
	if (!sa || !peer)
		return "no IKE SA stands";
	child = connection_child(sa->connection, a.setup.net);
	if (!child_sa_find_config(sa, child))
		return "the child is not up at side A";
	child = connection_child(peer->connection, b.setup.net);
	return child_sa_find_config(peer, child) ? NULL :
						    "the child is not up at side B";
}

static void ask(struct loaded *loaded, const char *request)
{
	if (request)
		command(&loaded->side->ike, NULL, CLIENT, request);
}

/* One that is at work is told in the end; a child of a client's may be gone. */
static bool waits(const struct loaded *loaded, const char *request)
{
	return request && !loaded->side->ok && !loaded->side->failed;
}

static void prepare(const struct scenario *scenario)
{
	if (!scenario->from_nothing) {
		ask(&a, "up tunnel.net");
		pair_deliver_all(&pair);
	}
	if (scenario->with_other) {
		ask(&a, "up tunnel.other");
		pair_deliver_all(&pair);
	}
	a.side->ok = 0;
	b.side->ok = 0;
	ask(&a, scenario->client_of_a);
	ask(&b, scenario->client_of_b);
}

/* Who is taken down by hand is not begun anew, unless by the reload. */
static enum outcome expected(const struct scenario *scenario,
			     const struct change *change,
			     const struct loaded *changed)
{
	enum outcome outcome = changed == &a ? change->outcome_of_a :
					       change->outcome_of_b;

	if (outcome == MATCHES && scenario->client_of_a &&
	    !strcmp(scenario->client_of_a, "down tunnel"))
		return EITHER;
	return outcome;
}

/* Return: false where everything was delivered before. */
static bool run_one(struct __test_metadata *_metadata,
		    const struct scenario *scenario, const struct change *kind,
		    bool at_a, unsigned int after)
{
	struct loaded *changed = at_a ? &a : &b;
	const char *wrong;
	unsigned int n = 0;

	begin();
	prepare(scenario);
	while (n < after && pair_deliver_one(&pair))
		n++;
	change(changed, kind);
	settle();
	wrong = check_side(&a);
	if (!wrong)
		wrong = check_side(&b);
	if (!wrong)
		wrong = check_outcome(expected(scenario, kind, changed));
	if (!wrong && (waits(&a, scenario->client_of_a) ||
		       waits(&b, scenario->client_of_b)))
		wrong = "a client was not told";
	EXPECT_EQ(wrong, NULL)
		TH_LOG("%s; %s on side %s after %u datagrams: %s",
		       scenario->name, kind->what, at_a ? "A" : "B", after,
		       wrong);
	end();
	return n == after;
}

FIXTURE(phase)
{
};

FIXTURE_VARIANT(phase)
{
	size_t scenario;
};

FIXTURE_SETUP(phase)
{
}

FIXTURE_TEARDOWN(phase)
{
}

#define VARIANT(name, number) \
	FIXTURE_VARIANT_ADD(phase, name) { .scenario = number }

VARIANT(ike_auth, 0);
VARIANT(ike_auth_with_more_to_make, 1);
VARIANT(create_child_sa, 2);
VARIANT(create_child_sa_both, 3);
VARIANT(rekey_child, 4);
VARIANT(rekey_child_both, 5);
VARIANT(rekey_ike, 6);
VARIANT(rekey_ike_both, 7);
VARIANT(delete_child, 8);
VARIANT(delete_child_by_peer, 9);
VARIANT(delete_ike, 10);
VARIANT(delete_ike_by_peer, 11);

TEST_F_TIMEOUT(phase, each_change_after_each_datagram, 300)
{
	const struct scenario *scenario = &scenarios[variant->scenario];
	unsigned int n = 0;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		for (int at_a = 0; at_a < 2; at_a++)
			for (unsigned int after = 0; after < 40; after++, n++)
				if (!run_one(_metadata, scenario, &changes[i],
					     at_a, after))
					break;
	EXPECT_GT(n, 100);
}

/* Timers that a value of the configuration sets, in an IKE SA that stands. */
FIXTURE(timers)
{
};

FIXTURE_SETUP(timers)
{
	begin();
	ask(&a, "up tunnel.net");
	pair_deliver_all(&pair);
	ASSERT_NE(side_established(&pair.a), NULL);
}

FIXTURE_TEARDOWN(timers)
{
	end();
}

static void set_keys(const char *keys)
{
	const struct change to = { .setup = { .keys = keys } };

	change(&a, &to);
}

/* Return: how many requests side A has sent by the end of so many seconds. */
static unsigned int requests_within(int64_t seconds)
{
	unsigned int before = side_established(&pair.a)->traffic.round_trips;

	pair_pass(&pair, seconds * SECOND);
	return side_established(&pair.a)->traffic.round_trips - before;
}

TEST_F(timers, dpd_delay_added)
{
	EXPECT_EQ(requests_within(1000), 0);
	set_keys("dpd_delay = 30s\n");
	/* The peer has been silent for longer already. */
	EXPECT_EQ(requests_within(1), 1);
	EXPECT_EQ(requests_within(300), 10);
}

TEST_F(timers, dpd_delay_removed)
{
	set_keys("dpd_delay = 30s\n");
	EXPECT_EQ(requests_within(301), 10);
	set_keys("");
	EXPECT_EQ(requests_within(1000), 0);
}

TEST_F(timers, dpd_delay_changed)
{
	set_keys("dpd_delay = 1h\n");
	EXPECT_EQ(requests_within(1000), 0);
	set_keys("dpd_delay = 10s\n");
	EXPECT_EQ(requests_within(1), 1);
	set_keys("dpd_delay = 100s\n");
	EXPECT_EQ(requests_within(99), 0);
	EXPECT_EQ(requests_within(10), 1);
}

TEST_F(timers, rekey_time_changed)
{
	const struct ike_sa *sa = side_established(&pair.a);
	int64_t hour = 3600 * SECOND;

	set_keys("rekey_time = 1h\nover_time = 10m\nrand_time = 0s\n");
	EXPECT_EQ(sa->rekey_timer.due, sa->established + hour);
	EXPECT_EQ(sa->life_timer.due, sa->established + hour + hour / 6);
	set_keys("rekey_time = 2h\nover_time = 10m\nrand_time = 0s\n");
	EXPECT_EQ(sa->rekey_timer.due, sa->established + 2 * hour);
	/* That is over: it is rekeyed soon, and has time for that. */
	pair_pass(&pair, hour + hour / 2);
	set_keys("rekey_time = 10m\nover_time = 5m\nrand_time = 0s\n");
	EXPECT_GT(sa->life_timer.due, sa->rekey_timer.due);
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 0);
	pair_pass(&pair, 61 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
}

TEST_F(timers, rekey_time_removed)
{
	const struct ike_sa *sa = side_established(&pair.a);

	set_keys("rekey_time = 0s\n");
	EXPECT_EQ(sa->rekey_timer.due, 0);
	EXPECT_EQ(sa->life_timer.due, 0);
	set_keys("rekey_time = 1h\n");
	EXPECT_NE(sa->rekey_timer.due, 0);
	EXPECT_NE(sa->life_timer.due, 0);
}

TEST_HARNESS_MAIN
