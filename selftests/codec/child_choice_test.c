// SPDX-License-Identifier: GPL-2.0
/* Which child a responder takes for an offer (RFC 7296 section 2.9). */
#include <string.h>

#include "ike/child_sa.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "wire/selector.h"

#define N_CHILDREN 3

static struct pair pair;

/* Of the responder. */
static struct child_config children[N_CHILDREN];

FIXTURE(child_choice)
{
};

FIXTURE_SETUP(child_choice)
{
	pair_begin(&pair);
	memset(children, 0, sizeof(children));
	for (size_t i = 0; i < N_CHILDREN; i++) {
		children[i] = pair.b.child[0];
		children[i].reqid = (uint32_t)i + 1;
		children[i].name[0] = '\0';
	}
	pair.b.connection.children = children;
	pair.b.connection.n_children = 0;
}

FIXTURE_TEARDOWN(child_choice)
{
	pair_end(&pair);
}

/* @list: selectors with spaces between them. */
static void set_selectors(struct prefix *prefixes, size_t *n, const char *list)
{
	char copy[256];
	char error[128];
	char *rest = copy;
	char *item;

	snprintf(copy, sizeof(copy), "%s", list);
	*n = 0;
	while ((item = strsep(&rest, " ")))
		if (!prefix_parse(item, &prefixes[(*n)++], error, sizeof(error)))
			abort();
}

static void offer(const char *local, const char *remote)
{
	struct child_config *child = &pair.a.child[0];

	set_selectors(child->local_ts, &child->n_local_ts, local);
	set_selectors(child->remote_ts, &child->n_remote_ts, remote);
}

/* The responder has one child more; @remote is the initiator's side. */
static struct child_config *add(const char *name, const char *local,
				const char *remote)
{
	struct child_config *child =
		&children[pair.b.connection.n_children++];

	snprintf(child->name, sizeof(child->name), "%s", name);
	set_selectors(child->local_ts, &child->n_local_ts, local);
	set_selectors(child->remote_ts, &child->n_remote_ts, remote);
	return child;
}

static const struct child_sa *chosen(void)
{
	const struct ike_sa *sa;

	pair_establish(&pair);
	sa = side_established(&pair.b);
	return sa ? sa->children : NULL;
}

static bool takes(const char *name)
{
	const struct child_sa *child = chosen();
	const char *is = child ? child->config->name : "none";

	if (!strcmp(is, name))
		return true;
	ksft_print_msg("it takes %s\n", is);
	return false;
}

static bool agrees_on(const char *local, const char *remote)
{
	const struct child_choice *choice =
		&side_established(&pair.b)->children->choice;
	char local_is[256];
	char remote_is[256];

	prefixes_print(&choice->local_ts, local_is, sizeof(local_is));
	prefixes_print(&choice->remote_ts, remote_is, sizeof(remote_is));
	if (!strcmp(local, local_is) && !strcmp(remote, remote_is))
		return true;
	ksft_print_msg("it agrees on %s === %s\n", local_is, remote_is);
	return false;
}

TEST_F(child_choice, exact_before_containing)
{
	offer("10.1.2.0/24", "10.2.0.0/16");
	add("net", "10.2.0.0/16", "10.1.0.0/16");
	add("exact", "10.2.0.0/16", "10.1.2.0/24");
	EXPECT_TRUE(takes("exact"));
}

/* In whatever order they stand in the file. */
TEST_F(child_choice, exact_comes_first)
{
	offer("10.1.0.0/16", "10.2.0.0/16");
	add("exact", "10.2.0.0/16", "10.1.0.0/16");
	add("part", "10.2.0.0/16", "10.1.2.0/24");
	add("all", "0.0.0.0/0", "0.0.0.0/0");
	EXPECT_TRUE(takes("exact"));
}

TEST_F(child_choice, smallest_that_contains_the_offer)
{
	offer("10.1.2.3", "10.2.0.0/16");
	add("all", "0.0.0.0/0", "0.0.0.0/0");
	add("net", "10.2.0.0/16", "10.1.2.0/24");
	add("wide", "10.2.0.0/16", "10.1.0.0/16");
	EXPECT_TRUE(takes("net"));
	EXPECT_TRUE(agrees_on("10.2.0.0/16", "10.1.2.3/32"));
}

TEST_F(child_choice, smallest_by_protocol_and_port)
{
	offer("10.1.0.0/16[tcp]", "10.2.0.0/16[tcp/443]");
	add("net", "10.2.0.0/16", "10.1.0.0/16");
	add("tcp", "10.2.0.0/16[tcp]", "10.1.0.0/16[tcp]");
	EXPECT_TRUE(takes("tcp"));
}

TEST_F(child_choice, several_networks_are_matched_as_one)
{
	offer("10.1.0.0/16 10.3.0.0/16", "10.2.0.0/16");
	add("one", "10.2.0.0/16", "10.1.0.0/16");
	add("both", "10.2.0.0/16", "10.3.0.0/16 10.1.0.0/16");
	EXPECT_TRUE(takes("both"));
	EXPECT_TRUE(agrees_on("10.2.0.0/16", "10.3.0.0/16 10.1.0.0/16"));
}

