/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_BITS_H
#define _FUZZ_LINUX_BITS_H

#include <linux/types.h>

#define GENMASK(high, low)	((BIT(high) << 1) - BIT(low))

#endif
