// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family of a pqike.ko of another release: it has the name,
 * another version, and no command that a helper of this release may send it.
 */
#include <linux/module.h>
#include <net/genetlink.h>

#include <linux/pqike.h>

static struct genl_family other_family __ro_after_init = {
	.name = PQIKE_GENL_NAME,
	.version = PQIKE_GENL_VERSION + 1,
	.netnsok = true,
	.module = THIS_MODULE,
};

static int __init other_version_init(void)
{
	return genl_register_family(&other_family);
}

static void __exit other_version_exit(void)
{
	genl_unregister_family(&other_family);
}

module_init(other_version_init);
module_exit(other_version_exit);
MODULE_DESCRIPTION("The netlink family of pqike, of another version");
MODULE_LICENSE("GPL");
