/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the service manager is told, by the protocol of sd_notify(3): datagrams
 * to the socket that the environment names.  Without one, nothing.
 */
#ifndef PQIKE_SERVICE_H
#define PQIKE_SERVICE_H

#include <stdint.h>

/* Connections are served from now on; also after service_reloading(). */
void service_ready(void);

/* The configuration is being read again. */
void service_reloading(void);

/* The helper has ended, until service_ready(). */
void service_no_helper(void);

/* pqike is ending. */
void service_stopping(void);

/* Return: milliseconds between two signs of life, 0: none are asked for. */
int64_t service_watchdog_interval(void);

/* Return: when service_watchdog() is to be called at last, 0: never. */
int64_t service_watchdog_due(void);

/**
 * service_watchdog() - a round of the event loop has come to its end
 * @now: clock_now()
 *
 * A manager that asks for it (WatchdogSec=) is told at twice the rate that it
 * asks for.  Only the loop itself may call this, at the end of a round, so that
 * one which hangs is ended and started again.
 */
void service_watchdog(int64_t now);

#endif
