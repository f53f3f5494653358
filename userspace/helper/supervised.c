// SPDX-License-Identifier: GPL-2.0
#include "helper/supervised.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	int fd; /* -1: nobody started this process */
	bool ready;
	int64_t interval; /* of signs of life, 0: none are wanted */
	int64_t due;
} supervisor = { .fd = -1 };

static bool is_supervised(void)
{
	socklen_t size = sizeof(int);
	int type;

	return !getsockopt(SUPERVISION_FD, SOL_SOCKET, SO_TYPE, &type, &size) &&
	       type == SOCK_SEQPACKET;
}

size_t supervised_begin(struct supervision_record *begin,
			int fds[SUPERVISION_FDS_MAX])
{
	struct pollfd fd = { .fd = SUPERVISION_FD, .events = POLLIN };
	size_t n = 0;

	if (!is_supervised() || poll(&fd, 1, -1) < 0 ||
	    supervision_receive(SUPERVISION_FD, begin, fds, &n) !=
		    SUPERVISION_RECORD ||
	    begin->type != SUPERVISION_BEGIN)
		return 0;
	supervisor.fd = SUPERVISION_FD;
	supervisor.interval = begin->alive;
	return n;
}

int supervised_fd(void)
{
	return supervisor.fd;
}

static bool tell(enum supervision_type type)
{
	const struct supervision_record record = { .type = (uint16_t)type };

	return supervisor.fd >= 0 &&
	       supervision_send(supervisor.fd, &record, NULL, 0);
}

void supervised_ready(void)
{
	supervisor.ready = true;
	tell(SUPERVISION_READY);
}

bool supervised_load(void)
{
	return tell(SUPERVISION_LOAD);
}

void supervised_taken(bool taken)
{
	tell(taken ? SUPERVISION_TAKEN : SUPERVISION_KEPT);
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
	case SUPERVISION_REFUSED:
		orders->refused(orders->arg, record.text);
		break;
	case SUPERVISION_LOADED:
		orders->loaded(orders->arg, fds[0]);
		close(fds[0]);
		break;
	default:
		for (size_t i = 0; i < n; i++)
			close(fds[i]);
	}
}
