// SPDX-License-Identifier: GPL-2.0
#include "config/remote_name.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "wire/path.h"

struct remote_name *remote_name_at(const struct connection_config *connection,
				   size_t entry)
{
	for (size_t i = 0; i < connection->n_remote_names; i++)
		if (connection->remote_names[i].entry == entry)
			return &connection->remote_names[i];
	return NULL;
}

const struct sockaddr_storage *
remote_address(const struct connection_config *connection,
	       const struct remote_position *place)
{
	const struct remote_name *name = remote_name_at(connection,
							place->entry);

	if (!name)
		return &connection->remote_addrs[place->entry];
	if (!name->n_addresses)
		return NULL;
	return &name->addresses[place->nth % name->n_addresses];
}

const struct sockaddr_storage *
remote_address_known(const struct connection_config *connection)
{
	struct remote_position place = { 0 };
	const struct sockaddr_storage *address = NULL;

	for (; !address && place.entry < connection->n_remote_addrs; place.entry++)
		address = remote_address(connection, &place);
	return address;
}

static bool find_in_name(const struct remote_name *name,
			 const struct sockaddr_storage *address, size_t *nth)
{
	for (*nth = 0; *nth < name->n_addresses; ++*nth)
		if (endpoint_same_address(&name->addresses[*nth], address))
			return true;
	return false;
}

bool remote_address_find(const struct connection_config *connection,
			 const struct sockaddr_storage *address,
			 struct remote_position *place)
{
	*place = (struct remote_position){ 0 };
	for (; place->entry < connection->n_remote_addrs; place->entry++) {
		const struct remote_name *name = remote_name_at(connection,
								place->entry);

		if (name && find_in_name(name, address, &place->nth))
			return true;
		place->nth = 0;
		if (!name && endpoint_same_address(&connection->remote_addrs[place->entry],
						   address))
			return true;
	}
	return false;
}

bool remote_name_learn(const struct connection_config *connection, size_t entry,
		       const struct name_answer *answer, char *error,
		       size_t error_size)
{
	struct remote_name *name = remote_name_at(connection, entry);
	size_t n = 0;

	for (size_t i = 0; i < answer->n; i++) {
		if (!config_has_local(connection, answer->list[i].ss_family))
			continue;
		name->addresses[n++] = answer->list[i];
		name->n_addresses = n;
	}
	if (n)
		return true;
	snprintf(error, error_size, "%s does not resolve: %s", name->text,
		 answer->n ? "it has no address of the family of local_addrs" :
			     answer->error);
	return false;
}

void remote_names_inherit(struct connection_config *next,
			  const struct connection_config *old)
{
	for (size_t i = 0; i < next->n_remote_names; i++) {
		struct remote_name *name = &next->remote_names[i];

		for (size_t j = 0; j < old->n_remote_names; j++) {
			const struct remote_name *was = &old->remote_names[j];

			if (strcasecmp(name->text, was->text) != 0)
				continue;
			memcpy(name->addresses, was->addresses,
			       sizeof(name->addresses));
			name->n_addresses = was->n_addresses;
		}
	}
}
