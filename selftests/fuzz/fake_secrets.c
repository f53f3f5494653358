// SPDX-License-Identifier: GPL-2.0
#include "fake_secrets.h"

#include <stdbool.h>

#include "draw.h"
#include "kernel/secrets.h"

#define KEYRINGS_MAX 4

size_t fake_keyrings;
int32_t fake_keyring_used;

/* 0: a free place */
static int32_t there[KEYRINGS_MAX];

static int32_t *place_of(int32_t keyring)
{
	for (size_t i = 0; i < KEYRINGS_MAX; i++)
		if (there[i] == keyring)
			return &there[i];
	return NULL;
}

int32_t fake_keyring_new(void)
{
	static int32_t last;
	int32_t *place = place_of(0);

	require(place);
	last = last < INT32_MAX ? last + 1 : 1;
	*place = last;
	fake_keyrings++;
	return last;
}

bool secrets_use(int32_t keyring)
{
	require(place_of(keyring));
	fake_keyring_used = keyring;
	return true;
}

/* Unlinked, it is no more where it would be unlinked from. */
bool secrets_put_by(int32_t keyring)
{
	return !keyring || place_of(keyring);
}

void secrets_drop(int32_t keyring)
{
	int32_t *place = place_of(keyring);

	require(keyring && place);
	*place = 0;
	fake_keyrings--;
	if (fake_keyring_used == keyring)
		fake_keyring_used = 0;
}
