// SPDX-License-Identifier: GPL-2.0
/* Tables that grow with what they find. */
#include <stdlib.h>

#include "index.h"
#include "kselftest_harness.h"

#define MANY 10000

/* Links of one row, where hashes are as good as random ones: far more are not met. */
#define ROW_MAX 16

struct item {
	uint32_t number;
	struct index_link link;
};

FIXTURE(many)
{
	struct index index;
	struct item *items;
};

static uint32_t hash_of(uint32_t number)
{
	return hash_octets(&number, sizeof(number), 0);
}

FIXTURE_SETUP(many)
{
	self->index = (struct index){ 0 };
	self->items = calloc(MANY, sizeof(*self->items));
	for (uint32_t i = 0; i < MANY; i++) {
		self->items[i].number = i;
		index_put_first(&self->index, &self->items[i].link, hash_of(i));
	}
}

FIXTURE_TEARDOWN(many)
{
	index_clear(&self->index);
	free(self->items);
}

/* Return: how many links are looked at before @number is found; 0: it is not. */
static unsigned int look_up(const struct index *index, uint32_t number)
{
	const struct index_link *link = index_first(index, hash_of(number));
	unsigned int steps = 0;

	for (; link; link = link->next) {
		steps++;
		if (index_owner(link, struct item, link)->number == number)
			return steps;
	}
	return 0;
}

TEST_F(many, each_is_found_in_few_steps)
{
	for (uint32_t i = 0; i < MANY; i++) {
		unsigned int steps = look_up(&self->index, i);

		ASSERT_GT(steps, 0);
		ASSERT_LE(steps, ROW_MAX);
	}
	EXPECT_EQ(look_up(&self->index, MANY), 0);
}

TEST_F(many, what_is_removed_is_not_found)
{
	for (uint32_t i = 0; i < MANY; i += 2)
		index_remove(&self->index, &self->items[i].link);
	index_remove(&self->index, &self->items[0].link);
	EXPECT_EQ(self->index.n, MANY / 2);
	for (uint32_t i = 0; i < MANY; i++)
		ASSERT_EQ(!look_up(&self->index, i), !(i % 2));
}

/* Those of one hash stay in order while the table grows. */
TEST(order)
{
	static struct item items[MANY];
	struct index index = { 0 };
	const struct index_link *link;
	uint32_t next = 0;

	for (uint32_t i = 0; i < MANY; i++) {
		items[i].number = i;
		index_put_last(&index, &items[i].link,
			       i % 100 ? hash_of(i) : 7);
	}
	for (link = index_first(&index, 7); link; link = link->next) {
		if (link->hash != 7)
			continue;
		EXPECT_EQ(index_owner(link, struct item, link)->number, next);
		next += 100;
	}
	EXPECT_EQ(next, MANY);
	index_clear(&index);
}

TEST_HARNESS_MAIN
