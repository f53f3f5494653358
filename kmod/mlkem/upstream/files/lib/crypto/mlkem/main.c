// SPDX-License-Identifier: GPL-2.0
/*
 * The module: it chooses the implementation that is best on this CPU.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "impl.h"

static int __init mlkem_mod_init(void)
{
	return mlkem_impl_select(NULL);
}
subsys_initcall(mlkem_mod_init);

static void __exit mlkem_mod_exit(void)
{
}
module_exit(mlkem_mod_exit);

MODULE_DESCRIPTION("ML-KEM library functions");
MODULE_LICENSE("GPL");
