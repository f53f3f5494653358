/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of requests to the kernel that several of them have. */
#ifndef PQIKE_KERNEL_WRITE_H
#define PQIKE_KERNEL_WRITE_H

#include <libmnl/libmnl.h>

#include "wire/path.h"
#include "wire/prefix.h"

void put_address(struct nlmsghdr *request, uint16_t type,
		 const struct address *address);
void put_flag(struct nlmsghdr *request, uint16_t type, bool set);

/* One attribute for each of @n; those of a child may be dynamic. */
void put_selectors(struct nlmsghdr *request, uint16_t type,
		   const struct prefix *list, size_t n);

/* Address and prefix length only. */
void put_network(struct nlmsghdr *request, uint16_t type,
		 const struct prefix *network);

#endif
