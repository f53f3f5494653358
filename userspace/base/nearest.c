// SPDX-License-Identifier: GPL-2.0
#include "base/nearest.h"

#include <string.h>

#define WORD_MAX 63

static unsigned int lowest(unsigned int a, unsigned int b, unsigned int c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* How many letters are to be put in, taken out or changed. */
static unsigned int edit_distance(const char *a, const char *b)
{
	unsigned int row[WORD_MAX + 1];
	size_t len = strlen(b);

	for (unsigned int j = 0; j <= len; j++)
		row[j] = j;
	for (unsigned int i = 1; a[i - 1]; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			unsigned int change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = lowest(change, row[j] + 1, row[j - 1] + 1);
		}
	}
	return row[len];
}

void nearest_try(struct nearest *nearest, const char *written, const char *word)
{
	size_t len = strlen(word);
	unsigned int distance;

	if (len > WORD_MAX || strlen(written) > WORD_MAX)
		return;
	distance = edit_distance(written, word);
	if ((size_t)3 * distance > len ||
	    (nearest->word && distance >= nearest->distance))
		return;
	nearest->word = word;
	nearest->distance = distance;
}
