// SPDX-License-Identifier: GPL-2.0
/* Tables that grow with what they find. */
#include <stdio.h>
#include <stdlib.h>

#include "base/index.h"
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

/* Names and addresses that are numbered have hashes as good as random ones. */
static unsigned int longest_row(uint32_t (*hash)(uint32_t number))
{
	static struct index_link links[MANY];
	struct index index = { 0 };
	unsigned int longest = 0;

	for (uint32_t i = 0; i < MANY; i++)
		index_put_first(&index, &links[i], hash(i));
	for (uint32_t i = 0; i < index.n_rows; i++) {
		const struct index_link *link = index.rows[i].first;
		unsigned int n = 0;

		for (; link; link = link->next)
			n++;
		if (n > longest)
			longest = n;
	}
	index_clear(&index);
	return longest;
}

static uint32_t hash_name(uint32_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "tunnel%u", number);
	return hash_text(name, 0);
}

static uint32_t hash_long_name(uint32_t number)
{
	char name[64];

	snprintf(name, sizeof(name), "%u.branch.example.org", number);
	return hash_text(name, 0);
}

/* Network byte order: the first octets of all are the same. */
static uint32_t hash_ipv4(uint32_t number)
{
	const uint8_t address[] = {
		10, 1, (uint8_t)(number >> 8), (uint8_t)number,
	};

	return hash_octets(address, sizeof(address), 2);
}

static uint32_t hash_ipv6(uint32_t number)
{
	const uint8_t address[16] = {
		0x20, 1, 0xd, 0xb8, [14] = (uint8_t)(number >> 8),
		[15] = (uint8_t)number,
	};

	return hash_octets(address, sizeof(address), 10);
}

TEST(rows_are_short)
{
	EXPECT_LE(longest_row(hash_name), ROW_MAX);
	EXPECT_LE(longest_row(hash_long_name), ROW_MAX);
	EXPECT_LE(longest_row(hash_ipv4), ROW_MAX);
	EXPECT_LE(longest_row(hash_ipv6), ROW_MAX);
}

TEST_HARNESS_MAIN
