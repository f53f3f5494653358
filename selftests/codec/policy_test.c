// SPDX-License-Identifier: GPL-2.0
/*
 * What the supervisor does for a helper, and what it refuses one that an attacker has: only
 * what the configuration names is set, made or removed.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pass_fds.h"
#include "config/config_read.h"
#include "fake_authorise.h"
#include "fake_kernel.h"
#include "fake_xfrm_link.h"
#include "kselftest_harness.h"
#include "supervisor/policy.h"

FIXTURE(policy)
{
	struct config_pair configs;
	struct policy policy;
	struct policy_answer answer;
	struct timers timers;
	int given; /* with the answer */
};

typedef FIXTURE_DATA(policy) fixture;

/* A connection "a" with the children "net" and "host", and one more. */
static struct config *read_config(const char *other, const char *interface,
				  const char *quota)
{
	char path[] = "/tmp/pqike-policy.XXXXXX";
	char error[512];
	struct config *config;
	int fd = mkstemp(path);
	FILE *out = fdopen(fd, "w");

	fprintf(out, "%sconnections {\n", quota);
	for (int i = 0; i < 2; i++)
		fprintf(out, "%s {\n"
			"remote_addrs = 192.0.2.%d, %s.example.org\n"
			"local {\nauth = psk\nid = moon%d.example\n}\n"
			"remote {\nauth = psk\nid = sun%d.example\n}\n"
			"children {\n"
			"net {\nlocal_ts = 10.1.%d.0/24\nremote_ts = 10.2.%d.0/24\n"
			"xfrm_interface = %s%d\nif_id_in = %d\nif_id_out = %d\n}\n"
			"host {\nmode = transport\nlocal_ts = dynamic[tcp]\n"
			"remote_ts = dynamic[tcp]\n}\n}\n}\n",
			i ? other : "a", 2 + i, i ? other : "a", i, i, i, i,
			interface, i, 42 + i,
			42 + i);
	fputs("}\nsecrets {\nike {\nfile = /nowhere\n}\n}\n", out);
	fclose(out);
	config = config_read(path, error, sizeof(error));
	if (!config) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	unlink(path);
	return config;
}

/* As of a reload. */
static void give_next(fixture *self)
{
	struct config *next =
		read_config("c", "other",
			    "\nquota {\nike_sas = 20\nchild_sas = 30\n}\n");

	if (!config_pair_give(&self->configs, next))
		abort();
}

FIXTURE_SETUP(policy)
{
	char error[256];
	struct config *now =
		read_config("b", "ipsec",
			    "quota {\nike_sas = 10\nconnections = 200\n}\n");

	ASSERT_TRUE(config_pair_begin(&self->configs, now));
	self->policy = (struct policy){
		.kernel = fake_kernel_new(1),
		.links = xfrm_links_open(error, sizeof(error)), .socket = -1,
		.lookups.timers = &self->timers, .configs = &self->configs,
	};
}

FIXTURE_TEARDOWN(policy)
{
	lookups_end(&self->policy.lookups);
	EXPECT_EQ(fake_lookups, 0);
	fake_kernel_free(self->policy.kernel);
	policy_close(&self->policy);
	config_pair_end(&self->configs);
}

static int ask(fixture *self, const struct policy_ask *ask)
{
	struct policy_ask sent = *ask, taken;

	sent.version = POLICY_ASK_VERSION;
	if (!policy_ask_check(&sent, sizeof(sent), &taken))
		abort();
	self->given = policy_serve(&self->policy, &taken, &self->answer);
	if (!policy_answer_check(&self->answer, sizeof(self->answer),
				 &self->answer))
		abort();
	return self->answer.result;
}

static int set(fixture *self, const char *name, bool next)
{
	struct policy_ask order = {
		.type = POLICY_CONNECTION_SET, .next = next,
	};

	snprintf(order.connection, sizeof(order.connection), "%s", name);
	return ask(self, &order);
}

