// SPDX-License-Identifier: GPL-2.0
#include "config/config_read.h"
#include "setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const struct setup setup_ordinary = {
	.name = "tunnel",
	.id = "",
	.keys = "",
	.proposals = "aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	.secret = "one",
	.net = "net",
	.net_keys = "start_action = start\nclose_action = start\n",
	.net_esp = "aes256gcm16-x25519-ke1_mlkem768",
	.other = "other",
};

static void print_ts(FILE *out, const char *key, const char *ts, char side)
{
	fprintf(out, "%s = ", key);
	for (; *ts; ts++)
		putc(*ts == '#' ? side : *ts, out);
	putc('\n', out);
}

/* In @ts "#" stands for @here, or for @there. */
static void print_child(FILE *out, const char *name, const char *keys,
			const char *esp, const char *ts, char here, char there)
{
	if (!name)
		return;
	fprintf(out, "%s {\n", name);
	print_ts(out, "local_ts", ts, here);
	print_ts(out, "remote_ts", ts, there);
	fprintf(out, "esp_proposals = %s\ndpd_action = restart\n%s}\n", esp,
		keys);
}

static void print_children(FILE *out, const struct setup *setup, bool is_a)
{
	char here = is_a ? '1' : '2';
	char there = is_a ? '2' : '1';

	fprintf(out, "children {\n");
	print_child(out, setup->net, setup->net_keys, setup->net_esp,
		    setup->net_ts ? setup->net_ts : "10.#.0.0/16", here, there);
	print_child(out, setup->other, "", "aes256gcm16-x25519-ke1_mlkem768",
		    "10.3#.0.0/16", here, there);
	print_child(out, setup->third, "", "aes256gcm16-x25519",
		    "10.5#.0.0/16", here, there);
	fprintf(out, "}\n");
}

static void print_connection(FILE *out, const struct setup *setup, bool is_a)
{
	const char *remote = is_a ? "192.0.2.2" : "192.0.2.1";
	const char *local = is_a ? "192.0.2.1" : "192.0.2.2";

	if (!setup->name)
		return;
	fprintf(out, "%s {\nlocal_addrs = %s\nremote_addrs = %s\n"
		"keyingtries = 0\nproposals = %s\n%s",
		setup->name, setup->local_addrs ? setup->local_addrs : local,
		setup->remote_addrs ? setup->remote_addrs : remote,
		setup->proposals, setup->keys);
	fprintf(out, "local {\nauth = psk\nid = %s%s\n}\nremote {\nauth = psk\nid = %s\n}\n",
		setup->id, is_a ? "a.example.org" : "b.example.org",
		is_a ? "b.example.org" : "a.example.org");
	print_children(out, setup, is_a);
	fprintf(out, "}\n");
}

static void print(FILE *out, const struct setup *setup, bool is_a)
{
	/* The other connection is there so that one may go. */
	fprintf(out, "connections {\nelse {\nremote_addrs = 198.51.100.1\n"
		"local {\nauth = psk\nid = c.example.org\n}\n"
		"remote {\nauth = psk\nid = d.example.org\n}\n"
		"children {\nelse {\nremote_ts = 10.9.0.0/16\n}\n}\n}\n");
	print_connection(out, setup, is_a);
	fprintf(out, "}\nsecrets {\nike-%s {\nfile = /nonexistent\n}\n}\n",
		setup->secret);
}

struct config *setup_read(const struct setup *setup, bool is_a)
{
	int fd = memfd_create("setup", MFD_CLOEXEC);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	char path[64], error[512] = "no file";
	struct config *config = NULL;

	if (out) {
		print(out, setup, is_a);
		fflush(out);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		config = config_read(path, error, sizeof(error));
		fclose(out);
	}
	if (config)
		return config;
	fprintf(stderr, "%s\n", error);
	abort();
}
