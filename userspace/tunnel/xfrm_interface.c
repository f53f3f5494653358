// SPDX-License-Identifier: GPL-2.0
#include "tunnel/xfrm_interface.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kernel/xfrm_link.h"
#include "kernel/xfrm_link_list.h"
#include "tunnel/config_if_id.h"

/* Milliseconds before one that could not be made anew is tried again. */
#define RETRY 10000

#define ERROR_MAX 384

struct xfrm_interface {
	struct xfrm_interface *next;
	struct index_link by_name;
	struct index_link by_index; /* where it was ever there */
	char name[IFNAMSIZ];
	uint32_t if_id;
	int index; /* 0: it was never there */
	bool made; /* by this helper or one before it */
	bool failure_logged;
	bool needed; /* while xfrm_interfaces_release() looks */
	/* Until xfrm_interfaces_make() is done: */
	bool is_new; /* in the list */
	bool made_now;
	bool renumbered_now;
	uint32_t if_id_before; /* 0: the same */
};

struct xfrm_interfaces {
	struct xfrm_links *links;
	struct xfrm_interface *list;
	struct index by_name;
	struct index by_index;
	struct timer timer;
};

static void retry(struct ike *ike, struct timer *timer)
{
	(void)timer;
	xfrm_interfaces_check(ike);
}

struct xfrm_interfaces *xfrm_interfaces_open(char *error, size_t error_size)
{
	struct xfrm_interfaces *interfaces = calloc(1, sizeof(*interfaces));

	if (!interfaces) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	interfaces->timer.expired = retry;
	interfaces->links = xfrm_links_open(error, error_size);
	if (interfaces->links)
		return interfaces;
	free(interfaces);
	return NULL;
}

/* @place: where it stands in the list */
static void drop(struct xfrm_interfaces *interfaces, struct xfrm_interface **place)
{
	struct xfrm_interface *interface = *place;

	*place = interface->next;
	index_remove(&interfaces->by_name, &interface->by_name);
	index_remove(&interfaces->by_index, &interface->by_index);
	free(interface);
}

void xfrm_interfaces_close(struct xfrm_interfaces *interfaces)
{
	if (!interfaces)
		return;
	while (interfaces->list)
		drop(interfaces, &interfaces->list);
	index_clear(&interfaces->by_name);
	index_clear(&interfaces->by_index);
	xfrm_links_close(interfaces->links);
	free(interfaces);
}

bool xfrm_interfaces_number(struct ike *ike, struct config *config, char *error,
			    size_t error_size)
{
	return !config_lacks_if_ids(config) ||
	       config_number_interfaces(config, ike->interfaces->links, error,
					error_size);
}

/* Who has an if_id, which the kernel does not say. */
struct owner {
	uint32_t if_id;
	char name[IFNAMSIZ]; /* "": nobody */
	bool marked;
};

static void note_owner(const struct xfrm_link *link, void *arg)
{
	struct owner *owner = arg;

	if (link->if_id != owner->if_id)
		return;
	memcpy(owner->name, link->name, sizeof(owner->name));
	owner->marked = link->marked;
}

static void explain(struct xfrm_links *links,
		    const struct xfrm_interface *interface, int result,
		    char *error, size_t error_size)
{
	struct owner owner = { .if_id = interface->if_id };
	char why[ERROR_MAX];

	snprintf(why, sizeof(why), "%s", xfrm_links_error(links));
	if (result == -EEXIST && !xfrm_links_dump(links, note_owner, &owner) &&
	    *owner.name)
		snprintf(why, sizeof(why), "if_id %" PRIu32 " is that of interface %s%s",
			 interface->if_id, owner.name,
			 owner.marked ? ", which a reload without it removes" : "");
	snprintf(error, error_size, "xfrm interface %s: %s", interface->name,
		 why);
}

static uint32_t hash_index(int index)
{
	return hash_octets(&index, sizeof(index), 0);
}