static int delete(fixture *self, const char *name)
{
	struct policy_ask order = { .type = POLICY_CONNECTION_DEL };

	snprintf(order.connection, sizeof(order.connection), "%s", name);
	return ask(self, &order);
}

TEST_F(policy, connections)
{
	EXPECT_EQ(set(self, "a", false), 0);
	EXPECT_EQ(set(self, "b", false), 0);
	EXPECT_EQ(self->policy.kernel->connections_set, 2);
	EXPECT_EQ(set(self, "c", false), -EACCES);
	EXPECT_EQ(set(self, "a", true), -EACCES);
	EXPECT_EQ(set(self, "A", false), -EACCES);
	EXPECT_STREQ(self->answer.error, "it is not in the configuration");
	EXPECT_EQ(delete(self, "c"), -EACCES);
	EXPECT_EQ(self->policy.kernel->connections_set, 2);
	EXPECT_EQ(self->policy.kernel->connections_deleted, 0);
	EXPECT_EQ(delete(self, "b"), 0);
	EXPECT_EQ(self->policy.kernel->connections_deleted, 1);
}

TEST_F(policy, connections_of_a_reload)
{
	give_next(self);
	EXPECT_EQ(set(self, "a", true), 0);
	EXPECT_EQ(set(self, "c", true), 0);
	EXPECT_EQ(set(self, "c", false), -EACCES);
	EXPECT_EQ(set(self, "b", true), -EACCES);
	EXPECT_EQ(set(self, "b", false), 0);
	/* The helper is gone before it has taken them. */
	config_pair_conclude(&self->configs);
	policy_forget_others(&self->policy);
	EXPECT_EQ(self->policy.kernel->connections_deleted, 1);
	EXPECT_EQ(set(self, "c", true), -EACCES);
	give_next(self);
	config_pair_take(&self->configs);
	config_pair_conclude(&self->configs);
	EXPECT_EQ(set(self, "c", false), 0);
	EXPECT_EQ(set(self, "b", false), -EACCES);
}

/* Of a pqike before this one, which had another configuration */
TEST_F(policy, connections_that_are_configured_no_more)
{
	const char *listed[101] = { "a" };
	char names[99][16];

	for (int i = 0; i < 99; i++) {
		snprintf(names[i], sizeof(names[i]), "other-%d", i);
		listed[1 + i] = names[i];
	}
	self->policy.kernel->connections = listed;
	policy_forget_others(&self->policy);
	EXPECT_EQ(self->policy.kernel->connections_deleted, 99);
}

TEST_F(policy, a_refusal_of_the_kernel_is_told)
{
	self->policy.kernel->refuse_connection = "a";
	EXPECT_LT(set(self, "a", false), 0);
	EXPECT_STREQ(self->answer.error, kernel_error(self->policy.kernel));
}

static bool quota_is(const struct kernel *kernel, struct quota quota)
{
	return !memcmp(&kernel->quota, &quota, sizeof(quota));
}

static const struct quota quota_of_now = { 10, 100, 100, 200, 100, 100 };
static const struct quota quota_of_next = { 20, 100, 30, 100, 100, 100 };
static const struct quota quota_of_both = { 20, 100, 100, 200, 100, 100 };

TEST_F(policy, the_quota_is_there_before_a_helper)
{
	char error[256];

	ASSERT_GE(policy_socket(&self->policy, error, sizeof(error)), 0);
	EXPECT_TRUE(quota_is(self->policy.kernel, quota_of_now));
	policy_end_socket(&self->policy);
	self->policy.kernel->refuse_quota = 9;
	EXPECT_LT(policy_socket(&self->policy, error, sizeof(error)), 0);
	EXPECT_EQ(self->policy.socket, -1);
	EXPECT_EQ(error[0], '/');
	EXPECT_NE(strstr(error, ":1: quota: refused by the test"), NULL);
}

