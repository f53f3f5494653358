/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <linux/string.h>
#include <malloc.h>
#include <stdlib.h>

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define kmalloc(size, flags)	aligned_alloc(64, ((size) + 63) / 64 * 64)
#define kzalloc(size, flags)	calloc(1, size)
#define kfree(p)		free(p)

static inline void kfree_sensitive(void *p)
{
	if (p)
		memzero_explicit(p, malloc_usable_size(p));
	free(p);
}

#endif
