// SPDX-License-Identifier: GPL-2.0
#include "base/call_filter.h"

#include <errno.h>
#include <unistd.h>

/* Return: 0 or a negative errno. */
static int add_rules(scmp_filter_ctx context, const struct call_filter *filter)
{
	const struct scmp_arg_cmp self[] = { CALL_IS(0, getpid()) };
	int error = seccomp_rule_add_array(context, SCMP_ACT_ALLOW,
					   SCMP_SYS(tgkill), 1, self);

	for (size_t i = 0; !error && i < filter->n_allowed; i++)
		error = seccomp_rule_add_array(context, SCMP_ACT_ALLOW,
					       filter->allowed[i], 0, NULL);
	for (size_t i = 0; !error && i < filter->n_rules; i++)
		error = seccomp_rule_add_array(context, SCMP_ACT_ALLOW,
					       filter->rules[i].call,
					       filter->rules[i].n,
					       filter->rules[i].arguments);
	return error;
}

bool call_filter_set(const struct call_filter *filter)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int error = -ENOMEM;

	if (context)
		error = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH,
					 SCMP_ACT_KILL_PROCESS);
	if (!error)
		error = add_rules(context, filter);
	if (!error)
		error = seccomp_load(context);
	seccomp_release(context);
	errno = -error;
	return !error;
}
