// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel says does not fit into the receive buffer of the helper's socket:
 * libmnl's socket is played, and says what the test has put there.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/pqike.h>
#include <poll.h>
#include <string.h>

#include "kernel/kernel_call.h"
#include "kselftest_harness.h"

#define FAMILY 42
#define ID 7
#define NO_FD -1 /* of the socket */
#define SAYINGS_MAX 8
#define REQUEST_MAX 256

/* What recv() brings after a request. */
enum saying {
	NOTHING, /* after which poll() finds no more */
	OVERRUN,
	REPLY,
	ACKNOWLEDGMENT,
	OTHER_ACKNOWLEDGMENT, /* of a request before */
	UNDELIVERED, /* the kernel's own word that it could not reply */
	END_OF_DUMP,
};

static struct {
	enum saying after[SAYINGS_MAX][SAYINGS_MAX]; /* the n-th request */
	unsigned int requests;
	unsigned int said; /* after the last request */
	uint32_t sequence;
	uint32_t sequences[SAYINGS_MAX];
	size_t len;
	uint8_t first[REQUEST_MAX]; /* from the generic netlink header on */
	bool differ; /* a repeated request is not the first one */
} played;

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *data,
				 size_t len);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *socket, void *data,
				   size_t size);
int __wrap_mnl_socket_get_fd(const struct mnl_socket *socket);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout);

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *data,
				 size_t len)
{
	const struct nlmsghdr *request = data;
	const uint8_t *body = mnl_nlmsg_get_payload(request);

	(void)socket;
	if (!played.requests) {
		played.len = len - NLMSG_HDRLEN;
		memcpy(played.first, body, played.len);
	}
	played.differ |= played.len != len - NLMSG_HDRLEN ||
			 memcmp(played.first, body, played.len);
	played.sequence = request->nlmsg_seq;
	played.sequences[played.requests++] = request->nlmsg_seq;
	played.said = 0;
	return (ssize_t)len;
}

static enum saying next_saying(void)
{
	return played.after[played.requests - 1][played.said];
}

static ssize_t say_error(void *data, uint32_t sequence, int error)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(data);
	struct nlmsgerr *body =
		mnl_nlmsg_put_extra_header(message, sizeof(*body));

	message->nlmsg_type = NLMSG_ERROR;
	message->nlmsg_seq = sequence;
	body->error = error;
	return message->nlmsg_len;
}

static ssize_t say_end(void *data)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(data);

	*(int *)mnl_nlmsg_put_extra_header(message, sizeof(int)) = 0;
	message->nlmsg_type = NLMSG_DONE;
	message->nlmsg_seq = played.sequence;
	return message->nlmsg_len;
}

static ssize_t say_reply(void *data)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(data);

	message->nlmsg_type = FAMILY;
	message->nlmsg_seq = played.sequence;
	mnl_nlmsg_put_extra_header(message, sizeof(struct genlmsghdr));
	mnl_attr_put_u32(message, PQIKE_A_IKE_SA_ID, ID);
	mnl_attr_put_u32(message, PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE, 1);
	return message->nlmsg_len;
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *socket, void *data,
				   size_t size)
{
	(void)socket;
	(void)size;
	switch (next_saying()) {
	case OVERRUN:
		played.said++;
		errno = ENOBUFS;
		return -1;
	case REPLY:
		played.said++;
		return say_reply(data);
	case ACKNOWLEDGMENT:
		played.said++;
		return say_error(data, played.sequence, 0);
	case OTHER_ACKNOWLEDGMENT:
		played.said++;
		return say_error(data, played.sequence - 1, 0);
	case UNDELIVERED:
		played.said++;
		return say_error(data, played.sequence, -EAGAIN);
	case END_OF_DUMP:
		played.said++;
		return say_end(data);
	case NOTHING:
		break;
	}
	/* It would wait for ever. */
	abort();
}

int __wrap_mnl_socket_get_fd(const struct mnl_socket *socket)
{
	(void)socket;
	return NO_FD;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	/* The harness waits for its tests. */
	if (fds->fd != NO_FD)
		return __real_poll(fds, n, timeout);
	return next_saying() != NOTHING;
}

FIXTURE(netlink)
{
	struct kernel *kernel;
	struct kernel_round round;
	unsigned int dumped;
};

FIXTURE_SETUP(netlink)
{
	memset(&played, 0, sizeof(played));
	self->kernel = calloc(1, sizeof(*self->kernel));
	ASSERT_NE(self->kernel, NULL);
	self->kernel->netlink.family = FAMILY;
	/* Only libmnl looks into it, and that is played. */
	self->kernel->netlink.socket = (void *)self->kernel;
	self->dumped = 0;
}

