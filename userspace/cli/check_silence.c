// SPDX-License-Identifier: GPL-2.0
/*
 * Child SAs by which packets go and none comes, while IKE is answered: something
 * on the way lets IKE through and not ESP, or the peer drops what it gets.
 */
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/pqike.h>

#include "cli/check.h"
#include "cli/show.h"
#include "helper/control.h"
#include "helper/status_line.h"
#include "kernel/kernel.h"
#include "kernel/xfrm_states.h"

/* Something was still sent when nothing had come for so long. */
#define SILENCE_SECONDS 60

/* An answer that is on its way has arrived by then. */
#define SECOND_LOOK_SECONDS 1

#define HELPER_SECONDS 5

/* The first of them. */
struct silent_child {
	uint32_t ike_sa;
	char connection[CONNECTION_NAME_MAX + 1];
	char name[CONNECTION_NAME_MAX + 2]; /* ".CHILD", "": no helper tells it */
	uint32_t spi_in;
	uint64_t heard; /* seconds of the wall clock; when it was added, if never */
	uint64_t sent;
};

struct search {
	struct mnl_socket *xfrm;
	struct silent_child first;
	size_t n; /* Child SAs in use */
	size_t untold; /* of them, when those have sent the kernel does not say */
	size_t silent;
};

static void look_at_child(const struct kernel_ike_sa *sa,
			  const struct kernel_child_sa *child,
			  struct search *search)
{
	struct xfrm_state in, out;
	uint64_t heard;

	xfrm_state_read(search->xfrm, &child->remote_address,
			&child->local_address, child->spi_in, &in);
	xfrm_state_read(search->xfrm, &child->local_address,
			&child->remote_address, child->spi_out, &out);
	if (!in.found || !out.found)
		return;
	search->n++;
	if (!out.used && out.packets)
		search->untold++;
	heard = in.used ? in.used : in.added;
	if (!out.used || out.used < heard + SILENCE_SECONDS)
		return;
	if (search->silent++)
		return;
	search->first = (struct silent_child){
		.ike_sa = sa->id, .spi_in = child->spi_in, .heard = heard,
		.sent = out.used,
	};
	snprintf(search->first.connection, sizeof(search->first.connection),
		 "%s", sa->connection);
}

static void look_at_ike_sa(const struct kernel_ike_sa *sa, void *arg)
{
	if (sa->state != PQIKE_IKE_SA_STATE_ESTABLISHED)
		return;
	for (size_t i = 0; i < sa->n_child_sas; i++)
		if (sa->child_sas[i].installed)
			look_at_child(sa, &sa->child_sas[i], arg);
}

/* Return: false with @error set. */
static bool look(struct search *search, char *error, size_t size)
{
	struct kernel *kernel = kernel_open(error, size);
	bool ok;

	if (!kernel)
		return false;
	search->n = 0;
	search->untold = 0;
	search->silent = 0;
	ok = !kernel_ike_sa_dump(kernel, look_at_ike_sa, search);
	if (!ok)
		snprintf(error, size, "%s", kernel_error(kernel));
	kernel_close(kernel);
	return ok;
}

/* Return: false with @error set. */
static bool look_twice(struct search *search, char *error, size_t size)
{
	if (!look(search, error, size))
		return false;
	if (!search->silent)
		return true;
	sleep(SECOND_LOOK_SECONDS);
	return look(search, error, size);
}

static void take_name(const char *line, void *arg)
{
	struct silent_child *silent = arg;
	struct status_child_sa child;

	if (status_child_sa_read(&child, line) && child.spi_in == silent->spi_in)
		snprintf(silent->name, sizeof(silent->name), ".%s", child.name);
}

/* Without a helper it goes by its connection and SPI. */
static void ask_name(const char *path, struct silent_child *silent)
{
	const struct control_listener listener = {
		.answer = take_name, .arg = silent, .seconds = HELPER_SECONDS,
	};
	char request[24], error[CONTROL_RECORD_MAX];

	snprintf(request, sizeof(request), "sa %" PRIu32, silent->ike_sa);
	if (control_is_served(path))
		control_request(path, request, &listener, error, sizeof(error));
}

static uint64_t since(uint64_t then)
{
	uint64_t now = (uint64_t)time(NULL);

	return now > then ? now - then : 0;
}

static void say(const struct silent_child *silent, struct check_result *result)
{
	char sent[32], heard[32];

	show_duration(since(silent->sent), sent, sizeof(sent));
	show_duration(since(silent->heard), heard, sizeof(heard));
	check_say(result, CHECK_WARNING, "child %s%s: by its ESP SA %08" PRIx32
		  " nothing has come for %s, though packets were sent, the last %s "
		  "ago, and IKE is answered", silent->connection, silent->name,
		  silent->spi_in, heard, sent);
	check_remedy(result, "let ESP (IP protocol 50, or UDP port 4500) pass on "
		     "the way, see what the peer counts, and pqike show -s; "
		     "encap = yes where only UDP passes");
}

void check_silence(const struct check_context *context,
		   struct check_result *result)
{
	struct search search = { .xfrm = xfrm_states_open() };
	char error[256];

	if (!search.xfrm || !look_twice(&search, error, sizeof(error))) {
		/* Why, other checks have said. */
		check_say(result, CHECK_NOTHING, "no tunnel can be seen");
	} else if (!search.n) {
		check_say(result, CHECK_NOTHING, "no Child SA is there");
	} else if (!search.silent && search.untold) {
		check_say(result, CHECK_NOTHING, "this kernel does not say when an "
			  "ESP SA was used last, as Linux 6.12 does: pqike show "
			  "tells how many packets have come");
	} else if (!search.silent) {
		check_say(result, CHECK_OK, "none of %zu Child SA%s sends without "
			  "being answered", search.n, search.n == 1 ? "" : "s");
	} else {
		ask_name(context->control_path, &search.first);
		say(&search.first, result);
		check_more(result, search.silent - 1);
	}
	if (search.xfrm)
		mnl_socket_close(search.xfrm);
}
