/* SPDX-License-Identifier: GPL-2.0 */
/* Which word somebody may have meant who wrote one that there is not. */
#ifndef PQIKE_NEAREST_H
#define PQIKE_NEAREST_H

#include <stdbool.h>

/* The word that came closest so far; start with zeros. */
struct nearest {
	const char *word; /* NULL: none is close enough */
	unsigned int distance;
};

/**
 * nearest_try() - see whether a word is the closest so far
 * @nearest: updated
 * @written: what was written
 * @word: what there is; kept, not copied
 *
 * A word counts as close when a third of it at most is to be changed.
 */
void nearest_try(struct nearest *nearest, const char *written, const char *word);

#endif
