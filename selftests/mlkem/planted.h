/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Leaks in the sampling of secrets and errors, which every operation but the
 * checks of keys goes through.
 */
#ifndef _PLANTED_H
#define _PLANTED_H

enum leak {
	NO_LEAK,
	LEAK_BRANCH,
	LEAK_INDEX,
};

/* The one that is made from now on */
extern enum leak planted_leak;

#endif
