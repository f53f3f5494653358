// SPDX-License-Identifier: GPL-2.0
/*
 * What there is to be shown: the kernel is asked, so that no helper needs to run; but one
 * that runs is asked for what it knows beside, and for the messages that it has refused.
 */
#include "cli/show_collect.h"

#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cmd.h"
#include "helper/control.h"

/* A helper that hangs is not to hide what the kernel holds. */
#define PATIENCE 5

struct collection {
	struct show *show;
	const char *name; /* of the only connection; NULL: all */
	bool out_of_memory;
};

static int fail(const char *what)
{
	fprintf(stderr, "pqike: %s\n", what);
	return EXIT_FAILURE;
}

/* Return: whether it is what was asked for, or of the peers of one section. */
static bool is_asked_for(const struct collection *collection, const char *name)
{
	size_t len = collection->name ? strlen(collection->name) : 0;

	return !collection->name ||
	       (!strncmp(name, collection->name, len) &&
		(!name[len] || name[len] == '@'));
}

static void collect_connection(const struct kernel_connection *connection,
			       void *arg)
{
	struct collection *collection = arg;
	struct show *show = collection->show;
	struct kernel_connection *grown;

	if (!is_asked_for(collection, connection->name))
		return;
	grown = realloc(show->connections,
			(show->n_connections + 1) * sizeof(*grown));
	if (!grown) {
		collection->out_of_memory = true;
		return;
	}
	show->connections = grown;
	grown[show->n_connections++] = *connection;
}

static void collect_ike_sa(const struct kernel_ike_sa *ike_sa, void *arg)
{
	struct collection *collection = arg;
	struct show *show = collection->show;
	struct kernel_child_sa *child_sas;
	struct kernel_ike_sa *grown;

	if (!is_asked_for(collection, ike_sa->connection))
		return;
	grown = realloc(show->ike_sas, (show->n_ike_sas + 1) * sizeof(*grown));
	if (grown)
		show->ike_sas = grown;
	child_sas = calloc(ike_sa->n_child_sas + 1, sizeof(*child_sas));
	if (!grown || !child_sas) {
		free(child_sas);
		collection->out_of_memory = true;
		return;
	}
	for (size_t i = 0; i < ike_sa->n_child_sas; i++)
		child_sas[i] = ike_sa->child_sas[i];
	grown[show->n_ike_sas] = *ike_sa;
	grown[show->n_ike_sas++].child_sas = child_sas;
}

static void collect_stats(const struct kernel_stats *stats, void *arg)
{
	struct collection *collection = arg;
	struct show *show = collection->show;
	struct kernel_stats *grown = reallocarray(show->ike_sa_stats,
						  show->n_ike_sa_stats + 1,
						  sizeof(*grown));

	if (!grown) {
		collection->out_of_memory = true;
		return;
	}
	show->ike_sa_stats = grown;
	grown[show->n_ike_sa_stats++] = *stats;
}

static int compare_ids(const void *a, const void *b)
{
	const struct kernel_stats *first = a, *second = b;

	return (first->id > second->id) - (first->id < second->id);
}

/* An IKE SA that is newer than they are has none. */
static const struct kernel_stats *find_stats(const struct show *show, uint32_t id)
{
	const struct kernel_stats sought = { .id = id };

	return show->n_ike_sa_stats ?
		       bsearch(&sought, show->ike_sa_stats, show->n_ike_sa_stats,
			       sizeof(sought), compare_ids) : NULL;
}

static void collect_link(const struct xfrm_link *link, void *arg)
{
	struct collection *collection = arg;
	struct show *show = collection->show;
	struct xfrm_link *grown;

	if (!link->if_id)
		return;
	grown = reallocarray(show->links, show->n_links + 1, sizeof(*grown));
	if (!grown) {
		collection->out_of_memory = true;
		return;
	}
	show->links = grown;
	grown[show->n_links++] = *link;
}

