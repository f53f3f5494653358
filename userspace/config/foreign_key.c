// SPDX-License-Identifier: GPL-2.0
#include "config/foreign_key.h"

#include <stddef.h>
#include <strings.h>

static const struct {
	const char *name;
	const char *key;
} keys[] = {
	{ "left", "local_addrs" },
	{ "right", "remote_addrs" },
	{ "local_addr", "local_addrs" },
	{ "remote_addr", "remote_addrs" },
	{ "leftsubnet", "local_ts" },
	{ "rightsubnet", "remote_ts" },
	{ "leftid", "local" },
	{ "rightid", "remote" },
	{ "leftauth", "local" },
	{ "rightauth", "remote" },
	{ "authby", "local" },
	{ "ike", "proposals" },
	{ "ike_proposals", "proposals" },
	{ "esp", "esp_proposals" },
	{ "phase2alg", "esp_proposals" },
	{ "keyexchange", "version" },
	{ "auto", "start_action" },
	{ "type", "mode" },
	{ "dpddelay", "dpd_delay" },
	{ "dpdaction", "dpd_action" },
	{ "closeaction", "close_action" },
	{ "forceencaps", "encap" },
	{ "uniqueids", "unique" },
	{ "ikelifetime", "rekey_time" },
	{ "lifetime", "life_time" },
	{ "salifetime", "life_time" },
	{ "margintime", "over_time" },
	{ "mark", "mark_out" },
	{ "if_id", "if_id_out" },
	{ "psk", "file" },
	{ "ppk", "ppk_id" },
};

const char *foreign_key(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcasecmp(name, keys[i].name))
			return keys[i].key;
	return NULL;
}
