/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the service manager is told, by the protocol of sd_notify(3): datagrams
 * to the socket that the environment names.  Without one, nothing.
 */
#ifndef PQIKE_SERVICE_H
#define PQIKE_SERVICE_H

/* Connections are served from now on; also after service_reloading(). */
void service_ready(void);

/* The configuration is being read again. */
void service_reloading(void);

/* The helper is ending. */
void service_stopping(void);

#endif
