// SPDX-License-Identifier: GPL-2.0
/* xfrm interfaces that children name: who has made which, and what follows. */
#include <stdlib.h>

#include "fake_kernel.h"
#include "fake_xfrm_link.h"
#include "kselftest_harness.h"
#include "tunnel/config_if_id.h"
#include "tunnel/xfrm_interface.h"

#define N_CHILDREN 4

/* One connection, of which each child has an interface. */
FIXTURE(interface)
{
	struct connection_config connection;
	struct child_config children[N_CHILDREN];
	struct config config;
	struct ike ike;
	struct xfrm_links *links;
	char error[512];
};

typedef FIXTURE_DATA(interface) fixture;

FIXTURE_SETUP(interface)
{
	self->connection.children = self->children;
	self->config.connections = &self->connection;
	self->ike.config = &self->config;
	self->ike.interfaces = xfrm_interfaces_open(self->error,
						    sizeof(self->error));
	self->links = fake_links();
}

FIXTURE_TEARDOWN(interface)
{
	timers_run(&self->ike.timers, &self->ike, 0);
	xfrm_interfaces_close(self->ike.interfaces);
}

static void name_one(fixture *self, const char *name, uint32_t if_id)
{
	struct child_config *child =
		&self->children[self->connection.n_children++];

	snprintf(child->xfrm_interface, sizeof(child->xfrm_interface), "%s",
		 name);
	child->if_id_in = if_id;
	child->if_id_out = if_id;
}

static bool make(fixture *self)
{
	*self->error = '\0';
	return xfrm_interfaces_number(&self->ike, &self->config, self->error,
				      sizeof(self->error)) &&
	       xfrm_interfaces_make(&self->ike, &self->config, self->error,
				    sizeof(self->error));
}

static bool is_there(const fixture *self, const char *name, uint32_t if_id)
{
	const struct xfrm_link *link = fake_link_find(self->links, name);

	return link && link->if_id == if_id;
}

static int index_of(const fixture *self, const char *name)
{
	const struct xfrm_link *link = fake_link_find(self->links, name);

	return link ? link->index : 0;
}

static void tell_gone(fixture *self, int index, const char *name)
{
	const struct link_event event = {
		.index = index, .name = name, .gone = true,
	};

	xfrm_interfaces_event(&self->ike, &event);
}

TEST_F(interface, made_and_removed)
{
	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	ASSERT_TRUE(is_there(self, "ipsec0", 42));
	EXPECT_TRUE(fake_link_find(self->links, "ipsec0")->marked);
	xfrm_interfaces_end(&self->ike);
	EXPECT_EQ(self->links->n, 0);
}

TEST_F(interface, none_is_asked_for)
{
	self->connection.n_children = 1;
	ASSERT_TRUE(make(self));
	EXPECT_EQ(self->links->calls, 0);
}

TEST_F(interface, what_is_there_is_not_asked_for_again)
{
	unsigned int calls;

	name_one(self, "ipsec0", 42);
	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	calls = self->links->calls;
	ASSERT_TRUE(make(self));
	EXPECT_EQ(self->links->calls, calls);
}

TEST_F(interface, numbers_are_chosen)
{
	fake_link_add(self->links, "other", "xfrm", 0x10000, false);
	name_one(self, "ipsec0", 0);
	name_one(self, "ipsec1", 0x10001);
	name_one(self, "ipsec2", 0);
	name_one(self, "ipsec0", 0);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(self->children[0].if_id_in, 0x10002);
	EXPECT_EQ(self->children[0].if_id_out, 0x10002);
	EXPECT_EQ(self->children[2].if_id_in, 0x10003);
	EXPECT_EQ(self->children[3].if_id_out, 0x10002);
	EXPECT_TRUE(is_there(self, "ipsec2", 0x10003));
}

TEST_F(interface, the_number_of_one_that_is_there_is_taken)
{
	fake_link_add(self->links, "ipsec0", "xfrm", 7, false);
	fake_link_add(self->links, "ipsec1", "xfrm", 8, true);
	name_one(self, "ipsec0", 0);
	name_one(self, "ipsec1", 0);
	name_one(self, "ipsec2", 8);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	EXPECT_TRUE(is_there(self, "ipsec0", 7));
	/* 8 is said for another. */
	EXPECT_TRUE(is_there(self, "ipsec1", 0x10000));
	EXPECT_TRUE(is_there(self, "ipsec2", 8));
}