TEST_F(policy, the_quota_is_that_of_both_while_a_reload_goes_on)
{
	struct kernel *kernel = self->policy.kernel;
	struct policy *policy = &self->policy;
	char error[256];

	give_next(self);
	EXPECT_EQ(policy_set_quota(policy, error, sizeof(error)), 0);
	EXPECT_TRUE(quota_is(kernel, quota_of_both));
	/* It was kept as it is. */
	config_pair_conclude(&self->configs);
	EXPECT_EQ(policy_set_quota(policy, error, sizeof(error)), 0);
	EXPECT_TRUE(quota_is(kernel, quota_of_now));
	/* It was taken. */
	give_next(self);
	config_pair_take(&self->configs);
	config_pair_conclude(&self->configs);
	EXPECT_EQ(policy_set_quota(policy, error, sizeof(error)), 0);
	EXPECT_TRUE(quota_is(kernel, quota_of_next));
}

TEST_F(policy, a_quota_that_is_refused_leaves_the_one_before)
{
	struct policy *policy = &self->policy;
	char error[256];

	self->policy.kernel->refuse_quota = 19;
	give_next(self);
	EXPECT_EQ(policy_set_quota(policy, error, sizeof(error)), -EPERM);
	EXPECT_NE(strstr(error, ":2: quota: refused by the test"), NULL);
	EXPECT_TRUE(quota_is(policy->kernel, quota_of_now));
}

/* The module was loaded anew. */
TEST_F(policy, the_quota_is_set_again)
{
	struct kernel *kernel = self->policy.kernel;
	const struct policy_ask order = { .type = POLICY_AUTHORISE };

	fake_kernel_restart(kernel);
	EXPECT_EQ(ask(self, &order), 0);
	EXPECT_TRUE(quota_is(kernel, quota_of_now));
	fake_kernel_restart(kernel);
	kernel->refuse_quota = 9;
	EXPECT_EQ(ask(self, &order), -EPERM);
	EXPECT_NE(strstr(self->answer.error, "quota: refused"), NULL);
}

static int set_trap(fixture *self, const char *connection, const char *child,
		    bool transport)
{
	struct policy_ask order = {
		.type = POLICY_TRAP_SET, .family = AF_INET,
		.transport = transport,
		.local = { 192, 0, 2, 1 }, .remote = { 192, 0, 2, 2 },
	};

	snprintf(order.connection, sizeof(order.connection), "%s", connection);
	snprintf(order.child, sizeof(order.child), "%s", child);
	return ask(self, &order);
}

TEST_F(policy, traps)
{
	struct kernel *kernel = self->policy.kernel;

	EXPECT_EQ(set_trap(self, "a", "net", false), 0);
	EXPECT_NE(self->answer.value, 0);
	EXPECT_EQ(kernel->trap_list[0].remote_ts.address[1], 2);
	EXPECT_EQ(kernel->trap_list[0].remote_ts.length, 24);
	EXPECT_EQ(kernel->trap_remote.octets[3], 2);
	EXPECT_EQ(set_trap(self, "a", "net", true), -EACCES);
	EXPECT_EQ(set_trap(self, "a", "host", true), 0);
	EXPECT_EQ(set_trap(self, "a", "nothing", false), -EACCES);
	EXPECT_EQ(set_trap(self, "c", "net", false), -EACCES);
	EXPECT_EQ(kernel->traps, 2);
	give_next(self);
	EXPECT_EQ(set_trap(self, "c", "net", false), 0);
}

static int make(fixture *self, const char *name, uint32_t if_id)
{
	struct policy_ask order = { .type = POLICY_LINK_MAKE, .if_id = if_id };

	snprintf(order.interface, sizeof(order.interface), "%s", name);
	return ask(self, &order);
}

static int renumber(fixture *self, int index, uint32_t if_id)
{
	return ask(self, &(struct policy_ask){
		.type = POLICY_LINK_RENUMBER, .index = index, .if_id = if_id });
}

static int remove_link(fixture *self, int index)
{
	return ask(self, &(struct policy_ask){
		.type = POLICY_LINK_REMOVE, .index = index });
}

