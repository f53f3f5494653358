// SPDX-License-Identifier: GPL-2.0
#include "proposals.h"

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sa_payload.h"

/**
 * pqike_proposals_set() - say which suites are allowed
 * @proposals: not set yet
 * @protocol: that they are for
 * @octets: body of an SA payload
 * @len: octets in @octets
 * @extack: says what is wrong with it
 *
 * Context: may sleep.
 * Return: 0; or, with @proposals as it was, -ENOMEM or an error of
 * pqike_proposals_check().
 */
int pqike_proposals_set(struct pqike_proposals *proposals, u8 protocol,
			const u8 *octets, u16 len,
			struct netlink_ext_ack *extack)
{
	const struct ike_payload payload = { .body = octets, .len = len };
	int err;

	err = pqike_proposals_check(&payload, protocol, extack);
	if (err)
		return err;
	proposals->octets = kmemdup(octets, len, GFP_KERNEL_ACCOUNT);
	if (!proposals->octets)
		return -ENOMEM;
	proposals->len = len;
	return 0;
}
