// SPDX-License-Identifier: GPL-2.0
#include "supervisor/config_pair.h"

#include <stddef.h>

#include "kernel/secrets.h"

static void end_index(struct config_index *index)
{
	config_index_free(index);
	*index = (struct config_index){ 0 };
}

/* Its keys are needed no more. */
static void end_config(struct config_pair *pair, struct config *config)
{
	if (!config)
		return;
	if (pair->keyring == config->keyring)
		pair->keyring = 0;
	secrets_drop(config->keyring);
	config_free(config);
}

bool config_pair_begin(struct config_pair *pair, struct config *now)
{
	if (config_index_make(&pair->by_name, now)) {
		pair->now = now;
		return true;
	}
	end_config(pair, now);
	return false;
}

void config_pair_end(struct config_pair *pair)
{
	config_pair_conclude(pair);
	end_index(&pair->by_name);
	end_config(pair, pair->now);
	pair->now = NULL;
}

bool config_pair_give(struct config_pair *pair, struct config *next)
{
	config_pair_conclude(pair);
	if (config_index_make(&pair->next_by_name, next)) {
		pair->next = next;
		return true;
	}
	end_config(pair, next);
	return false;
}

void config_pair_take(struct config_pair *pair)
{
	const struct config_index by_name = pair->by_name;
	struct config *before = pair->now;

	if (!pair->next)
		return;
	pair->now = pair->next;
	pair->by_name = pair->next_by_name;
	pair->next = before;
	pair->next_by_name = by_name;
}

void config_pair_conclude(struct config_pair *pair)
{
	if (!pair->next)
		return;
	end_index(&pair->next_by_name);
	end_config(pair, pair->next);
	pair->next = NULL;
}

bool config_pair_use_keys(struct config_pair *pair, bool next)
{
	int32_t keyring = (next ? pair->next : pair->now)->keyring;

	if (keyring == pair->keyring)
		return true;
	if (!secrets_use(keyring) || !secrets_put_by(pair->keyring))
		return false;
	pair->keyring = keyring;
	return true;
}
