/* SPDX-License-Identifier: GPL-2.0 */
/* A scatterlist here is one piece. */
#ifndef _SHIM_LINUX_SCATTERLIST_H
#define _SHIM_LINUX_SCATTERLIST_H

#include <errno.h>
#include <string.h>

struct scatterlist {
	void *buf;
	unsigned int len;
};

static inline void sg_init_one(struct scatterlist *sg, const void *buf,
			       unsigned int len)
{
	sg->buf = (void *)buf;
	sg->len = len;
}

static inline int sg_nents_for_len(struct scatterlist *sg, unsigned int len)
{
	return sg && sg->len >= len ? 1 : -EINVAL;
}

static inline size_t sg_copy_to_buffer(struct scatterlist *sg, int nents,
				       void *buf, size_t len)
{
	memcpy(buf, sg->buf, nents ? len : 0);
	return len;
}

static inline size_t sg_copy_from_buffer(struct scatterlist *sg, int nents,
					 const void *buf, size_t len)
{
	memcpy(sg->buf, buf, nents ? len : 0);
	return len;
}

#endif
