/* SPDX-License-Identifier: GPL-2.0 */
/* Text beside a label, broken between words at 80 columns. */
#ifndef PQIKE_WRAP_H
#define PQIKE_WRAP_H

#include <stdio.h>

/* @width: columns of the label and the blanks after it. */
void wrap_print(FILE *out, const char *label, int width, const char *text);

#endif
