/* SPDX-License-Identifier: GPL-2.0 */
/* Packets that xfrm has dropped in this network namespace, by cause. */
#ifndef PQIKE_XFRM_ERRORS_H
#define PQIKE_XFRM_ERRORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XFRM_STAT_PATH "/proc/net/xfrm_stat"

#define XFRM_ERRORS_MAX 64
#define XFRM_ERROR_NAME_SIZE 40

struct xfrm_error {
	char name[XFRM_ERROR_NAME_SIZE]; /* the kernel's, "XfrmInNoStates" */
	uint64_t packets;
};

struct xfrm_errors {
	size_t n;
	struct xfrm_error list[XFRM_ERRORS_MAX];
};

/**
 * xfrm_errors_read() - read all, also those that are 0
 * @path: XFRM_STAT_PATH
 *
 * Return: false where the kernel keeps no such statistics.
 */
bool xfrm_errors_read(const char *path, struct xfrm_errors *errors);

#endif
