// SPDX-License-Identifier: GPL-2.0
/*
 * Policies that take every packet, where nothing says which of them are meant for
 * the tunnel: no xfrm interface with routes, and no mark.
 */
#include "cli/check.h"

static bool is_any(const struct prefix *prefix)
{
	return !prefix_is_dynamic(prefix) && !prefix->length &&
	       !prefix->protocol && !prefix->port;
}

/* Return: whether packets are chosen by what is not in the policies' selectors. */
static bool is_chosen_otherwise(const struct child_config *child)
{
	return *child->xfrm_interface || child->if_id_in || child->if_id_out ||
	       child->mark_out.mask;
}

static bool go_together(const struct prefix *local, const struct prefix *remote)
{
	return !local->protocol && (prefix_is_dynamic(local) ||
				    local->family == remote->family);
}

/* Return: the local selector of a policy to everywhere; NULL: there is none. */
static const struct prefix *find_source(const struct child_config *child,
					const struct prefix *remote)
{
	for (size_t i = 0; i < child->n_local_ts; i++)
		if (go_together(&child->local_ts[i], remote))
			return &child->local_ts[i];
	return NULL;
}

static void say(const struct child_config *child, const struct prefix *local,
		const struct prefix *remote, struct check_result *result)
{
	char from[PREFIX_TEXT_SIZE], to[PREFIX_TEXT_SIZE];

	prefix_print(local, from, sizeof(from));
	prefix_print(remote, to, sizeof(to));
	check_say(result, CHECK_WARNING, "child %s.%s: without an xfrm interface "
		  "its policies take all packets from %s to %s, also those to this "
		  "host's own networks and to who administers it%s, and what comes "
		  "from there in the clear is dropped", child->connection->name,
		  child->name, from, to, remote->family == AF_INET6 ?
		  ", and neighbour discovery" : "");
	check_remedy(result, "xfrm_interface = ipsec0, and routes into it for what "
		     "is to go through the tunnel; or remote_ts = the peer's "
		     "networks");
}

/* Return: whether the child has such policies; the first that has is said. */
static bool check_child(const struct child_config *child, bool said,
			struct check_result *result)
{
	if (child->mode != MODE_TUNNEL || is_chosen_otherwise(child))
		return false;
	for (size_t i = 0; i < child->n_remote_ts; i++) {
		const struct prefix *remote = &child->remote_ts[i];
		const struct prefix *local = is_any(remote) ?
			find_source(child, remote) : NULL;

		if (!local)
			continue;
		if (!said)
			say(child, local, remote, result);
		return true;
	}
	return false;
}

void check_policies(const struct check_context *context,
		    struct check_result *result)
{
	const struct connection_config *connection =
		context->config ? context->config->connections : NULL;
	size_t n = 0;

	if (!connection) {
		check_say(result, CHECK_NOTHING, "no child is known");
		return;
	}
	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			n += check_child(&connection->children[i], n, result);
	if (n)
		check_more(result, n - 1);
	else
		check_say(result, CHECK_OK, "none takes every packet of this host");
}