static void set_index(struct xfrm_interfaces *interfaces,
		      struct xfrm_interface *interface, int index)
{
	index_remove(&interfaces->by_index, &interface->by_index);
	interface->index = index;
	index_put_first(&interfaces->by_index, &interface->by_index,
			hash_index(index));
}

/* Return: 0, or a negative errno after it has said what is wrong. */
static int make_new(struct xfrm_interfaces *interfaces,
		    struct xfrm_interface *interface, char *error,
		    size_t error_size)
{
	struct xfrm_links *links = interfaces->links;
	struct xfrm_link link;
	int result = xfrm_link_make(links, interface->name, interface->if_id,
				    &link);

	if (result) {
		explain(links, interface, result, error, error_size);
		return result;
	}
	set_index(interfaces, interface, link.index);
	interface->made = true;
	interface->made_now = true;
	log_line("made the xfrm interface %s, if_id %" PRIu32, interface->name,
		 interface->if_id);
	return 0;
}

static bool use(struct xfrm_interfaces *interfaces,
		struct xfrm_interface *interface,
		const struct xfrm_link *link, char *error, size_t error_size)
{
	struct xfrm_links *links = interfaces->links;
	bool made = link->marked ||
		    (interface->made && interface->index == link->index);
	int result;

	if (strcmp(link->kind, XFRM_LINK_KIND) != 0) {
		snprintf(error, error_size,
			 "xfrm interface %s: there is an interface of this name, of kind %s: expected none, or one of kind xfrm",
			 interface->name, *link->kind ? link->kind : "device");
		return false;
	}
	if (link->if_id != interface->if_id && !made) {
		snprintf(error, error_size,
			 "xfrm interface %s: there is one of this name with if_id %u, not made by pqike: expected none, or one with if_id %u",
			 interface->name, link->if_id, interface->if_id);
		return false;
	}
	if (link->if_id != interface->if_id) {
		result = xfrm_link_renumber(links, link->index,
					    interface->if_id);
		if (result) {
			explain(links, interface, result, error, error_size);
			return false;
		}
		interface->renumbered_now = true;
		log_line("the xfrm interface %s has if_id %" PRIu32 " from now on",
			 interface->name, interface->if_id);
	}
	set_index(interfaces, interface, link->index);
	interface->made = made;
	return true;
}

/* Have an interface be there with its if_id. */
static bool bring(struct xfrm_interfaces *interfaces,
		  struct xfrm_interface *interface, char *error,
		  size_t error_size)
{
	struct xfrm_links *links = interfaces->links;
	struct xfrm_link link;
	int result = xfrm_link_find(links, interface->name, &link);

	if (result == -ENODEV)
		result = make_new(interfaces, interface, error, error_size);
	else if (result)
		explain(links, interface, result, error, error_size);
	else
		return use(interfaces, interface, &link, error, error_size);
	return !result;
}

static struct xfrm_interface *find(const struct xfrm_interfaces *interfaces,
				   const char *name)
{
	const struct index_link *link = index_first(&interfaces->by_name,
						    hash_text(name, 0));

	for (; link; link = link->next) {
		struct xfrm_interface *interface =
			index_owner(link, struct xfrm_interface, by_name);

		if (!strcmp(interface->name, name))
			return interface;
	}
	return NULL;
}

static struct xfrm_interface *add(struct xfrm_interfaces *interfaces,
				  const char *name)
{
	struct xfrm_interface *interface = calloc(1, sizeof(*interface));

	if (!interface)
		return NULL;
	snprintf(interface->name, sizeof(interface->name), "%s", name);
	interface->is_new = true;
	interface->next = interfaces->list;
	interfaces->list = interface;
	index_put_first(&interfaces->by_name, &interface->by_name,
			hash_text(name, 0));
	return interface;
}

static void say_whose(const struct xfrm_interface *interface)
{
	if (interface->made_now)
		return;
	log_line(interface->made ?
			 "took over the xfrm interface %s, if_id %" PRIu32 :
			 "the xfrm interface %s, if_id %" PRIu32 ", was there: it is used, and left in the end",
		 interface->name, interface->if_id);
}

