// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of esp.h, for a shell.
 *
 * The parameters of the module, in /sys/module/esp_test/parameters, are what
 * the next call is made with. Writing the name of a call to "action" makes it
 * in the network namespace of the writer, and the write fails with the errno
 * that the call returns. "result" has what it said: the extack's words, or
 * what it returns.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/netlink.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <net/xfrm.h>

#include "opens.h"
#include "traffic_selector.h"

#define KEY_LEN_MAX	36

static char *local, *remote, *local_ts, *remote_ts, *key_in, *key_out;
static uint spi_in, spi_out, reqid;
static ushort encr = 20, key_bits;
static char result[256];

module_param(local, charp, 0644);
MODULE_PARM_DESC(local, "address of this end of the tunnel");
module_param(remote, charp, 0644);
MODULE_PARM_DESC(remote, "address of the other end");
module_param(local_ts, charp, 0644);
MODULE_PARM_DESC(local_ts, "ADDRESS/BITS[/PROTOCOL[/PORT]],...");
module_param(remote_ts, charp, 0644);
MODULE_PARM_DESC(remote_ts, "as local_ts");
module_param(key_in, charp, 0644);
MODULE_PARM_DESC(key_in, "key and salt, hexadecimal");
module_param(key_out, charp, 0644);
MODULE_PARM_DESC(key_out, "as key_in");
module_param(spi_in, uint, 0644);
MODULE_PARM_DESC(spi_in, "SPI of what is received");
module_param(spi_out, uint, 0644);
MODULE_PARM_DESC(spi_out, "SPI of what is sent");
module_param(reqid, uint, 0644);
MODULE_PARM_DESC(reqid, "reqid of states and policies");
module_param(encr, ushort, 0644);
MODULE_PARM_DESC(encr, "IKEv2 transform ID");
module_param(key_bits, ushort, 0644);
MODULE_PARM_DESC(key_bits, "its key length");
module_param_string(result, result, sizeof(result), 0444);
MODULE_PARM_DESC(result, "what the last action said");

struct test_call {
	struct net *net;
	struct pqike_esp esp;
	struct netlink_ext_ack extack;
	u8 key_in[KEY_LEN_MAX];
	u8 key_out[KEY_LEN_MAX];
};

static int read_key(const char *hex, u8 *key)
{
	size_t len = hex ? strlen(hex) / 2 : 0;

	return len > KEY_LEN_MAX ? -EINVAL : hex2bin(key, hex, len);
}

static int read_parameters(struct test_call *call)
{
	struct pqike_esp *esp = &call->esp;
	u16 remote_family;
	int err;

	if (!local || !remote || !local_ts || !remote_ts)
		return -EINVAL;

	err = parse_address(local, &esp->local, &esp->family) ?:
	      parse_address(remote, &esp->remote, &remote_family) ?:
	      parse_ts_list(local_ts, esp->local_ts, &esp->n_local_ts) ?:
	      parse_ts_list(remote_ts, esp->remote_ts, &esp->n_remote_ts) ?:
	      read_key(key_in, call->key_in) ?:
	      read_key(key_out, call->key_out);
	if (err)
		return err;

	esp->spi_in = htonl(spi_in);
	esp->spi_out = htonl(spi_out);
	esp->reqid = reqid;
	esp->encr = encr;
	esp->encr_key_bits = key_bits;
	return 0;
}

static int call_key_len(struct test_call *call)
{
	int len = pqike_esp_key_len(encr, key_bits, &call->extack);

	if (len < 0)
		return len;
	scnprintf(result, sizeof(result), "%d", len);
	return 0;
}

static int call_reserve(struct test_call *call)
{
	int err;

	err = pqike_esp_reserve_spi(call->net, &call->esp, &call->extack);
	if (err)
		return err;
	spi_in = ntohl(call->esp.spi_in);
	scnprintf(result, sizeof(result), "0x%08x", spi_in);
	return 0;
}

static int call_install(struct test_call *call)
{
	return pqike_esp_install(call->net, &call->esp, call->key_in,
				 call->key_out, &call->extack);
}

static int call_remove(struct test_call *call)
{
	pqike_esp_remove(call->net, &call->esp);
	return 0;
}

static int call_counters(struct test_call *call)
{
	struct pqike_esp_counters c;

	pqike_esp_counters(call->net, &call->esp, &c);
	scnprintf(result, sizeof(result), "%llu %llu %llu %llu", c.bytes_in,
		  c.packets_in, c.bytes_out, c.packets_out);
	return 0;
}

/* Whether the inbound transform has its key before and after the removal. */
static int call_remove_held(struct test_call *call)
{
	const struct pqike_esp *esp = &call->esp;
	int key_len = strlen(key_in) / 2;
	struct xfrm_state *x;
	int before, after;

	x = xfrm_state_lookup(call->net, 0, &esp->local, esp->spi_in,
			      IPPROTO_ESP, esp->family);
	if (!x)
		return -ESRCH;

	before = opens(x->data, call->key_in, key_len);
	pqike_esp_remove(call->net, esp);
	after = opens(x->data, call->key_in, key_len);
	xfrm_state_put(x);

	scnprintf(result, sizeof(result), "opens before: %d, after: %d",
		  before, after);
	return 0;
}

static const struct {
	const char *name;
	int (*make)(struct test_call *call);
} calls[] = {
	{ "key_len", call_key_len },
	{ "reserve", call_reserve },
	{ "install", call_install },
	{ "remove", call_remove },
	{ "counters", call_counters },
	{ "remove_held", call_remove_held },
};

/* One writer at a time: the lock of the parameters is held. */
static int set_action(const char *name, const struct kernel_param *param)
{
	static struct test_call call;
	int err = -EINVAL;

	result[0] = '\0';
	call.net = current->nsproxy->net_ns;
	if (read_parameters(&call)) {
		strscpy(result, "a parameter cannot be read", sizeof(result));
		goto wipe;
	}

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		if (sysfs_streq(name, calls[i].name))
			err = calls[i].make(&call);
	if (err && call.extack._msg)
		strscpy(result, call.extack._msg, sizeof(result));
wipe:
	memzero_explicit(&call, sizeof(call));
	return err;
}

static const struct kernel_param_ops action_ops = { .set = set_action };
module_param_cb(action, &action_ops, NULL, 0200);
MODULE_PARM_DESC(action, "the call to make");

static int __init esp_test_init(void)
{
	return 0;
}

static void __exit esp_test_exit(void)
{
}

module_init(esp_test_init);
module_exit(esp_test_exit);

MODULE_DESCRIPTION("Calls pqike's ESP functions for a test");
MODULE_LICENSE("GPL");
