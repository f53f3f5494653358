// SPDX-License-Identifier: GPL-2.0
/*
 * A configuration on its way from one process to another: whatever the octets are, they
 * make a configuration that can be freed, or none.  What was written is read as it was.
 */
#include "config/config_transfer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config_text.h"
#include "draw.h"

#define PATCHES_MAX 16

static const char text[] =
	"connections {\n"
	"a {\nremote_addrs = 192.0.2.2, sun.example.org, moon.example.org\n"
	"local {\nauth = psk\nid = moon.example\n}\n"
	"remote {\nauth = psk\nid = sun.example\n}\n"
	"children {\nnet {\nlocal_ts = 10.1.0.0/24\nremote_ts = 10.2.0.0/24\n"
	"esp_proposals = aes256gcm16, aes128gcm16\n}\n"
	"host {\nmode = transport\nlocal_ts = dynamic[tcp]\n"
	"remote_ts = dynamic[tcp]\n}\n}\n}\n"
	"b {\nremote_addrs = 2001:db8::2\n"
	"local {\nauth = psk\nid = moon.example\n}\n"
	"remote {\nauth = psk\nid = b.example\n}\n"
	"children {\nnet {\nlocal_ts = 10.3.0.0/24\nremote_ts = 10.4.0.0/24\n"
	"}\n}\n}\n}\n"
	"secrets {\nike {\nfile = /nowhere\n}\nike-b {\nid = b.example\n"
	"file = /elsewhere\n}\n}\n"
	"quota {\nike_sas = 9\n}\n";

struct written {
	char *octets;
	size_t len;
};

static struct written write_config(const struct config *config)
{
	struct written written = { 0 };
	FILE *out = open_memstream(&written.octets, &written.len);

	require(out && config_transfer_write(config, out));
	fclose(out);
	return written;
}

static void read_octets(const uint8_t *octets, size_t len)
{
	uint8_t *copy = exact_copy(octets, len);

	config_free(config_transfer_read(copy, len));
	free(copy);
}

static void require_same(const struct written *written)
{
	uint8_t *copy = exact_copy((const uint8_t *)written->octets,
				   written->len);
	struct config *config = config_transfer_read(copy, written->len);
	struct written again;

	require(config);
	again = write_config(config);
	require(again.len == written->len &&
		!memcmp(again.octets, written->octets, again.len));
	free(again.octets);
	config_free(config);
	free(copy);
}

/* Of all that was written: the beginning, in which octets are other ones. */
static void read_patched(struct draw *in, const struct written *written)
{
	size_t len = draw_u16(in) * (written->len + 1) / 0x10000;
	uint8_t *copy = exact_copy((const uint8_t *)written->octets, len);
	unsigned int patches = draw_u8(in) % (PATCHES_MAX + 1);

	for (unsigned int i = 0; i < patches && len; i++) {
		size_t at = draw_u16(in) * len / 0x10000;

		copy[at] = draw_u8(in);
	}
	read_octets(copy, len);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct written written;
	struct draw in = { data, size };

	if (!written.len) {
		struct config *config = config_of_text(text);

		written = write_config(config);
		config_free(config);
		require_same(&written);
	}
	if (draw_u8(&in) & 1)
		read_octets(in.data, in.left);
	else
		read_patched(&in, &written);
	return 0;
}
