// SPDX-License-Identifier: GPL-2.0
#include "engine_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_transfer.h"
#include "draw.h"

/* Places, of which a file has one; the last file of each place is kept. */
#define PLACES		256
#define CONFIG_SIZE_MAX	65536

static struct place {
	struct setup setup; /* strings that are the same have one address */
	bool is_a;
	size_t size; /* 0: nothing is kept here */
	char octets[CONFIG_SIZE_MAX];
} places[PLACES];

static struct place *place_of(const struct setup *setup, bool is_a)
{
	const unsigned char *octets = (const unsigned char *)setup;
	unsigned int hash = is_a;

	for (size_t i = 0; i < sizeof(*setup); i++)
		hash = hash * 31 + octets[i];
	return &places[hash % PLACES];
}

static void keep(struct place *place, const struct setup *setup, bool is_a,
		 const struct config *config)
{
	FILE *out = fmemopen(place->octets, sizeof(place->octets), "w");

	require(out && config_transfer_write(config, out) && !fflush(out));
	place->size = (size_t)ftell(out);
	place->setup = *setup;
	place->is_a = is_a;
	fclose(out);
}

struct config *engine_config_read(const struct setup *setup, bool is_a)
{
	struct place *place = place_of(setup, is_a);
	struct config *config;

	if (!place->size || place->is_a != is_a ||
	    memcmp(&place->setup, setup, sizeof(*setup)) != 0) {
		config = setup_read(setup, is_a);
		keep(place, setup, is_a, config);
		config_free(config);
	}
	config = config_transfer_read(place->octets, place->size);
	require(config);
	return config;
}
