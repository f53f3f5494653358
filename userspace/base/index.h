/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects found by a hash of what they are looked for by, at a cost that does not
 * grow with their number: the table grows with them.
 *
 * The links live in the objects themselves, so that adding one never fails.
 * Where there is no memory for a larger table, the smaller one goes on.
 */
#ifndef PQIKE_INDEX_H
#define PQIKE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows of a table that was never larger, a power of two. */
#define INDEX_FIRST_ROWS 16

/* Zeroed: in no row. */
struct index_link {
	struct index_link *next;
	struct index_link *prev;
	uint32_t hash;
	bool linked;
};

/* Links in an order.  Zeroed: empty. */
struct index_row {
	struct index_link *first;
	struct index_link *last;
};

/* Zeroed: empty.  All links removed: nothing has to be freed but by index_clear(). */
struct index {
	struct index_row first_rows[INDEX_FIRST_ROWS];
	struct index_row *rows; /* array of n_rows, a power of two; NULL: first_rows */
	size_t n_rows;
	size_t n;
};

/* The object that a link is a member of; NULL for NULL. */
#define index_owner(link, type, member) \
	((type *)index_owner_of(link, offsetof(type, member)))

/* For index_owner(). */
void *index_owner_of(const struct index_link *link, size_t offset);

void index_row_put_first(struct index_row *row, struct index_link *link);
void index_row_put_last(struct index_row *row, struct index_link *link);
void index_row_remove(struct index_row *row, struct index_link *link);

/**
 * index_put_first() - add before all that have the same hash
 * @link: that is in no row
 * @hash: of what the object is looked for by, which stays as it is meanwhile
 */
void index_put_first(struct index *index, struct index_link *link, uint32_t hash);

/* As index_put_first(), behind all that have the same hash. */
void index_put_last(struct index *index, struct index_link *link, uint32_t hash);

/* Do nothing where @link is in no row. */
void index_remove(struct index *index, struct index_link *link);

/*
 * Return: the first link of a hash, or of another that shares its row; NULL: none.
 * The others are reached by index_link.next: each is compared by the caller.
 */
struct index_link *index_first(const struct index *index, uint32_t hash);

/* Release the table; links that it still has are not touched. */
void index_clear(struct index *index);

/**
 * hash_octets() - a hash that is another one in each process
 * @data: array of @len octets, which a peer may have chosen
 * @before: the hash of what stands before these, or any number
 */
uint32_t hash_octets(const void *data, size_t len, uint32_t before);

/* As hash_octets(), of a string. */
uint32_t hash_text(const char *text, uint32_t before);

#endif
