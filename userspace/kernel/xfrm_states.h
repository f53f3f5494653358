/* SPDX-License-Identifier: GPL-2.0 */
/* ESP SAs as xfrm has them, of which no key is asked for or kept. */
#ifndef PQIKE_XFRM_STATES_H
#define PQIKE_XFRM_STATES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "kernel/kernel.h"

struct xfrm_state {
	bool found;
	struct mark mark; /* packets must have it */
	struct mark set_mark; /* packets are given it */
	uint32_t replay_window; /* packets */
	uint16_t source_port; /* of UDP encapsulation, 0: ESP goes by itself */
	uint16_t destination_port;
	uint64_t added; /* seconds of the wall clock */
	uint64_t packets; /* that it has carried; inbound, those that verified */
	uint64_t used; /* seconds of the wall clock, 0: never */
	uint64_t rekey; /* seconds after @added, 0: no such limit */
	uint64_t end; /* seconds after @added, 0: no such limit */
};

/* Return: a socket for xfrm_state_read(), NULL with errno. */
struct mnl_socket *xfrm_states_open(void);

/**
 * xfrm_state_read() - look for one ESP SA
 * @socket: of xfrm_states_open(), closed with mnl_socket_close()
 * @source: outer address
 * @destination: outer address, of the same family
 * @spi: host byte order
 * @state: receives it; state->found is false where there is none, or where
 *	this cannot be told
 */
void xfrm_state_read(struct mnl_socket *socket, const struct address *source,
		     const struct address *destination, uint32_t spi,
		     struct xfrm_state *state);

#endif
