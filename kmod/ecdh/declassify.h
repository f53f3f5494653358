/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ECDH_DECLASSIFY_H
#define _ECDH_DECLASSIFY_H

#include <linux/types.h>

#ifdef CONSTANT_TIME_TEST
#include <valgrind/memcheck.h>
#endif

/**
 * declassify() - say that what was computed from secrets is public from here on
 * @p: what is public
 * @len: octets at @p
 *
 * Nothing in the kernel.  In the test of constant time branches and memory
 * indices may depend on @p from here on, and on nothing else that is computed
 * from a secret.  Each use says why its data is public.
 *
 * Context: any.
 */
static inline void declassify(const void *p, size_t len)
{
#ifdef CONSTANT_TIME_TEST
	VALGRIND_MAKE_MEM_DEFINED(p, len);
#else
	(void)p;
	(void)len;
#endif
}

#endif /* _ECDH_DECLASSIFY_H */
