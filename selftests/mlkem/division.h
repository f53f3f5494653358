/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DIVISION_H
#define _DIVISION_H

#include <linux/types.h>

#include "poly.h"

/**
 * compress_by_division() - Compress_4 with an integer division
 * @out: a number from 0 to 15 for each coefficient
 * @f: any coefficients
 */
void compress_by_division(u8 out[MLKEM_N], const struct poly *f);

/**
 * compress_by_float_division() - Compress_4 with a floating-point division
 * @out: a number from 0 to 15 for each coefficient
 * @f: any coefficients
 */
void compress_by_float_division(u8 out[MLKEM_N], const struct poly *f);

#endif
