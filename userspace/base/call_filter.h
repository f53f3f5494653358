/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which system calls a process may still make, by a filter of libseccomp(3).
 *
 * An int has the low half of an argument, and what stands in the other one is not said: so
 * each argument is compared by bits of that half.
 */
#ifndef PQIKE_CALL_FILTER_H
#define PQIKE_CALL_FILTER_H

#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALL_ARGUMENTS_MAX 3

/* One is allowed where each of @n arguments is as said. */
struct call_rule {
	int call;
	unsigned int n;
	struct scmp_arg_cmp arguments[CALL_ARGUMENTS_MAX];
};

/* Bits of an int that are to be so */
#define CALL_HAS(argument, bits, value)					\
	{ argument, SCMP_CMP_MASKED_EQ, (uint32_t)(bits), (uint32_t)(value) }
#define CALL_IS(argument, value) CALL_HAS(argument, UINT32_MAX, value)

struct call_filter {
	const int *allowed; /* with any arguments, array of @n_allowed */
	size_t n_allowed;
	const struct call_rule *rules; /* array of @n_rules */
	size_t n_rules;
};

/**
 * call_filter_set() - have every other call fail with EPERM, for good
 *
 * Takes no_new_privs or CAP_SYS_ADMIN.  A signal to itself, as of abort(3), is allowed,
 * too.  A call of another architecture, whose numbers mean something else, ends the process.
 *
 * Return: false with errno set, where there is no filter.
 */
bool call_filter_set(const struct call_filter *filter);

#endif
