// SPDX-License-Identifier: GPL-2.0
/* Whether the xfrm interfaces of the configuration are there or can be made. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/check.h"
#include "kernel/kernel_module.h"
#include "kernel/xfrm_link.h"

#define MODULE "xfrm_interface"

struct search {
	uint32_t if_id;
	bool found;
};

static void compare(const struct xfrm_link *link, void *arg)
{
	struct search *search = arg;

	search->found |= link->if_id == search->if_id;
}

/* Of a name: that nothing else has it. */
static bool check_named(struct xfrm_links *links,
			const struct child_config *child,
			struct check_result *result)
{
	struct xfrm_link link;
	int error = xfrm_link_find(links, child->xfrm_interface, &link);

	if (error == -ENODEV)
		return true;
	if (error) {
		check_say(result, CHECK_WARNING, "cannot see interface %s: %s",
			  child->xfrm_interface, xfrm_links_error(links));
		check_remedy(result, "run pqike check as root");
		return false;
	}
	if (strcmp(link.kind, XFRM_LINK_KIND) != 0) {
		check_say(result, CHECK_FAILED, "child %s: %s is an interface "
			  "of kind %s", child->name, link.name,
			  *link.kind ? link.kind : "device");
		check_remedy(result, "xfrm_interface = another name");
		return false;
	}
	if (link.marked || !child->if_id_out || child->if_id_out == link.if_id)
		return true;
	check_say(result, CHECK_FAILED, "child %s: %s has if_id %" PRIu32
		  ", not %" PRIu32, child->name, link.name, link.if_id,
		  child->if_id_out);
	check_remedy(result, "ip link del %s, or if_id_in = if_id_out = %"
		     PRIu32, link.name, link.if_id);
	return false;
}

/* Of a number: that an interface has it, which the operator is to make. */
static bool check_numbered(struct xfrm_links *links,
			   const struct child_config *child,
			   struct check_result *result)
{
	struct search search = { .if_id = child->if_id_out };

	if (!search.if_id || xfrm_links_dump(links, compare, &search) ||
	    search.found)
		return true;
	check_say(result, CHECK_WARNING, "child %s: no interface has if_id %"
		  PRIu32, child->name, search.if_id);
	check_remedy(result, "xfrm_interface = ipsec0 has one made; or ip link "
		     "add ipsec0 type xfrm if_id %" PRIu32, search.if_id);
	return false;
}

static bool check_module(struct check_result *result)
{
	if (kernel_module_is_there(MODULE))
		return true;
	check_say(result, CHECK_FAILED, "this kernel has no module " MODULE);
	check_remedy(result, "install the package with all modules of this "
		     "kernel, or a kernel with CONFIG_XFRM_INTERFACE");
	return false;
}

/* Return: false after it has said what is wrong. */
static bool check_child(struct xfrm_links *links,
			const struct child_config *child,
			struct check_result *result)
{
	return *child->xfrm_interface ? check_named(links, child, result) :
					check_numbered(links, child, result);
}

static bool uses_one(const struct child_config *child)
{
	return *child->xfrm_interface || child->if_id_in || child->if_id_out;
}

void check_interfaces(const struct check_context *context,
		      struct check_result *result)
{
	const struct connection_config *connection =
		context->config ? context->config->connections : NULL;
	struct xfrm_links *links;
	char error[256];
	bool ok = true;
	size_t n = 0;

	links = xfrm_links_open(error, sizeof(error));
	if (!links) {
		check_say(result, CHECK_WARNING, "%s", error);
		check_remedy(result, "run pqike check as root");
		return;
	}
	for (; ok && connection; connection = connection->next) {
		for (size_t i = 0; ok && i < connection->n_children; i++) {
			if (!uses_one(&connection->children[i]))
				continue;
			ok = (n || check_module(result)) &&
			     check_child(links, &connection->children[i],
					 result);
			n++;
		}
	}
	xfrm_links_close(links);
	if (ok && n)
		check_say(result, CHECK_OK, "the xfrm interfaces of %zu child%s "
			  "are there or can be made", n, n == 1 ? "" : "ren");
	else if (ok)
		check_say(result, CHECK_NOTHING, "no child has an xfrm interface");
}
