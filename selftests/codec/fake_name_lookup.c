// SPDX-License-Identifier: GPL-2.0
#include "fake_name_lookup.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pair.h"

static struct {
	const char *name;
	const char *addresses;
} names[FAKE_NAMES_MAX];
static size_t n_names;
static unsigned int asked, running;

void fake_names_clear(void)
{
	n_names = 0;
	asked = 0;
	running = 0;
}

static size_t find(const char *name)
{
	size_t i = 0;

	while (i < n_names && strcmp(names[i].name, name) != 0)
		i++;
	return i;
}

void fake_name_set(const char *name, const char *addresses)
{
	size_t i = find(name);

	if (i == FAKE_NAMES_MAX)
		abort();
	names[i].name = name;
	names[i].addresses = addresses;
	if (i == n_names)
		n_names++;
}

unsigned int fake_names_asked(void)
{
	return asked;
}

unsigned int fake_names_running(void)
{
	return running;
}

/* Until there is an answer, its place has the name. */
bool name_lookup_begin(struct name_lookup *lookup, const char *name, char *error,
		       size_t error_size)
{
	(void)error;
	(void)error_size;
	asked++;
	running++;
	*lookup = (struct name_lookup){ 0 };
	snprintf(lookup->answer.error, sizeof(lookup->answer.error), "%s", name);
	return true;
}

static void set_address(struct sockaddr_storage *address, const char *text)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;

	address->ss_family = AF_INET6;
	if (inet_pton(AF_INET6, text, &in6->sin6_addr) != 1)
		side_set_address(address, text);
}

int name_lookup_fd(const struct name_lookup *lookup)
{
	(void)lookup;
	return -1;
}

bool name_lookup_serve(struct name_lookup *lookup)
{
	struct name_answer *answer = &lookup->answer;
	size_t i = find(answer->error);
	char *rest, *copy, *word;

	if (i == n_names)
		abort();
	if (!names[i].addresses)
		return false;
	*answer = (struct name_answer){ .error = FAKE_NAME_UNKNOWN };
	copy = strdup(names[i].addresses);
	rest = copy;
	while (rest && *rest && (word = strsep(&rest, " ")))
		set_address(&answer->list[answer->n++], word);
	free(copy);
	return true;
}

void name_lookup_end(struct name_lookup *lookup)
{
	(void)lookup;
	running--;
}

void name_lookup_wait(const char *name, struct name_answer *answer)
{
	(void)name;
	*answer = (struct name_answer){ .error = FAKE_NAME_UNKNOWN };
}
