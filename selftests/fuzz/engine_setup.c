// SPDX-License-Identifier: GPL-2.0
#include "engine_setup.h"

#include <stddef.h>

/* So that all that is begun ends soon. */
#define SOON "retransmit_timeout = 1\nretransmit_tries = 3\n"

#define VALUES_MAX 14

/* One part of a setup, and what it may be. */
static const struct part {
	size_t offset;
	size_t n;
	const char *values[VALUES_MAX];
} parts[] = {
	{ offsetof(struct setup, name), 2, { "moved", NULL } },
	{ offsetof(struct setup, id), 1, { "not-" } },
	{ offsetof(struct setup, remote_addrs), 4,
	  { "peer.example.org", "peer.example.org,192.0.2.2,192.0.2.1", "%any",
	    "192.0.2.99,192.0.2.1,192.0.2.2" } },
	{ offsetof(struct setup, keys), 9,
	  { SOON, SOON "dpd_delay = 5s\nunique = never\n",
	    SOON "rekey_time = 60s\nover_time = 30s\nrand_time = 0s\n",
	    SOON "fragment_size = 576\ndpd_delay = 30s\n",
	    SOON "unique = keep\nover_time = 10s\n",
	    SOON "encap = yes\nunique = no\ndpd_esp = yes\ndpd_delay = 10s\n",
	    SOON "rekey_time = 20s\nover_time = 5s\nunique = replace\n",
	    "dpd_delay = 30s\n", SOON "fragment_size = 576\nencap = yes\n" } },
	{ offsetof(struct setup, proposals), 7,
	  { "aes256gcm16-prfsha384-x25519-ke1_mlkem512",
	    "aes256gcm16-prfsha384-x25519-ke1_mlkem1024,"
	    "aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	    "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke2_mlkem512,"
	    "aes256gcm16-prfsha384-x25519-ke1_mlkem512",
	    "aes128gcm16-prfsha256-ecp384-ke1_mlkem1024",
	    "aes256gcm16-prfsha384-ecp384-ke1_mlkem768",
	    "aes256gcm16-prfsha384-ecp384-x25519-ke1_mlkem768",
	    "aes256gcm16-prfsha384-x25519-ke1_mlkem768,"
	    "aes256gcm16-prfsha384-ecp384-ke1_mlkem768" } },
	{ offsetof(struct setup, secret), 1, { "two" } },
	{ offsetof(struct setup, net), 2, { "renamed", NULL } },
	{ offsetof(struct setup, net_keys), 11,
	  { "", "start_action = trap\n", "start_action = trap|start\n",
	    "start_action = start\nclose_action = start\n",
	    "start_action = start\nclose_action = trap\n",
	    "life_time = 60s\nrekey_time = 30s\nrand_time = 0s\n",
	    "rekey_packets = 1000\nlife_packets = 2000\n",
	    "start_action = start\nxfrm_interface = ipsec0\n",
	    "xfrm_interface = ipsec0\nif_id_in = 42\nif_id_out = 42\n",
	    "mode = transport\n", "start_action = trap\nmode = transport\n" } },
	{ offsetof(struct setup, net_esp), 7,
	  { "aes256gcm16-x25519", "aes256gcm16",
	    "aes256gcm16-x25519-ke1_mlkem768,aes256gcm16-ecp384-ke1_mlkem768",
	    "aes256gcm16-esn-x25519-ke1_mlkem768-ke2_mlkem512,aes256gcm16",
	    "aes256gcm16-ecp384-ke1_mlkem768",
	    "aes256gcm16-ecp384-x25519-ke1_mlkem768",
	    "aes256gcm16-x25519-ke1_mlkem768,aes256gcm16-ecp384-ke1_mlkem768" } },
	{ offsetof(struct setup, other), 2, { "swapped", NULL } },
	{ offsetof(struct setup, third), 1, { "third" } },
	{ offsetof(struct setup, net_ts), 5,
	  { "10.#.0.0/24", "10.#.0.0/16[tcp/80]", "dynamic",
	    "10.#.1.0/24,10.#.2.0/24", "10.#.0.0/16[tcp]" } },
	{ offsetof(struct setup, local_addrs), 2, { "%any", "192.0.2.1,192.0.2.2" } },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

struct setup engine_setup_rest(bool is_a)
{
	struct setup setup = setup_ordinary;

	setup.keys = SOON "dpd_delay = 100s\n";
	setup.net_keys = is_a ? "start_action = start\n" : "";
	return setup;
}

struct setup engine_setup_draw(struct draw *in)
{
	struct setup setup = engine_setup_rest(false);
	uint16_t which = draw_u16(in);

	for (size_t i = 0; i < PARTS; i++) {
		const struct part *part = &parts[i];
		const char **place = (const char **)((char *)&setup +
						     part->offset);

		if (which >> i & 1)
			*place = part->values[draw_u8(in) % part->n];
	}
	/* A connection has a child. */
	if (!setup.net && !setup.other)
		setup.third = "third";
	return setup;
}