TEST_F(interface, an_operators_is_used_and_left)
{
	fake_link_add(self->links, "ipsec0", "xfrm", 42, false);
	name_one(self, "ipsec0", 42);
	xfrm_interfaces_remove_leftovers(&self->ike);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(self->links->n, 1);
	xfrm_interfaces_end(&self->ike);
	EXPECT_TRUE(is_there(self, "ipsec0", 42));
}

TEST_F(interface, one_of_a_helper_before_is_taken_over)
{
	int index = fake_link_add(self->links, "ipsec0", "xfrm", 42, true);

	name_one(self, "ipsec0", 42);
	xfrm_interfaces_remove_leftovers(&self->ike);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(index_of(self, "ipsec0"), index);
	xfrm_interfaces_end(&self->ike);
	EXPECT_EQ(self->links->n, 0);
}

TEST_F(interface, one_of_a_helper_before_gets_the_right_number)
{
	int index = fake_link_add(self->links, "ipsec0", "xfrm", 41, true);

	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	EXPECT_TRUE(is_there(self, "ipsec0", 42));
	EXPECT_EQ(index_of(self, "ipsec0"), index);
}

TEST_F(interface, leftovers_that_nobody_needs_go)
{
	fake_link_add(self->links, "ipsec8", "xfrm", 8, true);
	fake_link_add(self->links, "ipsec9", "xfrm", 9, false);
	fake_link_add(self->links, "bridge", "bridge", 0, true);
	/* One of them has the number that is needed. */
	name_one(self, "ipsec0", 8);
	xfrm_interfaces_remove_leftovers(&self->ike);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(index_of(self, "ipsec8"), 0);
	EXPECT_TRUE(is_there(self, "ipsec9", 9));
	EXPECT_TRUE(is_there(self, "bridge", 0));
	EXPECT_TRUE(is_there(self, "ipsec0", 8));
}

static void expect_refused(struct __test_metadata *_metadata, fixture *self,
			   const char *words)
{
	size_t n = self->links->n;

	EXPECT_FALSE(make(self));
	EXPECT_NE(strstr(self->error, words), NULL) TH_LOG("%s", self->error);
	EXPECT_EQ(self->links->n, n);
	xfrm_interfaces_end(&self->ike);
	EXPECT_EQ(self->links->n, n);
}

TEST_F(interface, another_kind_is_named)
{
	fake_link_add(self->links, "ipsec0", "bridge", 0, false);
	name_one(self, "ipsec0", 42);
	expect_refused(_metadata, self, "of kind bridge");
}

TEST_F(interface, a_device_is_no_xfrm_interface)
{
	fake_link_add(self->links, "eth0", "", 0, false);
	name_one(self, "eth0", 0);
	expect_refused(_metadata, self, "of kind device");
}

TEST_F(interface, another_number_of_an_operators_is_named)
{
	fake_link_add(self->links, "ipsec0", "xfrm", 7, false);
	name_one(self, "ipsec0", 42);
	expect_refused(_metadata, self, "with if_id 7, not made by pqike");
}

TEST_F(interface, who_has_the_number_is_named)
{
	fake_link_add(self->links, "vpn", "xfrm", 42, false);
	name_one(self, "ipsec0", 42);
	expect_refused(_metadata, self, "if_id 42 is that of interface vpn");
}

TEST_F(interface, what_was_made_before_the_refusal_goes)
{
	name_one(self, "ipsec0", 42);
	name_one(self, "ipsec1", 43);
	self->links->refuse = "ipsec1";
	expect_refused(_metadata, self, "xfrm interface ipsec1: ");
}

TEST_F(interface, a_refusal_leaves_what_was_there)
{
	int index;

	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	index = index_of(self, "ipsec0");
	fake_link_add(self->links, "ipsec1", "xfrm", 43, false);
	self->connection.n_children = 0;
	name_one(self, "ipsec0", 50);
	name_one(self, "ipsec1", 43);
	name_one(self, "ipsec2", 44);
	self->links->refuse = "ipsec2";
	EXPECT_FALSE(make(self));
	EXPECT_TRUE(is_there(self, "ipsec0", 42));
	EXPECT_EQ(index_of(self, "ipsec0"), index);
	EXPECT_EQ(self->links->n, 2);
	/* It is still known whose it is. */
	xfrm_interfaces_end(&self->ike);
	EXPECT_FALSE(is_there(self, "ipsec0", 42));
	EXPECT_TRUE(is_there(self, "ipsec1", 43));
}

