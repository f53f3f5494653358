// SPDX-License-Identifier: GPL-2.0
/* Whether packets of other hosts, whose networks are behind this one, go into the tunnels. */
#include <stdio.h>
#include <sys/socket.h>

#include "cli/check.h"

static const struct forwarding_switch {
	int family;
	const char *sysctl;
	const char *path;
} switches[] = {
	{ AF_INET, "net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward" },
	{ AF_INET6, "net.ipv6.conf.all.forwarding",
	  "/proc/sys/net/ipv6/conf/all/forwarding" },
};

#define N_SWITCHES (sizeof(switches) / sizeof(switches[0]))

/* Return: whether the kernel says 0; without the file it has no such family. */
static bool is_off(const char *path)
{
	FILE *file = fopen(path, "re");
	int first;

	if (!file)
		return false;
	first = fgetc(file);
	fclose(file);
	return first == '0';
}

/* What everything is in says nothing of who is behind this host. */
static bool is_network(const struct prefix *prefix)
{
	return !prefix_is_dynamic(prefix) && prefix->length &&
	       prefix->length < (prefix->family == AF_INET ? 32 : 128);
}

/* Return: a network of the family behind this host; NULL: the child has none. */
static const struct prefix *find_network(const struct child_config *child, int family)
{
	if (child->mode != MODE_TUNNEL)
		return NULL;
	for (size_t i = 0; i < child->n_local_ts; i++)
		if (child->local_ts[i].family == family && is_network(&child->local_ts[i]))
			return &child->local_ts[i];
	return NULL;
}

static void say(const struct child_config *child, const struct prefix *network,
		const char *sysctl, struct check_result *result)
{
	char text[PREFIX_TEXT_SIZE];

	prefix_print(network, text, sizeof(text));
	check_say(result, CHECK_WARNING, "child %s.%s: %s is 0: packets of this host's own "
		  "go into the tunnel, those of other hosts in %s do not",
		  child->connection->name, child->name, sysctl, text);
	check_remedy(result, "sysctl -w %s=1, and the same in a file of /etc/sysctl.d", sysctl);
}

/* Return: how many children have such a network; the first is said where none was. */
static size_t check_connection(const struct connection_config *connection,
			       const struct forwarding_switch *off, bool said,
			       struct check_result *result)
{
	size_t n = 0;

	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];
		const struct prefix *network = find_network(child, off->family);

		if (network && !n++ && !said)
			say(child, network, off->sysctl, result);
	}
	return n;
}

void check_forwarding(const struct check_context *context, struct check_result *result)
{
	const struct connection_config *connection;
	size_t n = 0;

	if (!context->config) {
		check_say(result, CHECK_NOTHING, "no child is known");
		return;
	}
	for (size_t i = 0; i < N_SWITCHES; i++) {
		if (!is_off(switches[i].path))
			continue;
		for (connection = context->config->connections; connection;
		     connection = connection->next)
			n += check_connection(connection, &switches[i], n, result);
	}
	if (n)
		check_more(result, n - 1);
	else
		check_say(result, CHECK_OK, "what the children's networks need is forwarded");
}
