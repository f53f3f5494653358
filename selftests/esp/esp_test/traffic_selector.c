// SPDX-License-Identifier: GPL-2.0
/* Addresses and traffic selectors, read from text. */
#include "traffic_selector.h"

#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>

/**
 * parse_address() - read an IPv4 or IPv6 address
 * @text: the address, with nothing behind it
 * @address: result
 * @family: result, AF_INET or AF_INET6
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int parse_address(const char *text, xfrm_address_t *address, u16 *family)
{
	memset(address, 0, sizeof(*address));
	if (in4_pton(text, -1, (u8 *)&address->a4, '\0', NULL)) {
		*family = AF_INET;
		return 0;
	}
	if (in6_pton(text, -1, (u8 *)&address->in6, '\0', NULL)) {
		*family = AF_INET6;
		return 0;
	}
	return -EINVAL;
}

/* ADDRESS/BITS[/PROTOCOL[/PORT[/MASK]]] */
static int parse_ts(char *text, struct pqike_ts *ts)
{
	const char *address = strsep(&text, "/");
	const char *bits = strsep(&text, "/");
	const char *protocol = strsep(&text, "/");
	const char *port = strsep(&text, "/");
	const char *mask = strsep(&text, "/");
	u16 port_number = 0, mask_bits = 0;
	int err;

	memset(ts, 0, sizeof(*ts));
	if (!bits)
		return -EINVAL;

	err = parse_address(address, &ts->address, &ts->family) ?:
	      kstrtou8(bits, 10, &ts->prefix_len);
	if (!err && protocol)
		err = kstrtou8(protocol, 10, &ts->protocol);
	if (!err && port)
		err = kstrtou16(port, 0, &port_number);
	if (!err && mask)
		err = kstrtou16(mask, 0, &mask_bits);
	else if (port)
		mask_bits = 0xffff;
	ts->port = htons(port_number);
	ts->port_mask = htons(mask_bits);
	return err;
}

/**
 * parse_ts_list() - read traffic selectors
 * @text: ADDRESS/BITS[/PROTOCOL[/PORT[/MASK]]], the next one after a comma
 * @ts: result, PQIKE_ESP_TS_MAX of them
 * @n_ts: result, how many
 *
 * Context: process; may sleep.
 * Return: 0, -EINVAL, -ERANGE or -ENOMEM.
 */
int parse_ts_list(const char *text, struct pqike_ts *ts, unsigned int *n_ts)
{
	char *copy = kstrdup(text, GFP_KERNEL);
	char *rest = copy;
	char *item;
	int err = 0;

	if (!copy)
		return -ENOMEM;

	*n_ts = 0;
	while (!err && (item = strsep(&rest, ",")))
		err = *n_ts == PQIKE_ESP_TS_MAX ? -EINVAL :
						  parse_ts(item, &ts[(*n_ts)++]);
	kfree(copy);
	return err;
}
