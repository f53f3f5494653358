// SPDX-License-Identifier: GPL-2.0
#include "supervisor/policy.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "config/config_diff.h"
#include "config/connection.h"
#include "tunnel/connection_set.h"

bool policy_open(struct policy *policy, char *error, size_t error_size)
{
	policy->kernel = kernel_open(error, error_size);
	if (policy->kernel)
		policy->links = xfrm_links_open(error, error_size);
	return policy->links;
}

void policy_close(struct policy *policy)
{
	policy_end_socket(policy);
	xfrm_links_close(policy->links);
	kernel_close(policy->kernel);
}

static int set_quota(const struct policy *policy, const struct quota *quota,
		     const char *place, struct kernel_usage *usage, char *error,
		     size_t error_size)
{
	int result = kernel_quota_set(policy->kernel, quota, usage);

	if (result)
		snprintf(error, error_size, "%s: %s", place ? place : "quota",
			 kernel_error(policy->kernel));
	return result;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static struct quota larger_quota(const struct quota *a, const struct quota *b)
{
	return (struct quota){
		.ike_sas = larger(a->ike_sas, b->ike_sas),
		.half_open = larger(a->half_open, b->half_open),
		.child_sas = larger(a->child_sas, b->child_sas),
		.connections = larger(a->connections, b->connections),
		.traps = larger(a->traps, b->traps),
		.policies = larger(a->policies, b->policies),
	};
}

/* What a default is, the kernel says when it is set. */
int policy_set_quota(const struct policy *policy, char *error,
		     size_t error_size)
{
	const struct config *now = policy->configs->now;
	const struct config *next = policy->configs->next;
	struct kernel_usage of_now, of_next, of_both;
	struct quota both;
	int result;

	result = set_quota(policy, &now->quota, now->quota_place, &of_now,
			   error, error_size);
	if (result || !next)
		return result;
	result = set_quota(policy, &next->quota, next->quota_place, &of_next,
			   error, error_size);
	if (result)
		return result;
	both = larger_quota(&of_now.quota, &of_next.quota);
	return set_quota(policy, &both, next->quota_place, &of_both, error,
			 error_size);
}

/* Names of connections that the kernel has, and those that stay do not */
struct others {
	const struct config_index *stay;
	char (*names)[CONNECTION_NAME_MAX + 1]; /* array of n, with room for more */
	size_t n;
	size_t room;
	bool failed;
};

static void add_other(const struct kernel_connection *connection, void *arg)
{
	struct others *others = arg;
	size_t room = others->room ? 2 * others->room : 16;
	void *names;

	if (config_index_find(others->stay, connection->name))
		return;
	if (others->n == others->room) {
		names = reallocarray(others->names, room, sizeof(*others->names));
		if (!names) {
			others->failed = true;
			return;
		}
		others->names = names;
		others->room = room;
	}
	memcpy(others->names[others->n++], connection->name,
	       sizeof(connection->name));
}

/* Return: whether the kernel has it no more. */
static bool forget(const struct policy *policy, const char *name)
{
	int result = kernel_connection_del(policy->kernel, name);

	if (!result || result == -ENOENT)
		return true;
	log_warning("the kernel keeps connection %s: %s", name,
		    kernel_error(policy->kernel));
	return false;
}

/* Return: whether the kernel has no other one any more. */
static bool forget_all_but(const struct policy *policy,
			   const struct config_index *stay)
{
	struct others others = { .stay = stay };
	bool ok = true;

	if (kernel_connection_dump(policy->kernel, add_other, &others)) {
		log_warning("cannot list connections: %s",
			    kernel_error(policy->kernel));
		ok = false;
	}
	for (size_t i = 0; i < others.n; i++)
		ok &= forget(policy, others.names[i]);
	if (others.failed)
		log_warning("the kernel keeps connections: out of memory");
	free(others.names);
	return ok && !others.failed;
}

void policy_forget_others(struct policy *policy)
{
	policy->has_others =
		!forget_all_but(policy, &policy->configs->by_name);
}

/* Those that only the configuration has which is not in force. */
static void forget_next(struct policy *policy)
{
	const struct config_pair *configs = policy->configs;
	const struct connection_config *each =
		configs->next ? configs->next->connections : NULL;

	for (; each; each = each->next)
		if (!config_index_find(&configs->by_name, each->name) &&
		    !forget(policy, each->name))
			policy->has_others = true;
}

void policy_forget_all(const struct policy *policy)
{
	const struct config_index none = { 0 };

	forget_all_but(policy, &none);
}

/* One that is refused must not be there as it was before, either. */
static void set_or_forget(const struct policy *policy,
			  const struct connection_config *connection)
{
	const char *why = "cannot change keyrings";

	if (config_pair_use_keys(policy->configs, false)) {
		if (!connection_set(policy->kernel, connection, false))
			return;
		why = kernel_error(policy->kernel);
	}
	log_warning("connection %s is not in force: %s", connection->name, why);
	forget(policy, connection->name);
}

void policy_enforce(struct policy *policy)
{
	const struct config_pair *configs = policy->configs;
	const struct connection_config *each = configs->now->connections;
	const struct connection_config *other;

	if (policy->has_others)
		policy_forget_others(policy);
	else
		forget_next(policy);
	for (; each; each = each->next) {
		other = config_index_find(&configs->next_by_name, each->name);
		if (!other || !config_connection_same(each, other))
			set_or_forget(policy, each);
	}
}

int policy_socket(struct policy *policy, char *error, size_t error_size)
{
	const struct sockaddr_nl any = { .nl_family = AF_NETLINK };

	policy_end_socket(policy);
	policy->socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
				NETLINK_GENERIC);
	if (policy->socket < 0 ||
	    bind(policy->socket, (const struct sockaddr *)&any, sizeof(any))) {
		snprintf(error, error_size, "netlink: %s", strerror(errno));
		policy_end_socket(policy);
		return -1;
	}
	/* While there was no helper, the module may have gone and come. */
	if (kernel_authorise(policy->kernel, policy->socket) &&
	    (!kernel_reopen(policy->kernel, error, error_size) ||
	     kernel_authorise(policy->kernel, policy->socket)))
		snprintf(error, error_size, "%s", kernel_error(policy->kernel));
	else if (!policy_set_quota(policy, error, error_size))
		return policy->socket;
	policy_end_socket(policy);
	return -1;
}

