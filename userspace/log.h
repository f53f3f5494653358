/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One line on standard error for each event.  Where that is the journal of
 * systemd, each has its priority before it (sd-daemon(3)).
 */
#ifndef PQIKE_LOG_H
#define PQIKE_LOG_H

#define LOG_LINE_MAX 512

/**
 * log_line() - write "pqike: " and the text
 *
 * Control characters in it become '?'.  What cannot be written is counted, and
 * how much it was is said as soon as something can.
 */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As log_line(), for what an operator should look at. */
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
