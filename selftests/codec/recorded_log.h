/* SPDX-License-Identifier: GPL-2.0 */
/* The log of the helper, to be looked at by a test. */
#ifndef RECORDED_LOG_H
#define RECORDED_LOG_H

#include <stdbool.h>

void recorded_log_clear(void);

/* Return: whether a line has been logged that holds @text. */
bool recorded_log_has(const char *text);

#endif