static bool make_for(struct xfrm_interfaces *interfaces,
		     const struct child_config *child, char *error,
		     size_t error_size)
{
	struct xfrm_interface *interface = find(interfaces,
						child->xfrm_interface);

	if (interface && interface->if_id == child->if_id_out)
		return true;
	if (!interface)
		interface = add(interfaces, child->xfrm_interface);
	if (!interface) {
		snprintf(error, error_size, "out of memory");
		return false;
	}
	interface->if_id_before = interface->if_id;
	interface->if_id = child->if_id_out;
	if (!bring(interfaces, interface, error, error_size))
		return false;
	if (interface->is_new)
		say_whose(interface);
	return true;
}

/* Return: whether it is gone, or was to be left. */
static bool remove_made(struct xfrm_interfaces *interfaces,
			const struct xfrm_interface *interface)
{
	if (!interface->made)
		return true;
	if (xfrm_link_remove(interfaces->links, interface->index)) {
		log_warning("the xfrm interface %s stays: %s", interface->name,
			    xfrm_links_error(interfaces->links));
		return false;
	}
	log_line("removed the xfrm interface %s", interface->name);
	return true;
}

/* What refused another if_id is not touched: it may be an operator's. */
static void undo_one(struct xfrm_interfaces *interfaces,
		     struct xfrm_interface *interface)
{
	if (interface->if_id_before)
		interface->if_id = interface->if_id_before;
	if (interface->made_now)
		remove_made(interfaces, interface);
	else if (interface->if_id_before && interface->renumbered_now &&
		 xfrm_link_renumber(interfaces->links, interface->index,
				    interface->if_id))
		log_warning("the xfrm interface %s stays as it was to be: %s",
			    interface->name,
			    xfrm_links_error(interfaces->links));
}

/* Those that are new leave the list again when @undo is set. */
static void conclude(struct xfrm_interfaces *interfaces, bool undo)
{
	struct xfrm_interface **place = &interfaces->list;

	while (*place) {
		struct xfrm_interface *interface = *place;
		bool leaves = undo && interface->is_new;

		if (undo)
			undo_one(interfaces, interface);
		interface->is_new = false;
		interface->made_now = false;
		interface->renumbered_now = false;
		interface->if_id_before = 0;
		if (leaves)
			drop(interfaces, place);
		else
			place = &interface->next;
	}
}

bool xfrm_interfaces_make(struct ike *ike, const struct config *config,
			  char *error, size_t error_size)
{
	const struct connection_config *connection = config->connections;
	bool ok = true;

	for (; ok && connection; connection = connection->next) {
		for (size_t i = 0; ok && i < connection->n_children; i++) {
			const struct child_config *child =
				&connection->children[i];

			ok = !*child->xfrm_interface ||
			     make_for(ike->interfaces, child, error,
				      error_size);
		}
	}
	if (ike->interfaces)
		conclude(ike->interfaces, !ok);
	return ok;
}

static void note_needed(const struct xfrm_interfaces *interfaces,
			const struct connection_config *connection)
{
	struct xfrm_interface *interface;

	for (; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++) {
			interface = find(interfaces,
					 connection->children[i].xfrm_interface);
			if (interface)
				interface->needed = true;
		}
}

void xfrm_interfaces_release(struct ike *ike)
{
	struct xfrm_interface **place;

	if (!ike->interfaces)
		return;
	note_needed(ike->interfaces, ike->config->connections);
	note_needed(ike->interfaces, ike->config->retired);
	place = &ike->interfaces->list;
	while (*place) {
		struct xfrm_interface *interface = *place;

		if (interface->needed) {
			interface->needed = false;
			place = &interface->next;
			continue;
		}
		remove_made(ike->interfaces, interface);
		drop(ike->interfaces, place);
	}
}

