/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the service manager is told, by the protocol of sd_notify(3): datagrams
 * to the socket that the environment names.  Without one, nothing.  And what it keeps
 * for us, which whoever follows us gets at its start, by that of sd_listen_fds(3).
 */
#ifndef PQIKE_SERVICE_H
#define PQIKE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Those of four ports, with three queues each */
#define SERVICE_FDS_MAX 12

/* Connections are served from now on; also after service_reloading(). */
void service_ready(void);

/* The configuration is being read again. */
void service_reloading(void);

/* The helper has ended, until service_ready(). */
void service_no_helper(void);

/* pqike is ending. */
void service_stopping(void);

/**
 * service_keep() - have descriptors outlive this process
 * @fds: array of @n, at most SERVICE_FDS_MAX; they stay ours, too
 *
 * The manager keeps them until the service is stopped, over its restarts and its end
 * by a fault, if the unit has it (FileDescriptorStoreMax=).
 */
void service_keep(const int *fds, size_t n);

/**
 * service_take_kept() - have what one before us has given to service_keep()
 * @fds: receives the descriptors in the order that they were given in, array of
 *	 SERVICE_FDS_MAX
 * @n: receives how many, 0: the manager has kept none
 *
 * They are closed by execve(2), and stay with the manager, too.  To be called once: it
 * takes away from the environment what says so.
 *
 * Return: false where the manager gives others, or not all: these are closed, and it keeps
 * them no more.
 */
bool service_take_kept(int *fds, size_t *n);

/* Have the manager keep none of @n any more. */
void service_drop_kept(size_t n);

/**
 * service_wait() - wait until the manager has taken all that it was told
 * @milliseconds: at most
 *
 * For a process that ends right afterwards: what the manager hears of one that it does not
 * know any more it drops.
 */
void service_wait(int milliseconds);

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
