/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that ends where it was asked to. */
#ifndef _FUZZ_LINUX_SLAB_H
#define _FUZZ_LINUX_SLAB_H

#include <errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <malloc.h>
#include <stdlib.h>

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define DIV_ROUND_UP(a, b)	(((a) + (b) - 1) / (b))
#define roundup(a, b)		(DIV_ROUND_UP(a, b) * (b))
#define rounddown(a, b)		((a) / (b) * (b))

#define kmalloc(size, flags)		malloc((size) ?: 1)
#define kzalloc(size, flags)		calloc(1, (size) ?: 1)
#define kcalloc(n, size, flags)		calloc(n, size)
#define struct_size(p, member, n)	(sizeof(*(p)) + (n) * sizeof(*(p)->member))
#define kfree(p)			free(p)

static inline void *kmemdup(const void *from, size_t len, int flags)
{
	void *copy = kmalloc(len, flags);

	(void)flags;
	return copy ? memcpy(copy, from, len) : NULL;
}

static inline void kfree_sensitive(void *p)
{
	if (p)
		memzero_explicit(p, malloc_usable_size(p));
	free(p);
}

#endif
