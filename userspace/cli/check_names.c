// SPDX-License-Identifier: GPL-2.0
/* Whether the DNS names of peers have addresses. */
#include "base/log.h"
#include "cli/check.h"
#include "config/remote_name.h"

struct names {
	size_t n;
	size_t unknown;
};

static void check_name(const struct connection_config *connection,
		       const struct remote_name *name, struct names *names,
		       struct check_result *result)
{
	struct name_answer answer;
	char error[LOG_LINE_MAX];

	names->n++;
	name_lookup_wait(name->text, &answer);
	if (remote_name_learn(connection, name->entry, &answer, error,
			      sizeof(error)))
		return;
	if (names->unknown++)
		return;
	check_say(result, CHECK_FAILED, "connection %s: %s", connection->name,
		  error);
	check_remedy(result, "getent ahosts %s says what this host finds",
		     name->text);
}

void check_names(const struct check_context *context,
		 struct check_result *result)
{
	const struct connection_config *connection =
		context->config ? context->config->connections : NULL;
	struct names names = { 0 };

	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_remote_names; i++)
			check_name(connection, &connection->remote_names[i],
				   &names, result);
	if (names.unknown)
		check_more(result, names.unknown - 1);
	else if (names.n)
		check_say(result, CHECK_OK, "all %zu in remote_addrs have an "
			  "address", names.n);
	else
		check_say(result, CHECK_NOTHING, "no peer has a name instead of "
			  "an address");
}
