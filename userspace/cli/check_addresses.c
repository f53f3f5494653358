// SPDX-License-Identifier: GPL-2.0
/* Whether this host has the addresses that local_addrs names. */
#include "cli/check.h"
#include "kernel/local_address.h"

struct addresses {
	size_t n;
	size_t gone;
};

static void say(const struct connection_config *connection,
		const struct sockaddr_storage *gone, bool any,
		struct check_result *result)
{
	char address[ENDPOINT_TEXT_SIZE];

	endpoint_print_address(gone, address, sizeof(address));
	check_say(result, any ? CHECK_WARNING : CHECK_FAILED, "connection %s: %s of "
		  "local_addrs is not an address of this host%s",
		  connection->name, address, any ? "; another one is" : "");
	check_remedy(result, "ip -brief address shows those that it has: write one "
		     "of them, or leave local_addrs out");
}

/* Return: an address that is not here, NULL: all are; @any: whether one is. */
static const struct sockaddr_storage *
look(const struct connection_config *connection, bool *any)
{
	const struct sockaddr_storage *gone = NULL;

	*any = false;
	for (size_t i = 0; i < connection->n_local_addrs; i++) {
		if (endpoint_is_local(&connection->local_addrs[i]))
			*any = true;
		else if (!gone)
			gone = &connection->local_addrs[i];
	}
	return gone;
}

/* One without any of its addresses goes before one that lacks some. */
static void check_connection(const struct connection_config *connection,
			     struct addresses *addresses,
			     struct check_result *result)
{
	const struct sockaddr_storage *gone;
	bool any;

	addresses->n += connection->n_local_addrs;
	gone = look(connection, &any);
	if (!gone)
		return;
	if (!addresses->gone++ || (!any && result->verdict != CHECK_FAILED))
		say(connection, gone, any, result);
}

void check_addresses(const struct check_context *context,
		     struct check_result *result)
{
	const struct connection_config *connection =
		context->config ? context->config->connections : NULL;
	struct addresses addresses = { 0 };

	for (; connection; connection = connection->next)
		check_connection(connection, &addresses, result);
	if (addresses.gone)
		check_more(result, addresses.gone - 1);
	else if (addresses.n)
		check_say(result, CHECK_OK, "this host has all of local_addrs");
	else
		check_say(result, CHECK_NOTHING, "no connection has local_addrs");
}
