/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ARITHMETIC_H
#define _ARITHMETIC_H

#include <linux/types.h>

#define ARITHMETIC_RESULTS	7

/* For the cases, since kselftest.h counts in one file: what was tested and how many were wrong */
void report(const char *curve, const char *what, unsigned int wrong);
void die(const char *why) __attribute__((noreturn));

/* Test the arithmetic of a curve, and report that many results. */
void arithmetic_p256(void);
void arithmetic_p384(void);

#endif
