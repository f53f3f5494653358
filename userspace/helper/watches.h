/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens beside the messages of peers: events of xfrm, of the module, of
 * local addresses, of interfaces and of the clocks.
 */
#ifndef PQIKE_WATCHES_H
#define PQIKE_WATCHES_H

#include <poll.h>

#include "base/clock_watch.h"
#include "ike/ike_sa.h"

#define WATCHES_POLL_MAX 6

struct watches {
	struct clock_watch clock;
	struct mnl_socket *module;
	struct mnl_socket *addresses;
	struct mnl_socket *links;
	struct timer addresses_timer; /* an address that flaps comes back */
	bool (*set_connections)(struct ike *ike);
};

/**
 * watches_open() - begin to watch, before sandbox_enter()
 * @xfrm: of xfrm_events_open()
 * @set_connections: tells the kernel of all connections when it has forgotten
 *	them, and logs what goes wrong
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * ike->xfrm and ike->interfaces are opened, too.  watches_close() is due in any case.
 */
bool watches_open(struct watches *watches, struct ike *ike,
		  int xfrm, bool (*set_connections)(struct ike *ike),
		  char *error, size_t error_size);

void watches_close(struct watches *watches, struct ike *ike);

/* When poll() is to return at last; 0: when there is something to do. */
void watches_set_alarm(const struct watches *watches, int64_t due);

/* Return: how many of @fds are set. */
size_t watches_poll_fds(const struct watches *watches, const struct ike *ike,
			struct pollfd fds[WATCHES_POLL_MAX]);

/* Act on what poll() has found. */
void watches_serve(struct watches *watches, struct ike *ike,
		   const struct pollfd *fds);

#endif
