/* SPDX-License-Identifier: GPL-2.0 */
/* One line on standard error for each event. */
#ifndef PQIKE_LOG_H
#define PQIKE_LOG_H

#define LOG_LINE_MAX 512

/* Write "pqike: " and the text; control characters in it become '?'. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
