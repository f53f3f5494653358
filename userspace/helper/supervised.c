// SPDX-License-Identifier: GPL-2.0
#include "helper/supervised.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/supervision.h"

static struct {
	int fd; /* -1: nobody started this process */
	bool ready;
	int64_t interval; /* of signs of life, 0: none are wanted */
	int64_t due;
} supervisor = { .fd = -1 };

bool supervised_begin(void)
{
	socklen_t size = sizeof(int);
	int type;

	if (getsockopt(SUPERVISION_FD, SOL_SOCKET, SO_TYPE, &type, &size) ||
	    type != SOCK_SEQPACKET)
		return false;
	supervisor.fd = SUPERVISION_FD;
	return true;
}

int supervised_fd(void)
{
	return supervisor.fd;
}

static void tell(enum supervision_type type)
{
	const struct supervision_record record = { .type = (uint16_t)type };

	if (supervisor.fd >= 0)
		supervision_send(supervisor.fd, &record, NULL, 0);
}

/* Return: false where there is no supervisor any more. */
static bool wait_for_opened(struct supervision_record *record, int *fds,
			    size_t *n)
{
	enum supervision_state state;

	do {
		struct pollfd fd = { .fd = supervisor.fd, .events = POLLIN };

		*n = 0;
		poll(&fd, 1, -1);
		state = supervision_receive(supervisor.fd, record, fds, n);
	} while (state == SUPERVISION_NOTHING || state == SUPERVISION_MALFORMED);
	return state == SUPERVISION_RECORD && record->type == SUPERVISION_OPENED;
}

size_t supervised_sockets(const struct control_config *config,
			  int fds[SUPERVISION_FDS_MAX])
{
	struct supervision_record record = {
		.type = SUPERVISION_SOCKETS,
		.mode = config->mode,
		.group = config->group_said ? config->group : 0,
		.group_said = config->group_said,
	};
	size_t n;

	if (!supervision_send(supervisor.fd, &record, NULL, 0) ||
	    !wait_for_opened(&record, fds, &n))
		return 0;
	supervisor.interval = record.alive;
	return n;
}

void supervised_ready(void)
{
	supervisor.ready = true;
	tell(SUPERVISION_READY);
}

void supervised_reloading(void)
{
	tell(SUPERVISION_RELOADING);
}

int64_t supervised_due(void)
{
	return supervisor.due;
}

void supervised_alive(int64_t now)
{
	if (!supervisor.interval || !supervisor.ready || now < supervisor.due)
		return;
	supervisor.due = now + supervisor.interval;
	tell(SUPERVISION_ALIVE);
}

void supervised_serve(const struct supervised_orders *orders)
{
	struct supervision_record record;
	int fds[SUPERVISION_FDS_MAX];
	size_t n = 0;

	switch (supervision_receive(supervisor.fd, &record, fds, &n)) {
	case SUPERVISION_RECORD:
		break;
	case SUPERVISION_CLOSED:
		_exit(EXIT_FAILURE);
	default:
		return;
	}
	switch (record.type) {
	case SUPERVISION_STOP:
		orders->stop(orders->arg);
		break;
	case SUPERVISION_RELOAD:
		orders->reload(orders->arg);
		break;
	case SUPERVISION_CONTROL:
		orders->control(orders->arg, fds[0]);
		break;
	default:
		for (size_t i = 0; i < n; i++)
			close(fds[i]);
	}
}
