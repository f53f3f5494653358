/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_RTNETLINK_H
#define _FUZZ_LINUX_RTNETLINK_H

#include <linux/types.h>

struct rtattr {
	unsigned short rta_len;
	unsigned short rta_type;
};

#define RTA_LENGTH(len)		(sizeof(struct rtattr) + (len))

#endif
