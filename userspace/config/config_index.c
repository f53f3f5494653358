// SPDX-License-Identifier: GPL-2.0
#include "config/config_index.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	const struct connection_config *const *first =
		(const struct connection_config *const *)a;
	const struct connection_config *const *second =
		(const struct connection_config *const *)b;

	return strcmp((*first)->name, (*second)->name);
}

static int compare_name(const void *name, const void *entry)
{
	const struct connection_config *const *connection =
		(const struct connection_config *const *)entry;

	return strcmp(name, (*connection)->name);
}

bool config_index_make(struct config_index *index, const struct config *config)
{
	struct connection_config *first = config ? config->connections : NULL;
	struct connection_config *connection;
	size_t n = 0;

	for (connection = first; connection; connection = connection->next)
		n++;
	index->n = 0;
	index->list = (struct connection_config **)
		      calloc(n + 1, sizeof(*index->list));
	if (!index->list)
		return false;
	for (connection = first; connection; connection = connection->next)
		index->list[index->n++] = connection;
	qsort((void *)index->list, n, sizeof(*index->list), compare);
	return true;
}

void config_index_free(struct config_index *index)
{
	free((void *)index->list);
	index->list = NULL;
	index->n = 0;
}

struct connection_config *config_index_find(const struct config_index *index,
					    const char *name)
{
	struct connection_config **found = NULL;

	if (index->n)
		found = (struct connection_config **)
			bsearch(name, (const void *)index->list, index->n,
				sizeof(*index->list), compare_name);
	return found ? *found : NULL;
}