TEST_F(policy, interfaces_are_made)
{
	struct xfrm_links *links = self->policy.links;

	EXPECT_EQ(make(self, "ipsec0", 42), 0);
	EXPECT_NE(fake_link_find(links, "ipsec0"), NULL);
	EXPECT_EQ(make(self, "ipsec1", 42), -EACCES);
	EXPECT_EQ(make(self, "ipsec0", 43), -EACCES);
	EXPECT_EQ(make(self, "eth0", 42), -EACCES);
	EXPECT_EQ(make(self, "other0", 42), -EACCES);
	EXPECT_EQ(links->n, 1);
	EXPECT_EQ(make(self, "ipsec0", 42), -EEXIST);
	EXPECT_STREQ(self->answer.error, xfrm_links_error(links));
}

/* Whatever else there is on the host is none of the helper's. */
TEST_F(policy, interfaces_of_others)
{
	struct xfrm_links *links = self->policy.links;
	int eth = fake_link_add(links, "eth0", "veth", 0, false);
	int marked = fake_link_add(links, "eth1", "veth", 0, true);
	int own = fake_link_add(links, "ipsec0", XFRM_LINK_KIND, 42, false);

	EXPECT_EQ(remove_link(self, eth), -EACCES);
	EXPECT_EQ(remove_link(self, marked), -EACCES);
	EXPECT_EQ(remove_link(self, own), -EACCES);
	EXPECT_EQ(remove_link(self, own + 1), -EACCES);
	EXPECT_EQ(renumber(self, own, 42), -EACCES);
	EXPECT_EQ(links->n, 3);
}

TEST_F(policy, interfaces_of_ours)
{
	struct xfrm_links *links = self->policy.links;
	int index = fake_link_add(links, "ipsec0", XFRM_LINK_KIND, 7, true);

	EXPECT_EQ(renumber(self, index, 43), -EACCES);
	EXPECT_EQ(renumber(self, index, 42), 0);
	EXPECT_EQ(fake_link_find(links, "ipsec0")->if_id, 42);
	EXPECT_EQ(remove_link(self, index), 0);
	EXPECT_EQ(links->n, 0);
}

static int resolve(fixture *self, const char *name)
{
	struct policy_ask order = { .type = POLICY_NAME };

	snprintf(order.name, sizeof(order.name), "%s", name);
	return ask(self, &order);
}

TEST_F(policy, names)
{
	EXPECT_EQ(resolve(self, "elsewhere.example.org"), -EACCES);
	EXPECT_EQ(resolve(self, "c.example.org"), -EACCES);
	EXPECT_EQ(self->given, -1);
	EXPECT_EQ(fake_lookups, 0);
	for (unsigned int i = 0; i < LOOKUPS_MAX; i++) {
		EXPECT_EQ(resolve(self, i % 2 ? "a.example.org" :
						"b.example.org"), 0);
		EXPECT_EQ(self->given, FAKE_REPORT);
	}
	EXPECT_EQ(resolve(self, "a.example.org"), -EAGAIN);
	EXPECT_EQ(self->given, -1);
	EXPECT_EQ(fake_lookups, LOOKUPS_MAX);
	/* None lasts for ever, whether the helper reads it or not. */
	fake_clock_advance(RESOLVER_SECONDS * SECOND);
	timers_run(&self->timers, NULL, clock_now());
	EXPECT_EQ(fake_lookups, 0);
	EXPECT_EQ(resolve(self, "a.example.org"), 0);
}

