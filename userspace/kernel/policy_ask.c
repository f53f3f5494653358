// SPDX-License-Identifier: GPL-2.0
#include "kernel/policy_ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pass_fds.h"

static int channel = -1;

/* What each type has beside its version and type. */
enum {
	HAS_CONNECTION = 1, HAS_NEXT = 2, HAS_TRAP = 4, HAS_REQID = 8,
	HAS_INTERFACE = 16, HAS_IF_ID = 32, HAS_INDEX = 64, HAS_NAME = 128,
};

static const unsigned int members[POLICY_ASKS] = {
	[POLICY_CONNECTION_SET] = HAS_CONNECTION | HAS_NEXT,
	[POLICY_CONNECTION_DEL] = HAS_CONNECTION,
	[POLICY_TRAP_SET] = HAS_CONNECTION | HAS_TRAP,
	[POLICY_TRAP_DEL] = HAS_REQID,
	[POLICY_LINK_MAKE] = HAS_INTERFACE | HAS_IF_ID,
	[POLICY_LINK_RENUMBER] = HAS_IF_ID | HAS_INDEX,
	[POLICY_LINK_REMOVE] = HAS_INDEX,
	[POLICY_NAME] = HAS_NAME,
};

static bool is_zero(const void *data, size_t size)
{
	const uint8_t *octets = data;

	for (size_t i = 0; i < size; i++)
		if (octets[i])
			return false;
	return true;
}

/* Return: whether there is a text, of no control characters, and zeros behind it. */
static bool is_text(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '\177')
			return false;
	return len && len < size && is_zero(text + len, size - len);
}

static bool is_trap(const struct policy_ask *ask)
{
	size_t size = ask->family == AF_INET ? 4 : 16;

	return (ask->family == AF_INET || ask->family == AF_INET6) &&
	       ask->transport <= 1 &&
	       is_zero(ask->local + size, sizeof(ask->local) - size) &&
	       is_zero(ask->remote + size, sizeof(ask->remote) - size) &&
	       is_text(ask->child, sizeof(ask->child));
}

static bool is_no_trap(const struct policy_ask *ask)
{
	return !ask->family && !ask->transport &&
	       is_zero(ask->local, sizeof(ask->local)) &&
	       is_zero(ask->remote, sizeof(ask->remote)) &&
	       is_zero(ask->child, sizeof(ask->child));
}

static bool has_its_members(const struct policy_ask *ask, unsigned int has)
{
	return (has & HAS_CONNECTION ?
			is_text(ask->connection, sizeof(ask->connection)) :
			is_zero(ask->connection, sizeof(ask->connection))) &&
	       (has & HAS_INTERFACE ?
			is_text(ask->interface, sizeof(ask->interface)) :
			is_zero(ask->interface, sizeof(ask->interface))) &&
	       (has & HAS_NAME ? is_text(ask->name, sizeof(ask->name)) :
				 is_zero(ask->name, sizeof(ask->name))) &&
	       (has & HAS_TRAP ? is_trap(ask) : is_no_trap(ask)) &&
	       ask->next <= !!(has & HAS_NEXT) && !ask->reserved &&
	       !!ask->reqid == !!(has & HAS_REQID) &&
	       !!ask->if_id == !!(has & HAS_IF_ID) &&
	       (has & HAS_INDEX ? ask->index > 0 : !ask->index);
}

bool policy_ask_check(const void *data, size_t len, struct policy_ask *ask)
{
	if (len != sizeof(*ask))
		return false;
	memcpy(ask, data, sizeof(*ask));
	return ask->version == POLICY_ASK_VERSION && ask->type &&
	       ask->type < POLICY_ASKS &&
	       has_its_members(ask, members[ask->type]);
}

bool policy_answer_check(const void *data, size_t len,
			 struct policy_answer *answer)
{
	if (len != sizeof(*answer))
		return false;
	memcpy(answer, data, sizeof(*answer));
	return answer->version == POLICY_ASK_VERSION && !answer->reserved &&
	       (answer->result < 0 ?
			is_text(answer->error, sizeof(answer->error)) :
			!answer->result && !*answer->error);
}

void policy_asks_through(int fd)
{
	channel = fd;
}

bool policy_is_asked(void)
{
	return channel >= 0;
}

void policy_answer_send(int fd, const struct policy_answer *answer, int given)
{
	pass_fds_send(fd, answer, sizeof(*answer), &given, given >= 0,
		      MSG_DONTWAIT);
}

/* @given: receives the descriptor that came with it, also where that fails; -1: none */
static bool receive(struct policy_answer *answer, int *given)
{
	struct policy_answer in;
	bool whole;
	size_t n;
	ssize_t len = pass_fds_receive(channel, &in, sizeof(in), given, 1, &n, 0,
				       &whole);

	if (!n)
		*given = -1;
	return len > 0 && whole && policy_answer_check(&in, (size_t)len, answer);
}

/* @given: as receive(), to be closed where it is not -1 */
static int exchange(const struct policy_ask *ask, struct policy_answer *answer,
		    int *given, char *error, size_t error_size)
{
	struct policy_ask out = *ask;

	*given = -1;
	out.version = POLICY_ASK_VERSION;
	if (send(channel, &out, sizeof(out), MSG_NOSIGNAL) < 0 ||
	    !receive(answer, given)) {
		snprintf(error, error_size, "the supervisor does not answer");
		return -EPIPE;
	}
	if (answer->result)
		snprintf(error, error_size, "%s", answer->error);
	return answer->result;
}

int policy_ask(const struct policy_ask *ask, uint32_t *value, char *error,
	       size_t error_size)
{
	struct policy_answer answer = { 0 };
	int result, given;

	result = exchange(ask, &answer, &given, error, error_size);
	if (given >= 0)
		close(given);
	if (value)
		*value = answer.value;
	return result;
}

int policy_ask_name(const char *name, char *error, size_t error_size)
{
	struct policy_ask ask = { .type = POLICY_NAME };
	struct policy_answer answer;
	int given;

	snprintf(ask.name, sizeof(ask.name), "%s", name);
	if (exchange(&ask, &answer, &given, error, error_size)) {
		if (given >= 0)
			close(given);
		return -1;
	}
	if (given < 0)
		snprintf(error, error_size, "the supervisor gives no answer");
	return given;
}