/* Its operator has given it another number meanwhile. */
TEST_F(interface, a_refusal_leaves_an_operators)
{
	fake_link_add(self->links, "ipsec0", "xfrm", 42, false);
	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	self->links->list[0].if_id = 60;
	self->connection.n_children = 0;
	name_one(self, "ipsec0", 50);
	EXPECT_FALSE(make(self));
	EXPECT_TRUE(is_there(self, "ipsec0", 60));
}

/* What was made for the refused configuration has its number no more. */
TEST_F(interface, one_that_went_before_a_refusal_comes_back)
{
	int index;

	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	fake_link_delete(self->links, "ipsec0");
	self->connection.n_children = 0;
	name_one(self, "ipsec0", 50);
	name_one(self, "ipsec1", 51);
	self->links->refuse = "ipsec1";
	index = self->links->last_index + 1;
	EXPECT_FALSE(make(self));
	EXPECT_EQ(self->links->n, 0);
	tell_gone(self, index, "ipsec0");
	EXPECT_TRUE(is_there(self, "ipsec0", 42));
}

TEST_F(interface, another_number_leaves_the_interface)
{
	int index;

	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	index = index_of(self, "ipsec0");
	self->connection.n_children = 0;
	name_one(self, "ipsec0", 43);
	ASSERT_TRUE(make(self)) TH_LOG("%s", self->error);
	EXPECT_TRUE(is_there(self, "ipsec0", 43));
	EXPECT_EQ(index_of(self, "ipsec0"), index);
}

TEST_F(interface, one_without_a_user_is_removed)
{
	struct connection_config old = { .children = self->children };

	name_one(self, "ipsec0", 42);
	name_one(self, "ipsec1", 43);
	ASSERT_TRUE(make(self));
	/* Somebody is using the first one still. */
	old.n_children = 1;
	self->connection.n_children = 0;
	self->config.retired = &old;
	xfrm_interfaces_release(&self->ike);
	EXPECT_TRUE(is_there(self, "ipsec0", 42));
	EXPECT_FALSE(is_there(self, "ipsec1", 43));
	self->config.retired = NULL;
	xfrm_interfaces_release(&self->ike);
	EXPECT_EQ(self->links->n, 0);
}

TEST_F(interface, one_that_is_deleted_is_made_anew)
{
	int index;

	name_one(self, "ipsec0", 42);
	name_one(self, "ipsec1", 43);
	ASSERT_TRUE(make(self));
	index = index_of(self, "ipsec0");
	fake_link_delete(self->links, "ipsec0");
	tell_gone(self, index + 100, "other");
	EXPECT_EQ(index_of(self, "ipsec0"), 0);
	tell_gone(self, index, "ipsec0");
	ASSERT_TRUE(is_there(self, "ipsec0", 42));
	EXPECT_NE(index_of(self, "ipsec0"), index);
	/* What comes after all of the old one is of no concern. */
	index = index_of(self, "ipsec0");
	tell_gone(self, index - 1, "ipsec0");
	EXPECT_EQ(index_of(self, "ipsec0"), index);
	xfrm_interfaces_end(&self->ike);
	EXPECT_EQ(self->links->n, 0);
}

TEST_F(interface, one_that_cannot_be_made_anew_is_tried_again)
{
	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	fake_link_delete(self->links, "ipsec0");
	fake_link_add(self->links, "vpn", "xfrm", 42, false);
	xfrm_interfaces_check(&self->ike);
	EXPECT_EQ(index_of(self, "ipsec0"), 0);
	fake_clock_run(&self->ike);
	EXPECT_EQ(index_of(self, "ipsec0"), 0);
	fake_link_delete(self->links, "vpn");
	fake_clock_run(&self->ike);
	EXPECT_TRUE(is_there(self, "ipsec0", 42));
	EXPECT_EQ(timers_next(&self->ike.timers), 0);
}

/* An operator puts his own in its place. */
TEST_F(interface, one_that_is_replaced_is_left)
{
	struct link_event event = { .name = "ipsec0" };

	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	fake_link_delete(self->links, "ipsec0");
	event.index = fake_link_add(self->links, "ipsec0", "xfrm", 42, false);
	xfrm_interfaces_event(&self->ike, &event);
	xfrm_interfaces_end(&self->ike);
	EXPECT_TRUE(is_there(self, "ipsec0", 42));
}

TEST_F(interface, nothing_is_made_anew_in_the_end)
{
	name_one(self, "ipsec0", 42);
	ASSERT_TRUE(make(self));
	fake_link_delete(self->links, "ipsec0");
	self->ike.stopping = true;
	xfrm_interfaces_check(&self->ike);
	EXPECT_EQ(self->links->n, 0);
}

TEST_HARNESS_MAIN
