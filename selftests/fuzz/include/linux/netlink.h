/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_NETLINK_H
#define _FUZZ_LINUX_NETLINK_H

#include <asm/byteorder.h>

struct netlink_ext_ack {
	const char *message;
};

#define NL_SET_ERR_MSG(extack, text)	((extack)->message = (text))

#endif
