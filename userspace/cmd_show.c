// SPDX-License-Identifier: GPL-2.0
/*
 * pqike show: asks the kernel, so it needs no running helper; but one that runs
 * is asked for the messages that it has refused.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "control.h"
#include "show.h"
#include "xfrm_errors.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "statistics", no_argument, NULL, 's' },
	{ "control", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

struct collection {
	struct show show;
	const char *name; /* of the only connection; NULL: all */
	bool out_of_memory;
};

static int fail(const char *what)
{
	fprintf(stderr, "pqike: %s\n", what);
	return EXIT_FAILURE;
}

static void collect_connection(const struct kernel_connection *connection,
			       void *arg)
{
	struct collection *collection = arg;
	struct show *show = &collection->show;
	struct kernel_connection *grown;

	if (collection->name && strcmp(collection->name, connection->name) != 0)
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
	struct show *show = &collection->show;
	struct kernel_child_sa *child_sas;
	struct kernel_ike_sa *grown;

	if (collection->name && strcmp(collection->name, ike_sa->connection) != 0)
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

static void collect_link(const struct xfrm_link *link, void *arg)
{
	struct collection *collection = arg;
	struct show *show = &collection->show;
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
	const struct show *show = &collection->show;
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
	return status;
}

static void free_show(struct show *show)
{
	free(show->links);
	for (size_t i = 0; i < show->n_ike_sas; i++)
		free((void *)show->ike_sas[i].child_sas);
	free(show->ike_sas);
	free(show->connections);
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
	};

	show->helper_runs = control_is_served(path);
	return show->helper_runs ? cmd_ask(path, "statistics", &listener) :
				   EXIT_SUCCESS;
}

static bool is_empty(const struct show *show)
{
	return !show->n_connections && !show->n_ike_sas;
}

static int collect_and_print(struct kernel *kernel,
			     struct collection *collection, bool json)
{
	if (kernel_connection_dump(kernel, collect_connection, collection) ||
	    kernel_ike_sa_dump(kernel, collect_ike_sa, collection))
		return fail(kernel_error(kernel));
	if (collect_links(collection))
		return EXIT_FAILURE;
	if (collection->out_of_memory)
		return fail("out of memory");
	if (collection->name && is_empty(&collection->show)) {
		fprintf(stderr, "pqike: the kernel has no connection %s\n",
			collection->name);
		return EXIT_FAILURE;
	}
	if (!json)
		show_text(&collection->show, stdout, isatty(STDOUT_FILENO));
	else if (!show_json(&collection->show, stdout))
		return fail("out of memory");
	if (fflush(stdout) || ferror(stdout))
		return fail("cannot write to standard output");
	return EXIT_SUCCESS;
}

int cmd_show(int argc, char **argv)
{
	struct collection collection = { .out_of_memory = false };
	struct show *show = &collection.show;
	const char *path = CONTROL_PATH;
	struct kernel *kernel;
	bool json = false;
	char error[512];
	int option, status;

	while ((option = getopt_long(argc, argv, "js", long_options,
				     NULL)) != -1) {
		if (option == 'j')
			json = true;
		else if (option == 's')
			show->statistics = true;
		else if (option == 'c')
			path = optarg;
		else
			return cmd_usage("show");
	}
	if (argc - optind > 1)
		return cmd_usage("show");
	collection.name = argv[optind]; /* NULL after the last */
	if (show->statistics &&
	    !xfrm_errors_read(XFRM_STAT_PATH, &show->errors))
		return fail("cannot read " XFRM_STAT_PATH);
	if (show->statistics && ask_helper(path, show))
		return EXIT_FAILURE;
	kernel = kernel_open(error, sizeof(error));
	if (!kernel) {
		fprintf(stderr, "pqike: %s\n", error);
		return EXIT_FAILURE;
	}
	status = collect_and_print(kernel, &collection, json);
	free_show(show);
	kernel_close(kernel);
	return status;
}
