// SPDX-License-Identifier: GPL-2.0
/* Whether IKE fragments fit the paths to the peers, as far as is known. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/check.h"
#include "config/remote_name.h"

/* Of IP and UDP, and the non-ESP marker on port 4500. */
#define IPV4_OVERHEAD (20 + 8 + 4)
#define IPV6_OVERHEAD (40 + 8 + 4)

/* Return: octets that a packet to @peer may have, or a negative errno. */
static int path_mtu(const struct sockaddr_storage *peer)
{
	struct sockaddr_storage address = *peer;
	bool ipv4 = peer->ss_family == AF_INET;
	int fd = socket(peer->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(int);
	int mtu, result;

	if (fd < 0)
		return -errno;
	((struct sockaddr_in *)&address)->sin_port = htons(500);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    getsockopt(fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
		       ipv4 ? IP_MTU : IPV6_MTU, &mtu, &size))
		result = -errno;
	else
		result = mtu;
	close(fd);
	return result;
}

/* Return: false after it has said what is wrong; no route is check_routes()'s. */
static bool check_peer(const struct connection_config *connection,
		       const struct sockaddr_storage *peer, size_t *n,
		       struct check_result *result)
{
	int overhead = peer->ss_family == AF_INET ? IPV4_OVERHEAD :
						    IPV6_OVERHEAD;
	int mtu = path_mtu(peer);

	if (mtu < 0)
		return true;
	++*n;
	if ((int)connection->fragment_size + overhead <= mtu)
		return true;
	check_say(result, CHECK_FAILED, "connection %s: IKE messages of %u "
		  "octets do not pass an MTU of %d", connection->name,
		  connection->fragment_size, mtu);
	check_remedy(result, "fragment_size = %d", mtu - overhead);
	return false;
}

/* Return: false after it has said what is wrong. */
static bool check_entry(const struct connection_config *connection, size_t entry,
			size_t *n, struct check_result *result)
{
	const struct remote_name *name = remote_name_at(connection, entry);

	if (!name)
		return check_peer(connection, &connection->remote_addrs[entry],
				  n, result);
	for (size_t i = 0; i < name->n_addresses; i++)
		if (!check_peer(connection, &name->addresses[i], n, result))
			return false;
	return true;
}

void check_mtu(const struct check_context *context,
	       struct check_result *result)
{
	const struct connection_config *connection =
		context->config ? context->config->connections : NULL;
	size_t n = 0;

	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_remote_addrs; i++)
			if (!check_entry(connection, i, &n, result))
				return;
	if (!n)
		check_say(result, CHECK_NOTHING, "the way to no peer is known");
	else
		check_say(result, CHECK_OK, "IKE fragments fit the way to %zu peer%s", n,
		  n == 1 ? "" : "s");
}
