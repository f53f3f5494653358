// SPDX-License-Identifier: GPL-2.0
/*
 * pqike: every secret step of IKEv2 with ML-KEM, in the kernel.
 */
#include <linux/module.h>
#include <net/genetlink.h>

#include "lifetime.h"
#include "netlink.h"

static int __init pqike_init(void)
{
	int err;

	err = pqike_lifetime_register();
	if (err)
		return err;
	err = pqike_netlink_register();
	if (err)
		pqike_lifetime_unregister();
	return err;
}

static void __exit pqike_exit(void)
{
	pqike_netlink_unregister();
	pqike_lifetime_unregister();
}

module_init(pqike_init);
module_exit(pqike_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("IKEv2 with ML-KEM whose keys never leave the kernel");
MODULE_ALIAS_GENL_FAMILY("pqike");
MODULE_SOFTDEP("pre: mlkem ecdh xfrm_algo esp4 esp6 gcm seqiv chacha20poly1305 cbc authenc authencesn echainiv ecdh_generic dh_generic");
