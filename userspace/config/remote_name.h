/* SPDX-License-Identifier: GPL-2.0 */
/* Names in remote_addrs, and the addresses that they were last resolved to. */
#ifndef PQIKE_REMOTE_NAME_H
#define PQIKE_REMOTE_NAME_H

#include "base/name_lookup.h"
#include "config/config.h"

/* An address of the peer: where in remote_addrs, and which of a name's. */
struct remote_position {
	size_t entry;
	size_t nth; /* 0 where the entry is an address */
};

/* Return: the name that stands at @entry of remote_addrs; NULL: an address. */
struct remote_name *remote_name_at(const struct connection_config *connection,
				   size_t entry);

/* Return: the address at @place; NULL: that name was not resolved yet. */
const struct sockaddr_storage *
remote_address(const struct connection_config *connection,
	       const struct remote_position *place);

/* Return: the first address of the peer; NULL: there are but unresolved names. */
const struct sockaddr_storage *
remote_address_known(const struct connection_config *connection);

/**
 * remote_address_find() - where an address of the peer stands
 * @address: of any port
 * @place: receives the first place that has it
 *
 * Looks at REMOTE_ADDRS_MAX times NAME_ADDRESSES_MAX addresses at most.
 *
 * Return: false where it is none of them.
 */
bool remote_address_find(const struct connection_config *connection,
			 const struct sockaddr_storage *address,
			 struct remote_position *place);

/**
 * remote_name_learn() - what stands at @entry was resolved
 * @answer: those addresses of it are taken that some address of this side has the
 *	family of
 * @error: on failure, what is wrong, of less than LOG_LINE_MAX octets
 * @error_size: size of @error in octets
 *
 * Return: false where there is no such address; the last ones that there were stay.
 */
bool remote_name_learn(const struct connection_config *connection, size_t entry,
		       const struct name_answer *answer, char *error,
		       size_t error_size);

/* @next, which takes the place of @old, knows what its names were resolved to. */
void remote_names_inherit(struct connection_config *next,
			  const struct connection_config *old);

#endif