static bool has_if_ids(const struct kernel_ike_sa *sa)
{
	for (size_t i = 0; i < sa->n_child_sas; i++)
		if (sa->child_sas[i].if_id_in || sa->child_sas[i].if_id_out)
			return true;
	return false;
}

/* The names of interfaces, where any Child SA has one.  Return: the exit status. */
static int collect_links(struct collection *collection)
{
	const struct show *show = collection->show;
	int status = EXIT_SUCCESS;
	struct xfrm_links *links;
	char error[256];
	size_t i = 0;

	while (i < show->n_ike_sas && !has_if_ids(&show->ike_sas[i]))
		i++;
	if (i == show->n_ike_sas)
		return EXIT_SUCCESS;
	links = xfrm_links_open(error, sizeof(error));
	if (!links)
		return fail(error);
	if (xfrm_links_dump(links, collect_link, collection))
		status = fail(xfrm_links_error(links));
	xfrm_links_close(links);
	show_sort_links(collection->show->links, show->n_links);
	return status;
}

static void take_counter(const char *line, void *arg)
{
	message_counters_read(arg, line);
}

/* Return: the exit status. */
static int ask_helper(const char *path, struct show *show)
{
	const struct control_listener listener = {
		.answer = take_counter, .arg = &show->refused,
		.seconds = PATIENCE,
	};

	show->helper_runs = control_is_served(path);
	return show->helper_runs ? cmd_ask(path, "statistics", &listener) :
				   EXIT_SUCCESS;
}

struct told {
	const struct kernel_ike_sa *sa;
	struct show_ike_sa *more;
};

static void take_told(const char *line, void *arg)
{
	const struct told *told = arg;
	struct status_child_sa child;

	if (status_ike_sa_read(&told->more->told, line) ||
	    !status_child_sa_read(&child, line))
		return;
	for (size_t i = 0; i < told->sa->n_child_sas; i++)
		if (told->sa->child_sas[i].spi_in == child.spi_in)
			told->more->children[i].told = child;
}

/*
 * What is not told is not shown.
 *
 * Return: whether it was: a helper of another version need not be asked again.
 */
static bool ask_about(const char *path, const struct kernel_ike_sa *sa,
		      struct show_ike_sa *more)
{
	struct told told = { sa, more };
	const struct control_listener listener = {
		.answer = take_told, .arg = &told, .seconds = PATIENCE,
	};
	char request[24], error[CONTROL_RECORD_MAX];

	snprintf(request, sizeof(request), "sa %" PRIu32, sa->id);
	return !control_request(path, request, &listener, error, sizeof(error));
}

struct told_children {
	struct show_connection *connection;
	bool out_of_memory;
};

static void take_child(const char *line, void *arg)
{
	struct told_children *told = arg;
	struct show_connection *connection = told->connection;
	struct status_configured child, *grown;

	if (!status_configured_read(&child, line))
		return;
	grown = reallocarray(connection->children, connection->n_children + 1,
			     sizeof(*grown));
	if (!grown) {
		told->out_of_memory = true;
		return;
	}
	connection->children = grown;
	grown[connection->n_children++] = child;
}

/* Return: false when out of memory. */
static bool ask_about_children(struct show *show, const char *path)
{
	bool asks = control_is_served(path);

	show->configured = calloc(show->n_connections + 1,
				  sizeof(*show->configured));
	for (size_t i = 0; show->configured && asks && i < show->n_connections;
	     i++) {
		struct told_children told = { &show->configured[i], false };
		const struct control_listener listener = {
			.answer = take_child, .arg = &told, .seconds = PATIENCE,
		};
		char request[CONNECTION_NAME_MAX + 16];
		char error[CONTROL_RECORD_MAX];

		snprintf(request, sizeof(request), "children %s",
			 show->connections[i].name);
		asks = !control_request(path, request, &listener, error,
					sizeof(error));
		show->configured[i].told = asks;
		if (told.out_of_memory)
			return false;
	}
	return show->configured;
}