/* The module may have gone, and with it the authorisation. */
static void revoke_socket(const struct policy *policy)
{
	int result = kernel_revoke(policy->kernel, policy->socket);

	if (result && result != -ENOENT && result != -ENOTCONN)
		log_warning("the kernel lets the socket of the helper that is gone go on: %s",
			    kernel_error(policy->kernel));
}

void policy_end_socket(struct policy *policy)
{
	if (policy->socket < 0)
		return;
	revoke_socket(policy);
	close(policy->socket);
	policy->socket = -1;
}

static int refuse(struct policy_answer *answer, int error, const char *why)
{
	snprintf(answer->error, sizeof(answer->error), "%s", why);
	return error;
}

static int by_kernel(const struct policy *policy, int result,
		     struct policy_answer *answer)
{
	return result ? refuse(answer, result, kernel_error(policy->kernel)) : 0;
}

static int by_links(const struct policy *policy, int result,
		    struct policy_answer *answer)
{
	return result ? refuse(answer, result, xfrm_links_error(policy->links)) :
			0;
}

static int not_configured(struct policy_answer *answer)
{
	return refuse(answer, -EACCES, "it is not in the configuration");
}

/* The kernel forgets, with its module, which socket it was, and the quota. */
static int authorise(struct policy *policy, struct policy_answer *answer)
{
	char error[POLICY_ERROR_SIZE];
	int result;

	if (!kernel_reopen(policy->kernel, error, sizeof(error)))
		return refuse(answer, -ENOTCONN, error);
	result = by_kernel(policy,
			   kernel_authorise(policy->kernel, policy->socket),
			   answer);
	if (result)
		return result;
	result = policy_set_quota(policy, error, sizeof(error));
	return result ? refuse(answer, result, error) : 0;
}

static int set_connection(struct policy *policy, const struct policy_ask *ask,
			  struct policy_answer *answer)
{
	struct config_pair *configs = policy->configs;
	const struct connection_config *connection =
		config_index_find(ask->next ? &configs->next_by_name :
					      &configs->by_name,
				  ask->connection);

	if (!connection)
		return not_configured(answer);
	if (!config_pair_use_keys(configs, ask->next))
		return refuse(answer, -ENOKEY, "cannot change keyrings");
	return by_kernel(policy, connection_set(policy->kernel, connection,
						ask->next), answer);
}

/* Also one that the helper does not know of any more. */
static int delete_connection(struct policy *policy,
			     const struct policy_ask *ask,
			     struct policy_answer *answer)
{
	if (!config_index_find(&policy->configs->by_name, ask->connection) &&
	    !config_index_find(&policy->configs->next_by_name, ask->connection))
		return not_configured(answer);
	return by_kernel(policy, kernel_connection_del(policy->kernel,
						       ask->connection), answer);
}

static const struct child_config *find_child(const struct config_index *index,
					     const struct policy_ask *ask)
{
	const struct connection_config *connection =
		config_index_find(index, ask->connection);

	return connection ? connection_child(connection, ask->child) : NULL;
}

/*
 * The addresses are the helper's to say: they decide by which ESP SA a packet leaves that
 * has met the trap, and where there is none between them it waits.
 */
static int set_trap(struct policy *policy, const struct policy_ask *ask,
		    struct policy_answer *answer)
{
	const struct child_config *child =
		find_child(&policy->configs->next_by_name, ask);
	struct kernel_trap trap = { .transport = ask->transport };
	struct path path = { 0 };

