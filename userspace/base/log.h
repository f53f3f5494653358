/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One line on standard error for each event.  Where that is the journal of
 * systemd, each has its priority before it (sd-daemon(3)).
 *
 * A reader that stalls, of a pipe, a socket or a terminal, does not stop the
 * writer: lines wait for it, LOG_WAITING_MAX octets of them, and what comes
 * beyond that is dropped and counted.
 */
#ifndef PQIKE_LOG_H
#define PQIKE_LOG_H

#define LOG_LINE_MAX 512
#define LOG_WAITING_MAX (256 * 1024)

/**
 * log_line() - write "pqike: " and the text
 *
 * Control characters in it become '?'.  What cannot be written is counted, and
 * how much it was is said as soon as something can.
 */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As log_line(), for what an operator should look at. */
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Find out where standard error goes, while files can be opened. */
void log_open(void);

/* What to poll for POLLOUT before log_flush(); -1: no line waits. */
int log_fd(void);

/* Write what waits, as far as that is possible without waiting. */
void log_flush(void);

/* The process ends: lines that wait have this many milliseconds to go. */
void log_finish(int milliseconds);

#endif
