// SPDX-License-Identifier: GPL-2.0
#include "tunnel/connection_set.h"

#include <stdio.h>
#include <string.h>

static void add_host(struct kernel_networks *networks,
		     const struct sockaddr_storage *address)
{
	struct prefix *host = &networks->list[networks->n++];
	const uint8_t *octets;
	size_t size = endpoint_octets(address, &octets);

	*host = (struct prefix){ .family = address->ss_family,
				 .length = (uint8_t)(8 * size) };
	memcpy(host->address, octets, size);
}

static void set_local_networks(const struct connection_config *connection,
			       struct kernel_networks *networks)
{
	for (size_t i = 0; i < connection->n_local_addrs; i++)
		add_host(networks, &connection->local_addrs[i]);
}

/* What a name is resolved to is not known here: with one, any address may be it. */
static void set_remote_networks(const struct connection_config *connection,
				struct kernel_networks *networks)
{
	if (connection->remote_any || connection->n_remote_names)
		return;
	for (size_t i = 0; i < connection->n_remote_addrs; i++)
		add_host(networks, &connection->remote_addrs[i]);
	for (size_t i = 0; i < connection->n_remote_networks; i++)
		networks->list[networks->n++] = connection->remote_networks[i];
}

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
		.children = connection->children,
		.n_children = connection->n_children,
		.lifetime = connection->time.life,
	};

	set_local_networks(connection, &order.local_networks);
	set_remote_networks(connection, &order.remote_networks);
	snprintf(order.name, sizeof(order.name), "%s", connection->name);
	snprintf(order.psk, sizeof(order.psk), "%s", connection->psk);
	if (connection->ppk.id.len) {
		snprintf(order.ppk, sizeof(order.ppk), "%s", connection->ppk.key);
		order.ppk_id = connection->ppk.id;
		order.ppk_required = connection->ppk.required;
	}
	return kernel_connection_set(kernel, &order);
}
