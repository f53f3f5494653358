// SPDX-License-Identifier: GPL-2.0
#include "base/name_lookup.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_ipv4_host(const struct sockaddr_in *address)
{
	in_addr_t host = ntohl(address->sin_addr.s_addr);

	return host != INADDR_ANY && host != INADDR_BROADCAST &&
	       !IN_MULTICAST(host);
}

static bool is_ipv6_host(const struct sockaddr_in6 *address)
{
	return !IN6_IS_ADDR_UNSPECIFIED(&address->sin6_addr) &&
	       !IN6_IS_ADDR_MULTICAST(&address->sin6_addr) &&
	       !IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr) &&
	       !IN6_IS_ADDR_V4MAPPED(&address->sin6_addr);
}

/* A resolver that blocks a name may say 0.0.0.0, which is this host. */
static bool is_host(const struct sockaddr_storage *address)
{
	switch (address->ss_family) {
	case AF_INET:
		return is_ipv4_host((const struct sockaddr_in *)address);
	case AF_INET6:
		return is_ipv6_host((const struct sockaddr_in6 *)address);
	default:
		return false;
	}
}

/* Two addresses compare by their octets: nothing but family and address stays. */
static void add(struct name_answer *answer, const struct sockaddr *address)
{
	struct sockaddr_storage *place = &answer->list[answer->n];
	const struct sockaddr_in6 *in6 = (const void *)address;
	const struct sockaddr_in *in = (const void *)address;

	memset(place, 0, sizeof(*place));
	place->ss_family = address->sa_family;
	if (address->sa_family == AF_INET)
		((struct sockaddr_in *)place)->sin_addr = in->sin_addr;
	else if (address->sa_family == AF_INET6)
		((struct sockaddr_in6 *)place)->sin6_addr = in6->sin6_addr;
	answer->n += is_host(place);
}

static void ask(const char *name, struct name_answer *answer)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_DGRAM };
	struct addrinfo *list = NULL;
	int error = getaddrinfo(name, NULL, &hints, &list);

	for (const struct addrinfo *each = list;
	     each && answer->n < NAME_ADDRESSES_MAX; each = each->ai_next)
		add(answer, each->ai_addr);
	if (error)
		snprintf(answer->error, sizeof(answer->error), "%s",
			 error == EAI_SYSTEM ? strerror(errno) :
					       gai_strerror(error));
	else if (!answer->n)
		snprintf(answer->error, sizeof(answer->error),
			 "it has no address of a host");
	if (list)
		freeaddrinfo(list);
}

/* The answer is less than PIPE_BUF, so it is written at once. */
void name_lookup_answer(int report, const char *name)
{
	struct name_answer answer;

	memset(&answer, 0, sizeof(answer));
	if (child_process_drop_rights() && lookup_sandbox_enter())
		ask(name, &answer);
	if (write(report, &answer, sizeof(answer)) < 0)
		return;
}

static struct lookup_account account;

void name_lookups_as(const struct lookup_account *of)
{
	account = *of;
}

/* In the process; the sandbox of a service may forbid to drop rights in another way. */
static void report_answer(int report, int kept, void *name)
{
	(void)kept;
	if (!lookup_sandbox_leave(&account))
		return;
	if (!child_process_drop_rights())
		child_process_execute(NAME_LOOKUP_COMMAND, name);
	name_lookup_answer(report, name);
}

static int (*begin_elsewhere)(const char *name, char *error,
			      size_t error_size);

void name_lookups_begin_by(int (*begin)(const char *name, char *error,
					size_t error_size))
{
	begin_elsewhere = begin;
}

bool name_lookup_begin(struct name_lookup *lookup, const char *name, char *error,
		       size_t error_size)
{
	*lookup = (struct name_lookup){ 0 };
	if (begin_elsewhere) {
		lookup->report = begin_elsewhere(name, error, error_size);
		return lookup->report >= 0;
	}
	if (!child_process_start(&lookup->process, report_answer, -1,
				 (void *)name, error, error_size))
		return false;
	lookup->report = lookup->process.report;
	return true;
}

int name_lookup_fd(const struct name_lookup *lookup)
{
	return lookup->report;
}

static void fail(struct name_answer *answer, const char *why)
{
	*answer = (struct name_answer){ 0 };
	snprintf(answer->error, sizeof(answer->error), "%s", why);
}

/* The process has read what the network sent: it is not believed. */
static void check(struct name_lookup *lookup)
{
	struct name_answer *answer = &lookup->answer;
	struct name_answer said = *answer;

	if (lookup->len < sizeof(said) || said.n > NAME_ADDRESSES_MAX) {
		fail(answer, "the process that asks failed");
		return;
	}
	*answer = (struct name_answer){ 0 };
	memcpy(answer->error, said.error, sizeof(answer->error) - 1);
	for (size_t i = 0; i < said.n; i++)
		add(answer, (const struct sockaddr *)&said.list[i]);
	if (!answer->n && !*answer->error)
		fail(answer, "the process that asks failed");
	for (char *c = answer->error; *c; c++)
		if (*c < ' ')
			*c = '?';
}

bool name_lookup_serve(struct name_lookup *lookup)
{
	ssize_t n;

	do {
		n = read(lookup->report,
			 (char *)&lookup->answer + lookup->len,
			 sizeof(lookup->answer) - lookup->len);
		if (n > 0)
			lookup->len += (size_t)n;
	} while ((n > 0 && lookup->len < sizeof(lookup->answer)) ||
		 (n < 0 && errno == EINTR));
	if (n < 0 && errno == EAGAIN)
		return false;
	check(lookup);
	return true;
}

void name_lookup_end(struct name_lookup *lookup)
{
	if (lookup->process.child)
		child_process_end(&lookup->process);
	else
		close(lookup->report);
}

void name_lookup_wait(const char *name, struct name_answer *answer)
{
	char error[NAME_ERROR_SIZE];
	struct name_lookup lookup;
	struct pollfd fd = { .events = POLLIN };

	if (!name_lookup_begin(&lookup, name, error, sizeof(error))) {
		fail(answer, error);
		return;
	}
	fd.fd = name_lookup_fd(&lookup);
	do
		poll(&fd, 1, -1);
	while (!name_lookup_serve(&lookup));
	*answer = lookup.answer;
	name_lookup_end(&lookup);
}
