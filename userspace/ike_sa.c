// SPDX-License-Identifier: GPL-2.0
#include "ike_sa.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

struct ike_sa *ike_sa_add(struct ike *ike, const struct path *path)
{
	struct ike_sa *sa = calloc(1, sizeof(*sa));

	if (!sa)
		return NULL;
	sa->path = *path;
	sa->next = ike->ike_sas;
	ike->ike_sas = sa;
	return sa;
}

void ike_sa_drop_keys(struct ike *ike, struct ike_sa *sa)
{
	if (sa->id && kernel_ike_sa_del(ike->kernel, sa->id))
		log_line("the kernel keeps IKE SA %u: %s", sa->id,
			 kernel_error(ike->kernel));
	sa->id = 0;
}

void ike_sa_free(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa **link = &ike->ike_sas;

	while (*link && *link != sa)
		link = &(*link)->next;
	if (*link)
		*link = sa->next;
	ike_sa_drop_keys(ike, sa);
	datagrams_clear(&sa->request.datagrams);
	datagrams_clear(&sa->response.datagrams);
	datagrams_clear(&sa->init_request);
	free(sa);
}

const char *ike_sa_name(const struct ike_sa *sa, char *buffer, size_t size)
{
	if (sa->connection)
		return sa->connection->name;
	endpoint_print_address(&sa->path.remote, buffer, size);
	return buffer;
}

void ike_sa_say(struct ike *ike, const struct ike_sa *sa, const char *format, ...)
{
	char name[ENDPOINT_TEXT_SIZE];
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_line("%s: %s", ike_sa_name(sa, name, sizeof(name)), line);
	if (sa->client)
		ike->events.progress(ike->events.arg, sa->client, line);
}

/* One client may wait for several IKE SAs to go. */
static bool last_of_client(const struct ike *ike, const struct ike_sa *sa)
{
	for (const struct ike_sa *other = ike->ike_sas; other; other = other->next)
		if (other != sa && other->client == sa->client)
			return false;
	return true;
}

void ike_sa_succeed(struct ike *ike, struct ike_sa *sa)
{
	if (sa->client && last_of_client(ike, sa))
		ike->events.ok(ike->events.arg, sa->client);
	sa->client = 0;
}

void ike_sa_fail(struct ike *ike, struct ike_sa *sa, const char *format, ...)
{
	char name[ENDPOINT_TEXT_SIZE];
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_line("%s: failed: %s", ike_sa_name(sa, name, sizeof(name)), line);
	if (sa->client)
		ike->events.fail(ike->events.arg, sa->client, line);
	ike_sa_free(ike, sa);
}

void ike_sa_end(struct ike *ike, struct ike_sa *sa)
{
	if (sa->failure[0]) {
		ike_sa_fail(ike, sa, "%s", sa->failure);
		return;
	}
	ike_sa_say(ike, sa, "deleted");
	ike_sa_succeed(ike, sa);
	ike_sa_free(ike, sa);
}
