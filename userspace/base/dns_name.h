/* SPDX-License-Identifier: GPL-2.0 */
/* Names of hosts, as RFC 1123 section 2.1 has them. */
#ifndef PQIKE_DNS_NAME_H
#define PQIKE_DNS_NAME_H

#include <stdbool.h>

/* Octets of the longest name in its text form, and its terminator. */
#define DNS_NAME_SIZE 254

/* Addresses of one name; what a resolver has beyond these is not used. */
#define NAME_ADDRESSES_MAX 8

/**
 * dns_name_is_valid() - whether a text can be the name of a host
 *
 * Its labels have letters, digits, "-" and "_"; the last one, before a dot that
 * may end the name, is not a number, so that no mistyped IPv4 address is a name.
 */
bool dns_name_is_valid(const char *text);

#endif
