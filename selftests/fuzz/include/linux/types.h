/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_TYPES_H
#define _FUZZ_LINUX_TYPES_H

#include_next <linux/types.h>
#include <sys/types.h>

#define __packed	__attribute__((__packed__))
#define BIT(n)		(1UL << (n))
#define U16_MAX		UINT16_MAX

#endif
