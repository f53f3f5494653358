// SPDX-License-Identifier: GPL-2.0
#include "tunnel/connection_set.h"

#include <stdio.h>

int connection_set(struct kernel *kernel,
		   const struct connection_config *connection, bool next)
{
	struct kernel_connection order = {
		.next = next,
		.local_id = connection->local_id,
		.remote_id = connection->remote_id,
		.allow_classical = !connection->require_pq,
		.proposals = connection->proposals,
		.n_proposals = connection->n_proposals,
	};

	snprintf(order.name, sizeof(order.name), "%s", connection->name);
	snprintf(order.psk, sizeof(order.psk), "%s", connection->psk);
	if (connection->ppk.id.len) {
		snprintf(order.ppk, sizeof(order.ppk), "%s", connection->ppk.key);
		order.ppk_id = connection->ppk.id;
		order.ppk_required = connection->ppk.required;
	}
	return kernel_connection_set(kernel, &order);
}