/* The helper reads no answer, and asks on. */
TEST_F(policy, names_without_end)
{
	const struct pollfd ended[LOOKUPS_MAX] = {
		{ .revents = POLLHUP }, { .revents = POLLHUP },
		{ .revents = POLLHUP }, { .revents = POLLHUP },
		{ .revents = POLLHUP }, { .revents = POLLHUP },
		{ .revents = POLLHUP }, { .revents = POLLHUP },
	};
	const int64_t start = clock_now();
	int64_t pauses, begun = 0;

	for (int i = 0; i < 10000; i++) {
		begun += !resolve(self, "a.example.org");
		lookups_serve(&self->policy.lookups, ended);
		EXPECT_EQ(fake_lookups, 0);
	}
	pauses = (clock_now() - start) / RESOLVER_PAUSE;
	EXPECT_GE(begun, LOOKUPS_MAX * pauses / 2);
	EXPECT_LE(begun, LOOKUPS_MAX * (pauses + 1));
}

TEST_F(policy, its_socket)
{
	char error[256];
	int fd = policy_socket(&self->policy, error, sizeof(error));

	ASSERT_GE(fd, 0);
	EXPECT_EQ(fake_authorised, fd);
	fake_authorised = -1;
	EXPECT_EQ(ask(self, &(struct policy_ask){ .type = POLICY_AUTHORISE }),
		  0);
	EXPECT_EQ(fake_authorised, fd);
	fake_revoked = -1;
	policy_end_socket(&self->policy);
	EXPECT_EQ(fake_revoked, fd);
	EXPECT_EQ(self->policy.socket, -1);
	fake_revoked = -1;
	policy_end_socket(&self->policy);
	EXPECT_EQ(fake_revoked, -1);
}

/* An ask as a helper sends it, of each type */
static const struct policy_ask asks[POLICY_ASKS] = {
	[POLICY_AUTHORISE] = { .type = POLICY_AUTHORISE },
	[POLICY_CONNECTION_SET] = {
		.type = POLICY_CONNECTION_SET, .connection = "a",
	},
	[POLICY_CONNECTION_DEL] = {
		.type = POLICY_CONNECTION_DEL, .connection = "a",
	},
	[POLICY_TRAP_SET] = {
		.type = POLICY_TRAP_SET, .family = AF_INET, .connection = "a",
		.child = "net",
	},
	[POLICY_TRAP_DEL] = { .type = POLICY_TRAP_DEL, .reqid = 1 },
	[POLICY_LINK_MAKE] = {
		.type = POLICY_LINK_MAKE, .interface = "a", .if_id = 1,
	},
	[POLICY_LINK_RENUMBER] = {
		.type = POLICY_LINK_RENUMBER, .index = 1, .if_id = 1,
	},
	[POLICY_LINK_REMOVE] = { .type = POLICY_LINK_REMOVE, .index = 1 },
	[POLICY_NAME] = { .type = POLICY_NAME, .name = "a.example.org" },
};

/* Whatever is in an ask, the supervisor has an answer, or drops it. */
TEST_F(policy, each_octet_of_an_ask)
{
	for (uint16_t type = 1; type < POLICY_ASKS; type++) {
		for (size_t i = 0; i < 256 * sizeof(asks[type]); i++) {
			struct policy_ask sent = asks[type], taken;

			sent.version = POLICY_ASK_VERSION;
			((uint8_t *)&sent)[i / 256] = (uint8_t)i;
			if (!policy_ask_check(&sent, sizeof(sent), &taken))
				continue;
			policy_serve(&self->policy, &taken, &self->answer);
			ASSERT_TRUE(policy_answer_check(&self->answer,
							sizeof(self->answer),
							&self->answer))
				TH_LOG("type %u, octet %zu", type, i / 256);
		}
	}
}

/* What one type has, another one must not. */
TEST(members_of_other_types)
{
	for (uint16_t type = 1; type < POLICY_ASKS; type++) {
		struct policy_ask sent = asks[type], taken;

		sent.version = POLICY_ASK_VERSION;
		EXPECT_TRUE(policy_ask_check(&sent, sizeof(sent), &taken));
		for (uint16_t other = 1; other < POLICY_ASKS; other++) {
			sent = asks[type];
			sent.version = POLICY_ASK_VERSION;
			sent.type = other;
			EXPECT_EQ(policy_ask_check(&sent, sizeof(sent), &taken),
				  other == type ||
				  (type == POLICY_CONNECTION_SET &&
				   other == POLICY_CONNECTION_DEL) ||
				  (type == POLICY_CONNECTION_DEL &&
				   other == POLICY_CONNECTION_SET))
				TH_LOG("%u as %u", type, other);
		}
	}
}

