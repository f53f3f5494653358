/* SPDX-License-Identifier: GPL-2.0 */
/* The children that an attempt is to bring up, each when it is due. */
#ifndef PQIKE_WISH_H
#define PQIKE_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "wire/prefix.h"

/* When a child is due that waits for something else than time. */
#define WISH_HELD INT64_MAX

/**
 * struct wish - a child that is, or was, wanted
 * @name: of the child
 * @due: clock_now(), or WISH_HELD; 0: it is not wanted
 * @packet: that waits for it
 * @tried: its turn has come
 * @losses: in a row, of a Child SA that was not up for long
 * @lost_at: clock_now(), the last of them
 * @held_until: clock_now(), after these losses
 */
struct wish {
	char name[CONNECTION_NAME_MAX + 1];
	int64_t due;
	struct packet_ts packet;
	bool tried;
	unsigned int losses;
	int64_t lost_at;
	int64_t held_until;
};

/* Of one connection: no more than it has children, now and before a reload. */
struct wishes {
	struct wish *array;
	size_t n;
};

struct wish *wish_find(const struct wishes *wishes, const char *name);

/* Return: NULL without memory, which is logged for @connection. */
struct wish *wish_get(struct wishes *wishes, const char *name,
		      const char *connection);

/* The last one takes the place of @wish. */
void wish_remove(struct wishes *wishes, struct wish *wish);

void wishes_free(struct wishes *wishes);

/* Return: when the first is due, WISH_HELD if none is at any time. */
int64_t wishes_first_due(const struct wishes *wishes);

bool wishes_any(const struct wishes *wishes);
bool wishes_any_held(const struct wishes *wishes);

/* What is wanted is due at @due, but for what is to wait longer. */
void wishes_set_due(struct wishes *wishes, int64_t due);

/* What is wanted is due now, but for what a loss holds back. */
void wishes_hurry(struct wishes *wishes);

/* What is wanted, of @name only unless that is NULL, waits no longer for its time. */
void wishes_hold(struct wishes *wishes, const char *name);

/**
 * wishes_take_due() - set aside what is tried now, as wish->tried
 *
 * What is held goes with what is due: the queue that it waits in is left, and an
 * attempt that succeeds asks for nothing more. Attempts that fail at once want the
 * same again.
 */
void wishes_take_due(struct wishes *wishes);

/* Nothing is wanted any more. */
void wishes_clear(struct wishes *wishes);

/**
 * wish_lost() - a Child SA of @wish, which was up for @up milliseconds, was lost
 *
 * Several that end together, or while it is held back, are one loss.
 */
void wish_lost(struct wish *wish, int64_t up);

#endif