static void read_states(struct mnl_socket *xfrm, const struct kernel_ike_sa *sa,
			struct show_ike_sa *more)
{
	for (size_t i = 0; i < sa->n_child_sas; i++) {
		const struct kernel_child_sa *child = &sa->child_sas[i];

		if (!child->installed)
			continue;
		xfrm_state_read(xfrm, &child->remote_address,
				&child->local_address, child->spi_in,
				&more->children[i].in);
		xfrm_state_read(xfrm, &child->local_address,
				&child->remote_address, child->spi_out,
				&more->children[i].out);
	}
}

/* Return: false when out of memory. */
static bool find_more(struct show *show, const char *path)
{
	struct mnl_socket *xfrm = show->details ? xfrm_states_open() : NULL;
	bool asks = show->details && control_is_served(path), ok = true;

	show->now = (uint64_t)time(NULL);
	show->more = calloc(show->n_ike_sas + 1, sizeof(*show->more));
	for (size_t i = 0; show->more && i < show->n_ike_sas; i++) {
		const struct kernel_ike_sa *sa = &show->ike_sas[i];
		struct show_ike_sa *more = &show->more[i];

		more->children = calloc(sa->n_child_sas + 1,
					sizeof(*more->children));
		if (!more->children) {
			ok = false;
			break;
		}
		more->stats = find_stats(show, sa->id);
		asks = asks && ask_about(path, sa, more);
		if (xfrm)
			read_states(xfrm, sa, more);
	}
	if (xfrm)
		mnl_socket_close(xfrm);
	return show->more && ok;
}

static bool is_empty(const struct show *show)
{
	return !show->n_connections && !show->n_ike_sas;
}

static bool collect_statistics(struct kernel *kernel,
			       struct collection *collection)
{
	struct show *show = collection->show;

	return !show->statistics ||
	       (!kernel_quota_set(kernel, NULL, &show->usage) &&
		!kernel_stats_get(kernel, &show->stats) &&
		!kernel_stats_dump(kernel, collect_stats, collection));
}

/* Return: the exit status. */
static int collect(struct kernel *kernel, struct collection *collection,
		   const char *path)
{
	struct show *show = collection->show;

	if (kernel_connection_dump(kernel, collect_connection, collection) ||
	    kernel_ike_sa_dump(kernel, collect_ike_sa, collection) ||
	    !collect_statistics(kernel, collection))
		return fail(kernel_error(kernel));
	if (show->details && collect_links(collection))
		return EXIT_FAILURE;
	if (collection->out_of_memory)
		return fail("out of memory");
	if (collection->name && is_empty(show)) {
		fprintf(stderr, "pqike: the kernel has no connection %s\n",
			collection->name);
		return EXIT_FAILURE;
	}
	if (!find_more(show, path) || !ask_about_children(show, path))
		return fail("out of memory");
	return EXIT_SUCCESS;
}

int show_collect(struct show *show, const char *name, const char *path)
{
	struct collection collection = { show, name, false };
	struct kernel *kernel;
	char error[512];
	int status;

	if (show->statistics &&
	    !xfrm_errors_read(XFRM_STAT_PATH, &show->errors))
		return fail("cannot read " XFRM_STAT_PATH);
	if (show->statistics && ask_helper(path, show))
		return EXIT_FAILURE;
	kernel = kernel_open(error, sizeof(error));
	if (!kernel)
		return fail(error);
	status = collect(kernel, &collection, path);
	kernel_close(kernel);
	return status;
}

void show_free(struct show *show)
{
	free(show->links);
	for (size_t i = 0; i < show->n_ike_sas; i++)
		free((void *)show->ike_sas[i].child_sas);
	for (size_t i = 0; show->more && i < show->n_ike_sas; i++)
		free(show->more[i].children);
	free(show->more);
	free(show->ike_sa_stats);
	free(show->ike_sas);
	for (size_t i = 0; show->configured && i < show->n_connections; i++)
		free(show->configured[i].children);
	free(show->configured);
	free(show->connections);
}
