/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of the kernel's replies, read into the structs of kernel.h.
 *
 * An attribute of a wrong size or an unknown type is left out; what it would
 * have set stays as the caller had it.
 */
#ifndef PQIKE_KERNEL_READ_H
#define PQIKE_KERNEL_READ_H

#include <libmnl/libmnl.h>

#include "kernel/kernel.h"

void read_connection(const struct nlmsghdr *reply,
		     struct kernel_connection *connection);
void read_ike_sa(const struct nlmsghdr *reply, struct kernel_ike_sa *ike_sa);
void read_ike_sa_new(const struct nlmsghdr *reply,
		     struct kernel_ike_sa_new *ike_sa);
void read_suite(const struct nlmsghdr *reply, struct kernel_suite *suite);
void read_round(const struct nlmsghdr *reply, struct kernel_round *round);
void read_bench(const struct nlmsghdr *reply, struct kernel_bench *bench);
void read_opened(const struct nlmsghdr *reply, struct kernel_opened *opened);

void read_auth(const struct nlmsghdr *reply, struct kernel_auth *auth);

/* The attributes of @type.  Return: 0 or -ENOMEM. */
int read_messages(const struct nlmsghdr *reply, uint16_t type,
		  struct datagrams *messages);

/* All but the messages. */
void read_adopted(const struct nlmsghdr *reply, struct kernel_adopted *adopted);

void read_child_sa_own(const struct nlmsghdr *reply,
		       struct kernel_child_sa_own *own);

/**
 * read_reqid() - the reqid of a Child SA
 * @type: attribute that is its nest
 *
 * Return: 0 where the reply has none.
 */
uint32_t read_reqid(const struct nlmsghdr *reply, uint16_t type);

void read_trap(const struct nlmsghdr *reply, struct kernel_trap_shown *trap);

void read_installed(const struct nlmsghdr *reply,
		    struct kernel_child_sa_installed *installed);

void read_usage(const struct nlmsghdr *reply, struct kernel_usage *usage);

size_t count_child_sas(const struct nlmsghdr *reply);

/* At most @n of them. */
void read_child_sas(const struct nlmsghdr *reply,
		    struct kernel_child_sa *child_sas, size_t n);

#endif
