// SPDX-License-Identifier: GPL-2.0
/* The module parameters that the next call is made with. */
#include "parameters.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "traffic_selector.h"

static char *local, *remote, *local_ts, *remote_ts, *key_in, *key_out, *options;
static uint slot, count, spi_in, spi_out, reqid;

module_param(slot, uint, 0644);
MODULE_PARM_DESC(slot, "number of the Child SA, to name it in later calls");
module_param(count, uint, 0644);
MODULE_PARM_DESC(count, "how many Child SAs from that number on");
module_param(local, charp, 0644);
MODULE_PARM_DESC(local, "address of this end of the tunnel");
module_param(remote, charp, 0644);
MODULE_PARM_DESC(remote, "address of the other end");
module_param(local_ts, charp, 0644);
MODULE_PARM_DESC(local_ts, "ADDRESS/BITS[/PROTOCOL[/PORT[/MASK]]],...");
module_param(remote_ts, charp, 0644);
MODULE_PARM_DESC(remote_ts, "as local_ts");
module_param(key_in, charp, 0644);
MODULE_PARM_DESC(key_in, "KEYMAT of what is received, hexadecimal");
module_param(key_out, charp, 0644);
MODULE_PARM_DESC(key_out, "as key_in");
module_param(spi_in, uint, 0644);
MODULE_PARM_DESC(spi_in, "SPI of what is received");
module_param(spi_out, uint, 0644);
MODULE_PARM_DESC(spi_out, "SPI of what is sent");
module_param(reqid, uint, 0644);
MODULE_PARM_DESC(reqid, "names the child: reqid of its first set of selectors");
module_param(options, charp, 0644);
MODULE_PARM_DESC(options, "NAME=NUMBER ...; names are those of struct pqike_esp and its options");

/* What is being read. The lock of the parameters is held. */
static struct pqike_esp esp;

struct option {
	const char *name;
	void *field;
	size_t size;
};

#define OPTION(field) { #field, &(field), sizeof(field) }

static const struct option option_table[] = {
	OPTION(esp.transport),
	OPTION(esp.encr),
	OPTION(esp.encr_key_bits),
	OPTION(esp.integ),
	OPTION(esp.esn),
	OPTION(esp.options.replay_window),
	OPTION(esp.encap_local_port),
	OPTION(esp.encap_remote_port),
	OPTION(esp.options.if_id_in),
	OPTION(esp.options.if_id_out),
	OPTION(esp.options.mark_in.v),
	OPTION(esp.options.mark_in.m),
	OPTION(esp.options.mark_out.v),
	OPTION(esp.options.mark_out.m),
	OPTION(esp.options.set_mark_in.v),
	OPTION(esp.options.set_mark_in.m),
	OPTION(esp.options.set_mark_out.v),
	OPTION(esp.options.set_mark_out.m),
	OPTION(esp.options.dont_encap_dscp),
	OPTION(esp.options.decap_dscp),
	OPTION(esp.options.nopmtudisc),
	OPTION(esp.options.noecn),
	OPTION(esp.lifetime.soft_bytes),
	OPTION(esp.lifetime.hard_bytes),
	OPTION(esp.lifetime.soft_packets),
	OPTION(esp.lifetime.hard_packets),
	OPTION(esp.lifetime.soft_seconds),
	OPTION(esp.lifetime.hard_seconds),
};

static int store(const struct option *option, u64 value)
{
	switch (option->size) {
	case sizeof(u8):
		*(u8 *)option->field = value;
		return 0;
	case sizeof(u16):
		*(u16 *)option->field = value;
		return 0;
	case sizeof(u32):
		*(u32 *)option->field = value;
		return 0;
	case sizeof(u64):
		*(u64 *)option->field = value;
		return 0;
	default:
		return -EINVAL;
	}
}

/* Without what it is in */
static const char *option_name(const struct option *option)
{
	const char *name = option->name + strlen("esp.");

	return name + str_has_prefix(name, "options.");
}

/* NAME=NUMBER */
static int set_option(char *text)
{
	const char *name = strsep(&text, "=");
	u64 value;

	if (!text || kstrtou64(text, 0, &value))
		return -EINVAL;

	for (unsigned int i = 0; i < ARRAY_SIZE(option_table); i++)
		if (!strcmp(option_name(&option_table[i]), name))
			return store(&option_table[i], value);

	return -EINVAL;
}

static int set_options(const char *text)
{
	char *copy = kstrdup(text, GFP_KERNEL);
	char *rest = copy;
	char *item;
	int err = 0;

	if (!copy)
		return -ENOMEM;

	while (!err && (item = strsep(&rest, " ")))
		if (*item)
			err = set_option(item);
	kfree(copy);
	return err;
}

static int read_key(const char *hex, u8 *key)
{
	size_t len = hex ? strlen(hex) / 2 : 0;

	return len > PQIKE_ESP_KEY_LEN_MAX ? -EINVAL : hex2bin(key, hex, len);
}

/**
 * read_parameters() - what the shell has written
 * @parameters: result, zeroed before
 *
 * Context: process; may sleep.
 * Return: 0, or an error where something is missing or cannot be read.
 */
int read_parameters(struct parameters *parameters)
{
	u16 remote_family;
	int err;

	if (!local || !remote || !local_ts || !remote_ts || !options)
		return -EINVAL;

	memset(&esp, 0, sizeof(esp));
	esp.options.replay_window = PQIKE_ESP_REPLAY_WINDOW;
	err = parse_address(local, &esp.local, &esp.family) ?:
	      parse_address(remote, &esp.remote, &remote_family) ?:
	      parse_ts_list(local_ts, esp.local_ts, &esp.n_local_ts) ?:
	      parse_ts_list(remote_ts, esp.remote_ts, &esp.n_remote_ts) ?:
	      set_options(options) ?:
	      read_key(key_in, parameters->key_in) ?:
	      read_key(key_out, parameters->key_out);
	if (err)
		return err;

	parameters->slot = slot;
	parameters->count = count;
	parameters->esp = esp;
	parameters->esp.spi_in = htonl(spi_in);
	parameters->esp.spi_out = htonl(spi_out);
	parameters->esp.child_reqid = reqid;
	return 0;
}

/**
 * set_spi_in() - what the shell shall read, and the next call be made with
 * @spi: SPI of what is received
 *
 * Context: any; the lock of the parameters is held.
 */
void set_spi_in(__be32 spi)
{
	spi_in = ntohl(spi);
}
