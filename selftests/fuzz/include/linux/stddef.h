/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_STDDEF_H
#define _FUZZ_LINUX_STDDEF_H

#include_next <linux/stddef.h>

#define struct_group_tagged(tag, name, members...)	\
	union {						\
		struct { members };			\
		struct tag { members } name;		\
	}

#endif
