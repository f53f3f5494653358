// SPDX-License-Identifier: GPL-2.0
/*
 * What a supervisor makes of a helper that an attacker has: policy is what is configured,
 * whatever the helper says, asks, or leaves out.
 */
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_helper.h"
#include "fake_kernel.h"
#include "kselftest_harness.h"

FIXTURE(keeper)
{
	struct kernel *kernel;
};

static bool set(const char *name, bool of_next)
{
	struct policy_ask ask = { .type = POLICY_CONNECTION_SET, .next = of_next };
	struct policy_answer answer;

	snprintf(ask.connection, sizeof(ask.connection), "%s", name);
	return fake_helper_ask(&ask, &answer) && !answer.result;
}

/* The helper has set what is in force. */
FIXTURE_SETUP(keeper)
{
	fake_supervisor_begin();
	self->kernel = fake_supervisor.policy.kernel;
	ASSERT_TRUE(set(fake_names[0], false));
	ASSERT_TRUE(set(FAKE_NAME_OF_ALL, false));
}

FIXTURE_TEARDOWN(keeper)
{
	fake_supervisor_end();
}

/* The next reload finds @which. */
static void load(size_t which)
{
	fake_helper_say(SUPERVISION_LOAD);
	if (!fake_config_loads)
		return;
	fake_config_state = CONFIG_LOAD_DONE;
	fake_config_which = which;
	config_reload_serve(&fake_supervisor.reload);
	fake_helper_hear();
}

static bool has(struct kernel *kernel, const char *name)
{
	return fake_kernel_connection(kernel, name);
}

/* Return: whether the kernel has that of all as configuration @which says it. */
static bool has_all_of(struct kernel *kernel, size_t which)
{
	const struct fake_connection *all =
		fake_kernel_connection(kernel, FAKE_NAME_OF_ALL);

	return all && all->remote_ts.address[2] == fake_names[which][0];
}

static void only_say_taken(void)
{
	load(1);
	fake_helper_say(SUPERVISION_TAKEN);
}

TEST_F(keeper, a_helper_that_takes_a_configuration_and_asks_for_nothing)
{
	EXPECT_TRUE(has_all_of(self->kernel, 0));
	only_say_taken();
	EXPECT_EQ(fake_helper_heard[SUPERVISION_LOADED], 1);
	EXPECT_FALSE(has(self->kernel, fake_names[0]));
	EXPECT_TRUE(has(self->kernel, fake_names[1]));
	EXPECT_TRUE(has_all_of(self->kernel, 1));
}

/* One request for each that has changed, however many there are. */
TEST_F(keeper, a_reload_does_not_look_at_all_that_the_kernel_has)
{
	const unsigned int deleted = self->kernel->connections_deleted;
	const unsigned int listed = self->kernel->connections_listed;

	only_say_taken();
	EXPECT_EQ(self->kernel->connections_deleted, deleted + 1);
	EXPECT_EQ(self->kernel->connections_listed, listed);
}

TEST_F(keeper, what_the_kernel_does_not_forget_at_once)
{
	self->kernel->refuse_delete = true;
	only_say_taken();
	EXPECT_TRUE(has(self->kernel, fake_names[0]));
	self->kernel->refuse_delete = false;
	fake_supervisor_wait(CONFIG_RELOAD_PAUSE);
	only_say_taken();
	EXPECT_FALSE(has(self->kernel, fake_names[0]));
	EXPECT_TRUE(has(self->kernel, fake_names[1]));
}

/* Return: whether the supervisor does so. */
static bool load_and_set(void)
{
	load(1);
	return set(fake_names[1], true) && set(FAKE_NAME_OF_ALL, true);
}

static bool set_and_say_kept(void)
{
	bool ok = load_and_set();

	fake_helper_say(SUPERVISION_KEPT);
	return ok;
}

static bool set_and_end(void)
{
	bool ok = load_and_set();

	fake_helper_end();
	return ok;
}

TEST_F(keeper, a_helper_that_keeps_one_and_has_set_the_next)
{
	ASSERT_TRUE(set_and_say_kept());
	EXPECT_TRUE(has(self->kernel, fake_names[0]));
	EXPECT_FALSE(has(self->kernel, fake_names[1]));
	EXPECT_TRUE(has_all_of(self->kernel, 0));
}

TEST_F(keeper, a_helper_that_ends_and_has_set_the_next)
{
	ASSERT_TRUE(set_and_end());
	EXPECT_FALSE(has(self->kernel, fake_names[1]));
	EXPECT_TRUE(has_all_of(self->kernel, 0));
}

/* It was to remove them itself. */
TEST_F(keeper, a_helper_that_is_told_to_stop_and_only_ends)
{
	helper_keeper_stop(&fake_supervisor.keeper);
	fake_helper_hear();
	EXPECT_EQ(fake_helper_heard[SUPERVISION_STOP], 1);
	EXPECT_TRUE(has(self->kernel, fake_names[0]));
	fake_helper_end();
	EXPECT_TRUE(fake_supervisor.keeper.done);
	EXPECT_FALSE(has(self->kernel, fake_names[0]));
	EXPECT_FALSE(has_all_of(self->kernel, 0));
}

/* Tunnels go on, and whoever follows has the same policy. */
TEST_F(keeper, a_helper_that_leaves)
{
	helper_keeper_leave(&fake_supervisor.keeper);
	fake_helper_hear();
	EXPECT_TRUE(fake_supervisor.keeper.done);
	EXPECT_TRUE(has(self->kernel, fake_names[0]));
	EXPECT_TRUE(has_all_of(self->kernel, 0));
}

