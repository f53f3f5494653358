/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FPU_H
#define _FPU_H

#include <stdbool.h>

/* What irq_fpu_usable() says; true unless a test changes it. */
extern bool fpu_usable;

/* Sections between kernel_fpu_begin() and kernel_fpu_end() so far */
extern unsigned long fpu_sections;

/* Also look at the registers that only AVX-512 has; libc may use these too. */
extern bool fpu_wide;

/* A vector register was not zero when a section ended. */
extern bool fpu_registers_left;

/**
 * fpu_in_section() - whether kernel_fpu_begin() was called last
 *
 * Return: whether it is so.
 */
bool fpu_in_section(void);

#endif
