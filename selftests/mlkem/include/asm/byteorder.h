/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_ASM_BYTEORDER_H
#define _SHIM_ASM_BYTEORDER_H

#include <endian.h>

#define le64_to_cpu(x)	le64toh(x)
#define cpu_to_le64(x)	htole64(x)

#endif