/* A route-based peer offers all: what is left of it is the most. */
TEST_F(child_choice, a_larger_offer_keeps_the_most)
{
	offer("0.0.0.0/0", "0.0.0.0/0");
	add("small", "10.2.3.0/24", "10.1.0.0/16");
	add("net", "10.2.0.0/16", "10.1.0.0/16");
	EXPECT_TRUE(takes("net"));
	EXPECT_TRUE(agrees_on("10.2.0.0/16", "10.1.0.0/16"));
}

/* What stands first is what the initiator wants first. */
TEST_F(child_choice, a_larger_offer_keeps_its_first_selector)
{
	offer("10.1.2.0/24 10.1.0.0/16", "10.2.0.0/16");
	add("others", "10.2.0.0/16", "10.1.128.0/17");
	add("first", "10.2.0.0/16", "10.1.2.0/24");
	EXPECT_TRUE(takes("first"));
}

/* A packet began it: the child that takes such packets here. */
TEST_F(child_choice, a_larger_offer_keeps_its_packet)
{
	offer("10.1.2.3[tcp] 0.0.0.0/0", "10.2.3.4[tcp/80] 0.0.0.0/0");
	add("net", "10.2.0.0/16", "10.1.0.0/16");
	add("narrow", "10.2.3.0/24", "10.1.2.0/24");
	add("elsewhere", "10.8.0.0/14", "10.1.0.0/16");
	EXPECT_TRUE(takes("narrow"));
	EXPECT_TRUE(agrees_on("10.2.3.0/24", "10.1.2.0/24"));
}

TEST_F(child_choice, the_best_may_have_no_algorithm_in_common)
{
	struct child_config *exact;

	offer("10.1.0.0/16", "10.2.0.0/16");
	add("net", "10.2.0.0/15", "10.0.0.0/15");
	exact = add("exact", "10.2.0.0/16", "10.1.0.0/16");
	side_set_esp_proposal(&pair.b, 1, "aes128gcm16");
	exact->esp_proposals = &pair.b.esp_proposals[1];
	EXPECT_TRUE(takes("net"));
}

/* What is said is of the child that had the selectors. */
TEST_F(child_choice, refusals_name_the_algorithm)
{
	struct child_config *exact;

	offer("10.1.0.0/16", "10.2.0.0/16");
	exact = add("exact", "10.2.0.0/16", "10.1.0.0/16");
	add("elsewhere", "10.8.0.0/16", "10.1.0.0/16");
	side_set_esp_proposal(&pair.b, 1, "aes128gcm16");
	exact->esp_proposals = &pair.b.esp_proposals[1];
	EXPECT_EQ(chosen(), NULL);
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_EQ(strstr(pair.b.event_text, "local_ts"), NULL);
}

/* "10.SECOND.0.0/24 10.SECOND.1.0/24 ...", @n of them */
static void set_networks(struct prefix *prefixes, size_t *n, uint8_t second,
			 uint8_t count)
{
	for (*n = 0; *n < count; ++*n)
		prefixes[*n] = (struct prefix){
			AF_INET, { 10, second, (uint8_t)*n }, 24, 0, 0, 0,
		};
}

static void offer_many(uint8_t local, uint8_t remote)
{
	struct child_config *child = &pair.a.child[0];

	set_networks(child->local_ts, &child->n_local_ts, 1, local);
	set_networks(child->remote_ts, &child->n_remote_ts, 2, remote);
}

TEST_F(child_choice, of_forty_selectors_only_the_last_is_ours)
{
	offer_many(40, 1);
	add("net", "10.2.0.0/24", "10.1.39.0/24");
	EXPECT_TRUE(takes("net"));
	EXPECT_TRUE(agrees_on("10.2.0.0/24", "10.1.39.0/24"));
}

TEST_F(child_choice, as_many_selectors_as_there_may_be)
{
	const struct child_choice *choice;
	struct child_config *child = add("net", "10.2.0.0/24", "10.1.0.0/24");

	offer_many(PREFIXES_MAX, 1);
	set_networks(child->remote_ts, &child->n_remote_ts, 1, PREFIXES_MAX);
	ASSERT_TRUE(takes("net"));
	choice = &side_established(&pair.b)->children->choice;
	EXPECT_EQ(choice->local_ts.n, 1);
	EXPECT_EQ(choice->remote_ts.n, PREFIXES_MAX);
	choice = &side_established(&pair.a)->children->choice;
	EXPECT_EQ(choice->local_ts.n, PREFIXES_MAX);
}

/* Each has a wide network, which the peer's many parts would make 4096 pairs of. */
TEST_F(child_choice, no_more_pairs_than_the_kernel_takes)
{
	const struct child_choice *choice;

	offer_many(PREFIXES_MAX, PREFIXES_MAX);
	add("net", "10.2.0.0/16", "10.1.0.0/16");
	ASSERT_TRUE(takes("net"));
	choice = &side_established(&pair.b)->children->choice;
	EXPECT_EQ(choice->local_ts.n * choice->remote_ts.n, PREFIX_PAIRS_MAX);
}

TEST_HARNESS_MAIN