/* The names of interfaces that a configuration has. */
struct interface_names {
	const char **list; /* array of n, sorted */
	size_t n;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Return: false without memory.  The list is to be freed in any case. */
static bool list_names(struct interface_names *names,
		       const struct connection_config *connections)
{
	const struct connection_config *connection;
	size_t n = 0;

	for (connection = connections; connection; connection = connection->next)
		n += connection->n_children;
	names->list = (const char **)calloc(n + 1, sizeof(*names->list));
	if (!names->list)
		return false;
	for (connection = connections; connection; connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			names->list[names->n++] =
				connection->children[i].xfrm_interface;
	qsort((void *)names->list, n, sizeof(*names->list), compare_names);
	return true;
}

static bool has_name(const struct interface_names *names, const char *name)
{
	return names->n && bsearch((const void *)&name, (const void *)names->list, names->n,
				   sizeof(*names->list), compare_names);
}

void xfrm_interfaces_remove_leftovers(struct ike *ike)
{
	struct xfrm_links *kernel = ike->interfaces->links;
	struct interface_names names = { 0 };
	struct xfrm_link_list links = { 0 };
	char error[ERROR_MAX];

	if (!list_names(&names, ike->config->connections))
		log_warning("cannot list interfaces: out of memory");
	else if (!xfrm_link_list_read(kernel, &links, error, sizeof(error)))
		log_warning("%s", error);
	for (size_t i = 0; i < links.n; i++) {
		const struct xfrm_link *link = &links.list[i];

		if (!link->marked || strcmp(link->kind, XFRM_LINK_KIND) != 0 ||
		    has_name(&names, link->name))
			continue;
		if (!xfrm_link_remove(kernel, link->index))
			log_line("removed the xfrm interface %s, left by a helper that is no more",
				 link->name);
	}
	free((void *)names.list);
	free(links.list);
}

/* One that is not there any more is made anew. */
static void check(struct ike *ike, struct xfrm_interface *interface)
{
	struct xfrm_interfaces *interfaces = ike->interfaces;
	int index = interface->index;
	char error[ERROR_MAX];

	if (!bring(interfaces, interface, error, sizeof(error))) {
		if (!interface->failure_logged)
			log_warning("%s", error);
		interface->failure_logged = true;
		timer_set(&ike->timers, &interfaces->timer,
			  clock_now() + RETRY);
		return;
	}
	interface->failure_logged = false;
	if (interface->made_now)
		log_warning("the xfrm interface %s was gone, with its addresses and routes: it is another now",
			    interface->name);
	else if (interface->index != index)
		say_whose(interface);
	interface->made_now = false;
	interface->renumbered_now = false;
}

void xfrm_interfaces_check(struct ike *ike)
{
	struct xfrm_interface *interface = ike->interfaces->list;

	for (; interface && !ike->stopping; interface = interface->next)
		check(ike, interface);
}

static struct xfrm_interface *find_index(const struct xfrm_interfaces *interfaces,
					 int index)
{
	const struct index_link *link = index_first(&interfaces->by_index,
						    hash_index(index));

	for (; link; link = link->next) {
		struct xfrm_interface *interface =
			index_owner(link, struct xfrm_interface, by_index);

		if (interface->index == index)
			return interface;
	}
	return NULL;
}

void xfrm_interfaces_event(struct ike *ike, const struct link_event *event)
{
	struct xfrm_interface *was = find_index(ike->interfaces, event->index);
	struct xfrm_interface *is = find(ike->interfaces, event->name);

	if (was && !ike->stopping && (event->gone || was != is))
		check(ike, was);
	if (is && is != was && !ike->stopping && !event->gone)
		check(ike, is);
}

void xfrm_interfaces_end(struct ike *ike)
{
	struct xfrm_interfaces *interfaces = ike->interfaces;

	while (interfaces->list) {
		struct xfrm_interface *interface = interfaces->list;

		remove_made(interfaces, interface);
		drop(interfaces, &interfaces->list);
	}
}