	if (!child)
		child = find_child(&policy->configs->by_name, ask);
	if (!child)
		return not_configured(answer);
	if (ask->transport && child->mode != MODE_TRANSPORT)
		return refuse(answer, -EACCES, "it is of tunnel mode");
	endpoint_set(&path.local, ask->family, ask->local, 0);
	endpoint_set(&path.remote, ask->family, ask->remote, 0);
	trap.config = child;
	endpoint_address(&path.local, &trap.local);
	endpoint_address(&path.remote, &trap.remote);
	return by_kernel(policy, kernel_trap_set(policy->kernel, &trap,
						 &answer->value), answer);
}

static bool names_link(const struct config *config, const char *name,
		       uint32_t if_id)
{
	const struct connection_config *connection =
		config ? config->connections : NULL;

	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (connection->children[i].if_id_out == if_id &&
			    !strcmp(connection->children[i].xfrm_interface, name))
				return true;
	return false;
}

static bool may_have_link(const struct policy *policy, const char *name,
			  uint32_t if_id)
{
	return names_link(policy->configs->next, name, if_id) ||
	       names_link(policy->configs->now, name, if_id);
}

struct search {
	int index;
	struct xfrm_link link; /* index 0: there is none */
};

static void take_link(const struct xfrm_link *link, void *arg)
{
	struct search *search = arg;

	if (link->index == search->index)
		search->link = *link;
}

/* Return: whether it is one that was made here, or by a pqike before this one. */
static bool find_own(const struct policy *policy, int index,
		     struct xfrm_link *link)
{
	struct search search = { .index = index };

	if (xfrm_links_dump(policy->links, take_link, &search))
		return false;
	*link = search.link;
	return link->marked && !strcmp(link->kind, XFRM_LINK_KIND);
}

static int make_link(const struct policy *policy, const struct policy_ask *ask,
		     struct policy_answer *answer)
{
	struct xfrm_link link;

	if (!may_have_link(policy, ask->interface, ask->if_id))
		return not_configured(answer);
	return by_links(policy, xfrm_link_make(policy->links, ask->interface,
					       ask->if_id, &link), answer);
}

static int renumber_link(const struct policy *policy,
			 const struct policy_ask *ask,
			 struct policy_answer *answer)
{
	struct xfrm_link link;

	if (!find_own(policy, ask->index, &link) ||
	    !may_have_link(policy, link.name, ask->if_id))
		return not_configured(answer);
	return by_links(policy, xfrm_link_renumber(policy->links, ask->index,
						   ask->if_id), answer);
}

static int remove_link(const struct policy *policy,
		       const struct policy_ask *ask,
		       struct policy_answer *answer)
{
	struct xfrm_link link;

	if (!find_own(policy, ask->index, &link))
		return refuse(answer, -EACCES, "it was not made by pqike");
	return by_links(policy, xfrm_link_remove(policy->links, ask->index),
			answer);
}

static bool has_name(const struct config *config, const char *name)
{
	const struct connection_config *connection =
		config ? config->connections : NULL;

	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_remote_names; i++)
			if (!strcmp(connection->remote_names[i].text, name))
				return true;
	return false;
}

static int resolve(struct policy *policy, const struct policy_ask *ask,
		   struct policy_answer *answer, int *given)
{
	if (!has_name(policy->configs->next, ask->name) &&
	    !has_name(policy->configs->now, ask->name))
		return not_configured(answer);
	*given = lookups_begin(&policy->lookups, ask->name, answer->error,
			       sizeof(answer->error));
	return *given < 0 ? -EAGAIN : 0;
}

static int carry_out(struct policy *policy, const struct policy_ask *ask,
		     struct policy_answer *answer, int *given)
{
	switch (ask->type) {
	case POLICY_AUTHORISE:
		return authorise(policy, answer);
	case POLICY_CONNECTION_SET:
		return set_connection(policy, ask, answer);
	case POLICY_CONNECTION_DEL:
		return delete_connection(policy, ask, answer);
	case POLICY_TRAP_SET:
		return set_trap(policy, ask, answer);
	case POLICY_TRAP_DEL:
		return by_kernel(policy, kernel_trap_del(policy->kernel,
							 ask->reqid), answer);
	case POLICY_LINK_MAKE:
		return make_link(policy, ask, answer);
	case POLICY_LINK_RENUMBER:
		return renumber_link(policy, ask, answer);
	case POLICY_LINK_REMOVE:
		return remove_link(policy, ask, answer);
	default:
		return resolve(policy, ask, answer, given);
	}
}

int policy_serve(struct policy *policy, const struct policy_ask *ask,
		 struct policy_answer *answer)
{
	int given = -1;

	*answer = (struct policy_answer){ .version = POLICY_ASK_VERSION };
	answer->result = carry_out(policy, ask, answer, &given);
	return given;
}