/* What the operator has changed does not stay as it was. */
TEST_F(keeper, a_connection_that_the_kernel_refuses_is_gone)
{
	load(1);
	self->kernel->refuse_connection = FAKE_NAME_OF_ALL;
	fake_helper_say(SUPERVISION_TAKEN);
	EXPECT_FALSE(has(self->kernel, FAKE_NAME_OF_ALL));
	EXPECT_TRUE(has(self->kernel, fake_names[1]));
}

/* One that has nothing new is not set again. */
TEST_F(keeper, what_is_the_same_is_left)
{
	unsigned int before = self->kernel->connections_set;

	load(0);
	fake_helper_say(SUPERVISION_TAKEN);
	EXPECT_EQ(self->kernel->connections_set, before);
	EXPECT_TRUE(has(self->kernel, fake_names[0]));
	EXPECT_TRUE(has_all_of(self->kernel, 0));
}

static unsigned int reads; /* that have begun */

static void count_reads(void)
{
	static int64_t last;

	reads += fake_config_begun != last;
	last = fake_config_begun;
}

/* Each has a process read files, of which a helper is not to say how often. */
TEST_F(keeper, a_helper_that_asks_for_reloads_without_end)
{
	for (int i = 0; i < 1000; i++) {
		load(0);
		count_reads();
		fake_helper_say(i % 2 ? SUPERVISION_KEPT : SUPERVISION_TAKEN);
	}
	EXPECT_LE(reads, 1000 * 20 / CONFIG_RELOAD_PAUSE);
	EXPECT_GE(reads, 1);
}

/* It comes, whoever has asked. */
TEST_F(keeper, a_reload_right_after_another_one)
{
	load(1);
	fake_helper_say(SUPERVISION_TAKEN);
	fake_helper_say(SUPERVISION_LOAD);
	fake_helper_say(SUPERVISION_LOAD);
	EXPECT_EQ(fake_config_loads, 0);
	fake_supervisor_wait(CONFIG_RELOAD_PAUSE);
	EXPECT_EQ(fake_config_loads, 1);
}

/* The next one is told, also where another one has begun meanwhile and not come to it. */
TEST_F(keeper, a_reload_while_there_is_no_helper)
{
	fake_helper_end();
	helper_keeper_reload(&fake_supervisor.keeper);
	for (unsigned int helpers = 2; helpers <= 3; helpers++) {
		fake_supervisor_wait(30 * SECOND);
		EXPECT_EQ(fake_helpers, helpers);
		if (helpers == 2)
			fake_helper_end();
	}
	EXPECT_EQ(fake_helper_heard[SUPERVISION_RELOAD], 0);
	fake_helper_say(SUPERVISION_READY);
	fake_helper_hear();
	EXPECT_EQ(fake_helper_heard[SUPERVISION_RELOAD], 1);
}

TEST_F(keeper, a_helper_that_never_answers)
{
	load(1);
	ASSERT_TRUE(set(FAKE_NAME_OF_ALL, true));
	fake_supervisor_wait(CONFIG_RELOAD_ANSWER - SECOND);
	fake_helper_hear();
	EXPECT_GE(fake_helper_channel, 0);
	fake_supervisor_wait(SECOND);
	fake_helper_hear();
	EXPECT_EQ(fake_helper_channel, -1);
	EXPECT_TRUE(has_all_of(self->kernel, 0));
	fake_supervisor_wait(100);
	EXPECT_EQ(fake_helpers, 2);
}

/* It has as long for each. */
TEST_F(keeper, a_helper_that_answers)
{
	for (int i = 0; i < 3; i++) {
		load(1);
		fake_supervisor_wait(CONFIG_RELOAD_ANSWER - SECOND);
		fake_helper_say(SUPERVISION_TAKEN);
		fake_helper_hear();
		EXPECT_GE(fake_helper_channel, 0);
	}
	EXPECT_EQ(fake_helpers, 1);
}

/* What poll() says of the end of the asks */
static bool waits(void)
{
	struct pollfd fd = {
		.fd = helper_keeper_asks_fd(&fake_supervisor.keeper),
		.events = POLLIN,
	};

	return !poll(&fd, 1, 0);
}

/* Its records go on; a loop that polls the asks would never wait again. */
TEST_F(keeper, a_helper_that_closes_its_end_of_the_asks)
{
	EXPECT_TRUE(waits());
	close(fake_helper_asks);
	fake_helper_asks = -1;
	EXPECT_FALSE(waits());
	helper_keeper_serve_asks(&fake_supervisor.keeper);
	fake_helper_hear();
	EXPECT_EQ(fake_helper_channel, -1);
	EXPECT_TRUE(waits());
	/* By the usual pause, as after a fault. */
	EXPECT_EQ(fake_helpers, 1);
	fake_supervisor_wait(100);
	EXPECT_EQ(fake_helpers, 2);
}

/* It is as one that has closed it. */
TEST_F(keeper, an_ask_of_no_octet)
{
	ASSERT_EQ(send(fake_helper_asks, "", 0, 0), 0);
	helper_keeper_serve_asks(&fake_supervisor.keeper);
	fake_helper_hear();
	EXPECT_EQ(fake_helper_channel, -1);
}

TEST_HARNESS_MAIN
