// SPDX-License-Identifier: GPL-2.0
#include "base/pass_fds.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Room for the one control message. */
union control {
	struct cmsghdr align;
	char octets[CMSG_SPACE(PASS_FDS_MAX * sizeof(int))];
};

bool pass_fds_send(int socket, const void *data, size_t len, const int *fds,
		   size_t n, int flags)
{
	struct iovec part = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	union control control = { 0 };

	if (n) {
		struct cmsghdr *c = &control.align;

		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	return sendmsg(socket, &msg, MSG_NOSIGNAL | flags) >= 0;
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

/* The kernel gives as many as there is room for, closes the rest, and says so. */
ssize_t pass_fds_receive(int socket, void *data, size_t size, int *fds,
			 size_t max, size_t *n, int flags, bool *whole)
{
	struct iovec part = { .iov_base = data, .iov_len = size };
	union control control;
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = fds ? &control : NULL,
		.msg_controllen = fds ? CMSG_LEN(max * sizeof(int)) : 0,
	};
	ssize_t len;

	*n = 0;
	do {
		len = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC | flags);
	} while (len < 0 && errno == EINTR);
	if (len > 0 && fds)
		*n = take_descriptors(&msg, fds);
	*whole = !(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
	return len;
}