TEST(texts)
{
	struct policy_ask sent = asks[POLICY_CONNECTION_SET], taken;

	sent.version = POLICY_ASK_VERSION;
	memset(sent.connection, 'x', sizeof(sent.connection));
	EXPECT_FALSE(policy_ask_check(&sent, sizeof(sent), &taken));
	sent.connection[sizeof(sent.connection) - 1] = '\0';
	EXPECT_TRUE(policy_ask_check(&sent, sizeof(sent), &taken));
	sent.connection[1] = '\0'; /* and more behind it */
	EXPECT_FALSE(policy_ask_check(&sent, sizeof(sent), &taken));
	memset(sent.connection, 0, sizeof(sent.connection));
	EXPECT_FALSE(policy_ask_check(&sent, sizeof(sent), &taken));
	sent.connection[0] = '\n';
	EXPECT_FALSE(policy_ask_check(&sent, sizeof(sent), &taken));
}

TEST(lengths)
{
	uint8_t octets[2 * sizeof(struct policy_ask)] = { POLICY_ASK_VERSION };
	struct policy_ask ask;
	struct policy_answer answer;

	octets[offsetof(struct policy_ask, type)] = POLICY_AUTHORISE;
	for (size_t len = 0; len <= sizeof(octets); len++)
		EXPECT_EQ(policy_ask_check(octets, len, &ask),
			  len == sizeof(ask));
	memset(octets, 0, sizeof(octets));
	octets[0] = POLICY_ASK_VERSION;
	for (size_t len = 0; len <= sizeof(octets); len++)
		EXPECT_EQ(policy_answer_check(octets, len, &answer),
			  len == sizeof(answer));
}

/* A helper that is answered with anything but an answer fails. */
TEST(answers)
{
	const struct policy_answer good = {
		.version = POLICY_ASK_VERSION, .result = -EACCES,
		.error = "because",
	};
	struct policy_answer sent = good, taken;

	EXPECT_TRUE(policy_answer_check(&sent, sizeof(sent), &taken));
	sent.result = 0;
	EXPECT_FALSE(policy_answer_check(&sent, sizeof(sent), &taken));
	sent = good;
	sent.result = 1;
	EXPECT_FALSE(policy_answer_check(&sent, sizeof(sent), &taken));
	sent = good;
	sent.version++;
	EXPECT_FALSE(policy_answer_check(&sent, sizeof(sent), &taken));
	sent = good;
	memset(sent.error, 'x', sizeof(sent.error));
	EXPECT_FALSE(policy_answer_check(&sent, sizeof(sent), &taken));
}

/* Return: the lowest number that no descriptor has. */
static int free_number(void)
{
	int fd = dup(STDOUT_FILENO);

	close(fd);
	return fd;
}

/* Whatever comes with an answer, one descriptor is taken, or none is left. */
TEST(descriptors_of_an_answer)
{
	const struct policy_answer answer = { .version = POLICY_ASK_VERSION };
	const int fds[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
	char error[256];
	int ends[2];

	ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	policy_asks_through(ends[1]);
	for (size_t n = 0; n <= ARRAY_SIZE(fds); n++) {
		int before = free_number();
		int given;

		ASSERT_TRUE(pass_fds_send(ends[0], &answer, sizeof(answer), fds,
					  n, 0));
		given = policy_ask_name("a.example.org", error, sizeof(error));
		EXPECT_EQ(given >= 0, n == 1) TH_LOG("%zu", n);
		if (given >= 0)
			close(given);
		EXPECT_EQ(free_number(), before) TH_LOG("%zu", n);
	}
	policy_asks_through(-1);
	close(ends[0]);
	close(ends[1]);
}

TEST_HARNESS_MAIN
