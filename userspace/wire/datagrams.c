// SPDX-License-Identifier: GPL-2.0
#include "wire/datagrams.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int datagrams_add(struct datagrams *datagrams, const uint8_t *data, size_t len)
{
	struct datagram *list;
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		return -ENOMEM;
	list = reallocarray(datagrams->list, datagrams->n + 1, sizeof(*list));
	if (!list) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, data, len);
	list[datagrams->n].data = copy;
	list[datagrams->n].len = len;
	datagrams->list = list;
	datagrams->n++;
	return 0;
}

void datagrams_clear(struct datagrams *datagrams)
{
	for (size_t i = 0; i < datagrams->n; i++)
		free(datagrams->list[i].data);
	free(datagrams->list);
	*datagrams = (struct datagrams){ 0 };
}
