// SPDX-License-Identifier: GPL-2.0
/* What the supervisor and its helper take from each other, and what they do not. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "helper/supervision.h"
#include "kselftest_harness.h"

/* As it goes over the wire, in a process that takes as many descriptors as it needs. */
static bool is_taken(uint16_t type, size_t n_fds)
{
	const struct supervision_record record = {
		.version = SUPERVISION_VERSION, .type = type,
	};
	struct supervision_record out;

	return supervision_check(&record, sizeof(record), n_fds, &out);
}

TEST(descriptors)
{
	for (size_t n = 0; n <= SUPERVISION_FDS_MAX + 1; n++) {
		EXPECT_EQ(is_taken(SUPERVISION_OPENED, n),
			  n >= 2 && n <= SUPERVISION_FDS_MAX);
		EXPECT_EQ(is_taken(SUPERVISION_CONTROL, n), n == 1);
		EXPECT_EQ(is_taken(SUPERVISION_SOCKETS, n), n == 0);
		EXPECT_EQ(is_taken(SUPERVISION_READY, n), n == 0);
		EXPECT_EQ(is_taken(SUPERVISION_RELOADING, n), n == 0);
		EXPECT_EQ(is_taken(SUPERVISION_ALIVE, n), n == 0);
		EXPECT_EQ(is_taken(SUPERVISION_RELOAD, n), n == 0);
		EXPECT_EQ(is_taken(SUPERVISION_STOP, n), n == 0);
		EXPECT_FALSE(is_taken(0, n));
		EXPECT_FALSE(is_taken(SUPERVISION_TYPES, n));
		EXPECT_FALSE(is_taken(UINT16_MAX, n));
	}
}

/* What may stand in a record of @type. */
static bool may_be(const struct supervision_record *record)
{
	bool sockets = record->type == SUPERVISION_SOCKETS;

	if (record->version != SUPERVISION_VERSION ||
	    record->mode & ~(sockets ? 0666U : 0) ||
	    record->group_said > sockets ||
	    (record->group && !record->group_said))
		return false;
	return !record->alive || record->type == SUPERVISION_OPENED;
}

/* Each octet of each type's, set to each value. */
TEST(members)
{
	for (uint16_t type = 1; type < SUPERVISION_TYPES; type++) {
		size_t n_fds = type == SUPERVISION_OPENED ? 13 :
			       type == SUPERVISION_CONTROL;

		for (size_t i = 0; i < 256 * sizeof(struct supervision_record);
		     i++) {
			struct supervision_record record = {
				.version = SUPERVISION_VERSION, .type = type,
			};
			struct supervision_record out;

			((uint8_t *)&record)[i / 256] = (uint8_t)i;
			if (record.type != type)
				continue;
			ASSERT_EQ(supervision_check(&record, sizeof(record),
						    n_fds, &out),
				  may_be(&record))
				TH_LOG("type %u, octet %zu", type, i / 256);
		}
	}
}

TEST(group)
{
	struct supervision_record record = {
		.version = SUPERVISION_VERSION, .type = SUPERVISION_SOCKETS,
		.mode = 0660, .group = 4711, .group_said = 1,
	};
	struct supervision_record out;

	ASSERT_TRUE(supervision_check(&record, sizeof(record), 0, &out));
	EXPECT_EQ(memcmp(&record, &out, sizeof(record)), 0);
	for (size_t len = 0; len < sizeof(record); len++)
		EXPECT_FALSE(supervision_check(&record, len, 0, &out));
}

FIXTURE(pair)
{
	int ends[2];
	struct supervision_record record;
	int fds[SUPERVISION_FDS_MAX];
	size_t n;
};

FIXTURE_SETUP(pair)
{
	ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			     self->ends), 0);
}

FIXTURE_TEARDOWN(pair)
{
	close(self->ends[0]);
	close(self->ends[1]);
}

/* Return: the number that the next descriptor would have. */
static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

#define RECEIVE(self) \
	supervision_receive((self)->ends[1], &(self)->record, (self)->fds, \
			    &(self)->n)

TEST_F(pair, with_descriptors)
{
	const struct supervision_record opened = {
		.type = SUPERVISION_OPENED, .alive = 1000,
	};
	int fds[SUPERVISION_FDS_MAX];

	for (size_t i = 0; i < SUPERVISION_FDS_MAX; i++)
		fds[i] = self->ends[i % 2];
	EXPECT_EQ(RECEIVE(self), SUPERVISION_NOTHING);
	ASSERT_TRUE(supervision_send(self->ends[0], &opened, fds,
				     SUPERVISION_FDS_MAX));
	ASSERT_EQ(RECEIVE(self), SUPERVISION_RECORD);
	EXPECT_EQ(self->n, SUPERVISION_FDS_MAX);
	EXPECT_EQ(self->record.alive, 1000);
	for (size_t i = 0; i < self->n; i++) {
		EXPECT_EQ(fcntl(self->fds[i], F_GETFD), FD_CLOEXEC);
		close(self->fds[i]);
	}
	EXPECT_EQ(RECEIVE(self), SUPERVISION_NOTHING);
}

/* Whoever sends descriptors that are not wanted leaves none here. */
TEST_F(pair, with_descriptors_that_do_not_belong)
{
	const struct supervision_record ready = { .type = SUPERVISION_READY };
	int before = next_fd();

	ASSERT_TRUE(supervision_send(self->ends[0], &ready, self->ends, 2));
	EXPECT_EQ(RECEIVE(self), SUPERVISION_MALFORMED);
	EXPECT_EQ(next_fd(), before);
	ASSERT_TRUE(supervision_send(self->ends[0], &ready, self->ends, 2));
	EXPECT_EQ(supervision_receive(self->ends[1], &self->record, NULL, NULL),
		  SUPERVISION_MALFORMED);
	EXPECT_EQ(next_fd(), before);
	ASSERT_TRUE(supervision_send(self->ends[0], &ready, NULL, 0));
	EXPECT_EQ(supervision_receive(self->ends[1], &self->record, NULL, NULL),
		  SUPERVISION_RECORD);
}

TEST_F(pair, of_any_length)
{
	uint8_t octets[256] = { SUPERVISION_VERSION };

	for (size_t len = 1; len <= sizeof(octets); len++) {
		ASSERT_EQ(send(self->ends[0], octets, len, 0), len);
		EXPECT_EQ(RECEIVE(self), SUPERVISION_MALFORMED);
	}
}

/* An end that is not read is not waited for. */
TEST_F(pair, that_is_full)
{
	const struct supervision_record alive = { .type = SUPERVISION_ALIVE };
	unsigned int sent = 0;

	while (supervision_send(self->ends[0], &alive, NULL, 0))
		ASSERT_LT(sent++, 100000);
	EXPECT_GT(sent, 100);
}

TEST_F(pair, whose_other_end_is_gone)
{
	const struct supervision_record stop = { .type = SUPERVISION_STOP };

	ASSERT_TRUE(supervision_send(self->ends[0], &stop, NULL, 0));
	close(self->ends[0]);
	self->ends[0] = -1;
	EXPECT_EQ(RECEIVE(self), SUPERVISION_RECORD);
	EXPECT_EQ(RECEIVE(self), SUPERVISION_CLOSED);
	EXPECT_FALSE(supervision_send(self->ends[1], &stop, NULL, 0));
}

TEST_HARNESS_MAIN
