/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_SOCKET_H
#define _FUZZ_LINUX_SOCKET_H

#include <sys/socket.h>

#endif
