// SPDX-License-Identifier: GPL-2.0
#include "base/index.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void *index_owner_of(const struct index_link *link, size_t offset)
{
	return link ? (char *)link - offset : NULL;
}

void index_row_put_first(struct index_row *row, struct index_link *link)
{
	link->linked = true;
	link->prev = NULL;
	link->next = row->first;
	if (row->first)
		row->first->prev = link;
	else
		row->last = link;
	row->first = link;
}

void index_row_put_last(struct index_row *row, struct index_link *link)
{
	link->linked = true;
	link->next = NULL;
	link->prev = row->last;
	if (row->last)
		row->last->next = link;
	else
		row->first = link;
	row->last = link;
}

void index_row_remove(struct index_row *row, struct index_link *link)
{
	if (link->prev)
		link->prev->next = link->next;
	else
		row->first = link->next;
	if (link->next)
		link->next->prev = link->prev;
	else
		row->last = link->prev;
	*link = (struct index_link){ 0 };
}

static struct index_row *row_of(const struct index *index, uint32_t hash)
{
	if (!index->rows)
		return (struct index_row *)
			&index->first_rows[hash % INDEX_FIRST_ROWS];
	return &index->rows[hash & (index->n_rows - 1)];
}

/* The order within a row stays. */
static void move_row(struct index *to, struct index_row *from)
{
	struct index_link *next;

	for (struct index_link *link = from->first; link; link = next) {
		next = link->next;
		index_row_put_last(row_of(to, link->hash), link);
	}
	*from = (struct index_row){ 0 };
}

static void grow(struct index *index)
{
	size_t n_rows = index->rows ? index->n_rows : INDEX_FIRST_ROWS;
	struct index_row *rows = index->rows ? index->rows : index->first_rows;
	struct index larger = { .n = index->n, .n_rows = 2 * n_rows };

	larger.rows = calloc(larger.n_rows, sizeof(*larger.rows));
	if (!larger.rows)
		return;
	for (size_t i = 0; i < n_rows; i++)
		move_row(&larger, &rows[i]);
	free(index->rows);
	*index = larger;
}

static struct index_row *make_room(struct index *index, uint32_t hash)
{
	if (index->n >= (index->rows ? index->n_rows : INDEX_FIRST_ROWS))
		grow(index);
	index->n++;
	return row_of(index, hash);
}

void index_put_first(struct index *index, struct index_link *link, uint32_t hash)
{
	link->hash = hash;
	index_row_put_first(make_room(index, hash), link);
}

void index_put_last(struct index *index, struct index_link *link, uint32_t hash)
{
	link->hash = hash;
	index_row_put_last(make_room(index, hash), link);
}

void index_remove(struct index *index, struct index_link *link)
{
	if (!link->linked)
		return;
	index->n--;
	index_row_remove(row_of(index, link->hash), link);
}

struct index_link *index_first(const struct index *index, uint32_t hash)
{
	return row_of(index, hash)->first;
}

void index_clear(struct index *index)
{
	free(index->rows);
	*index = (struct index){ 0 };
}

/* Short of entropy it is one that is known: rows may become long, no more. */
static uint64_t get_key(void)
{
	static uint64_t key;

	if (!key) {
		if (getrandom(&key, sizeof(key), GRND_NONBLOCK) < 0)
			key = UINT64_C(0x9e3779b97f4a7c15);
		key |= 1;
	}
	return key;
}

uint32_t hash_octets(const void *data, size_t len, uint32_t before)
{
	const uint8_t *octets = data;
	uint64_t key = get_key();
	uint64_t hash = key ^ before;

	while (len) {
		size_t size = len < sizeof(uint64_t) ? len : sizeof(uint64_t);
		uint64_t part = size;

		memcpy(&part, octets, size);
		hash = (hash ^ part) * key;
		hash ^= hash >> 32;
		octets += size;
		len -= size;
	}
	/* In a product the upper bits depend on all that are below. */
	return (uint32_t)((hash * key) >> 32);
}

uint32_t hash_text(const char *text, uint32_t before)
{
	return hash_octets(text, strlen(text), before);
}
