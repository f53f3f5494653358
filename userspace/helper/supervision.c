// SPDX-License-Identifier: GPL-2.0
#include "helper/supervision.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* What each record has beside its text */
#define HEAD_SIZE offsetof(struct supervision_record, text)

struct count {
	size_t min;
	size_t max;
};

/* Without IPv6 there are fewer UDP sockets, but there are some. */
static const struct count descriptors[SUPERVISION_TYPES] = {
	[SUPERVISION_BEGIN] = { SUPERVISION_FD_UDP + 1, SUPERVISION_FDS_MAX },
	[SUPERVISION_LOADED] = { 1, 1 },
	[SUPERVISION_CONTROL] = { 1, 1 },
};

static bool is_line(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '\177')
			return false;
	return true;
}

static bool has_its_members(const struct supervision_record *record)
{
	return record->type == SUPERVISION_BEGIN ?
		       record->user && record->group :
		       !record->alive && !record->user && !record->group;
}

bool supervision_check(const void *data, size_t len, size_t n_fds,
		       struct supervision_record *record)
{
	size_t text_len = len - HEAD_SIZE;

	memset(record, 0, sizeof(*record));
	if (len < HEAD_SIZE || text_len >= sizeof(record->text))
		return false;
	memcpy(record, data, len);
	return record->version == SUPERVISION_VERSION && record->type &&
	       record->type < SUPERVISION_TYPES &&
	       n_fds >= descriptors[record->type].min &&
	       n_fds <= descriptors[record->type].max &&
	       has_its_members(record) &&
	       !text_len == (record->type != SUPERVISION_REFUSED) &&
	       is_line(record->text, text_len);
}

/* Room for the one control message. */
union control {
	struct cmsghdr align;
	char octets[CMSG_SPACE(SUPERVISION_FDS_MAX * sizeof(int))];
};

bool supervision_send(int fd, const struct supervision_record *record,
		      const int *fds, size_t n)
{
	struct supervision_record out = *record;
	struct iovec part = {
		.iov_base = &out, .iov_len = HEAD_SIZE + strlen(record->text),
	};
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	union control control = { 0 };

	out.version = SUPERVISION_VERSION;
	if (n) {
		struct cmsghdr *c = &control.align;

		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	return sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

static size_t take_descriptors(struct msghdr *msg, int *fds)
{
	struct cmsghdr *c = msg->msg_controllen ? CMSG_FIRSTHDR(msg) : NULL;
	size_t n;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return 0;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	return n;
}

/* Without room for them the kernel gives no descriptors, and says so. */
enum supervision_state supervision_receive(int fd,
					   struct supervision_record *record,
					   int *fds, size_t *n)
{
	struct supervision_record in;
	struct iovec part = { .iov_base = &in, .iov_len = sizeof(in) };
	union control control;
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = fds ? &control : NULL,
		.msg_controllen = fds ? sizeof(control) : 0,
	};
	size_t n_fds = 0;
	ssize_t len;

	do {
		len = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (len < 0 && errno == EINTR);
	if (len < 0 && errno == EAGAIN)
		return SUPERVISION_NOTHING;
	if (len <= 0)
		return SUPERVISION_CLOSED;
	if (fds)
		n_fds = take_descriptors(&msg, fds);
	if (!(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
	    supervision_check(&in, (size_t)len, n_fds, record)) {
		if (fds)
			*n = n_fds;
		return SUPERVISION_RECORD;
	}
	for (size_t i = 0; i < n_fds; i++)
		close(fds[i]);
	return SUPERVISION_MALFORMED;
}