FIXTURE_TEARDOWN(netlink)
{
	free(self->kernel);
}

static void script(unsigned int request, enum saying first, enum saying second,
		   enum saying third)
{
	enum saying *after = played.after[request];

	after[0] = first;
	after[1] = second;
	after[2] = third;
}

TEST_F(netlink, reply_and_acknowledgment)
{
	script(0, REPLY, ACKNOWLEDGMENT, NOTHING);
	EXPECT_EQ(kernel_ike_sa_intermediate(self->kernel, ID, &self->round), 0);
	EXPECT_EQ(self->round.done, 1);
	EXPECT_EQ(played.requests, 1);
}

TEST_F(netlink, nothing_fits)
{
	script(0, OVERRUN, NOTHING, NOTHING);
	script(1, REPLY, ACKNOWLEDGMENT, NOTHING);
	EXPECT_EQ(kernel_ike_sa_intermediate(self->kernel, ID, &self->round), 0);
	EXPECT_EQ(self->round.done, 1);
	ASSERT_EQ(played.requests, 2);
	/* The kernel knows a repetition by the command and all attributes. */
	EXPECT_FALSE(played.differ);
	EXPECT_NE(played.sequences[0], played.sequences[1]);
}

TEST_F(netlink, what_was_said_before_is_read_and_not_taken)
{
	script(0, OVERRUN, OTHER_ACKNOWLEDGMENT, NOTHING);
	script(1, OTHER_ACKNOWLEDGMENT, REPLY, ACKNOWLEDGMENT);
	EXPECT_EQ(kernel_ike_sa_intermediate(self->kernel, ID, &self->round), 0);
	EXPECT_EQ(self->round.done, 1);
	EXPECT_EQ(played.requests, 2);
}

/* The acknowledgment fits, and says that the reply did not. */
TEST_F(netlink, the_reply_does_not_fit)
{
	script(0, OVERRUN, UNDELIVERED, NOTHING);
	script(1, REPLY, ACKNOWLEDGMENT, NOTHING);
	EXPECT_EQ(kernel_ike_sa_intermediate(self->kernel, ID, &self->round), 0);
	EXPECT_EQ(self->round.done, 1);
	EXPECT_EQ(played.requests, 2);
	EXPECT_FALSE(played.differ);
}

/* The kernel keeps no reply that was delivered: a repetition were out of order. */
TEST_F(netlink, the_acknowledgment_does_not_fit)
{
	script(0, OVERRUN, REPLY, NOTHING);
	EXPECT_EQ(kernel_ike_sa_intermediate(self->kernel, ID, &self->round), 0);
	EXPECT_EQ(self->round.done, 1);
	EXPECT_EQ(played.requests, 1);
}

TEST_F(netlink, the_failure_comes_between)
{
	script(0, REPLY, OVERRUN, ACKNOWLEDGMENT);
	EXPECT_EQ(kernel_ike_sa_intermediate(self->kernel, ID, &self->round), 0);
	EXPECT_EQ(played.requests, 1);
}

TEST_F(netlink, nothing_fits_ever)
{
	for (unsigned int request = 0; request < SAYINGS_MAX; request++)
		script(request, OVERRUN, NOTHING, NOTHING);
	EXPECT_EQ(kernel_ike_sa_intermediate(self->kernel, ID, &self->round),
		  -ENOBUFS);
	EXPECT_EQ(played.requests, 4);
	EXPECT_STREQ(kernel_error(self->kernel), strerror(ENOBUFS));
}

static void count(const struct kernel_ike_sa *sa, void *arg)
{
	(void)sa;
	++*(unsigned int *)arg;
}

/* What has been told of a dump is not told twice. */
TEST_F(netlink, a_dump_is_not_repeated)
{
	script(0, REPLY, OVERRUN, NOTHING);
	EXPECT_EQ(kernel_ike_sa_dump(self->kernel, count, &self->dumped), -ENOBUFS);
	EXPECT_EQ(played.requests, 1);
	EXPECT_EQ(self->dumped, 1);
}

TEST_F(netlink, a_dump_goes_on)
{
	script(0, OVERRUN, REPLY, END_OF_DUMP);
	EXPECT_EQ(kernel_ike_sa_dump(self->kernel, count, &self->dumped), 0);
	EXPECT_EQ(self->dumped, 1);
}

TEST_HARNESS_MAIN
