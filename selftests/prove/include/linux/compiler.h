/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hides a value from an optimizer does not change it.
 */
#ifndef _PROVE_LINUX_COMPILER_H
#define _PROVE_LINUX_COMPILER_H

#include_next <linux/compiler.h>

#undef OPTIMIZER_HIDE_VAR
#define OPTIMIZER_HIDE_VAR(var)	((void)(var))

#endif
