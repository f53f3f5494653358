/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_SCATTERLIST_H
#define _FUZZ_LINUX_SCATTERLIST_H

#include_next <linux/scatterlist.h>

#define sg_init_table(sg, n)		memset(sg, 0, (n) * sizeof(*(sg)))
#define sg_set_buf(sg, octets, n)	sg_init_one(sg, octets, n)

#endif
