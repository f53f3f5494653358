// SPDX-License-Identifier: GPL-2.0
/* What the supervisor and its helper take from each other, and what they do not. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "helper/supervision.h"
#include "kselftest_harness.h"

#define HEAD_SIZE offsetof(struct supervision_record, text)

static size_t fds_of(uint16_t type)
{
	return type == SUPERVISION_BEGIN ? SUPERVISION_FDS_MAX :
	       type == SUPERVISION_LOADED || type == SUPERVISION_CONTROL;
}

static struct supervision_record record_of(uint16_t type)
{
	struct supervision_record record = {
		.version = SUPERVISION_VERSION, .type = type,
	};

	if (type == SUPERVISION_BEGIN)
		record.user = record.group = 65534;
	if (type == SUPERVISION_REFUSED)
		snprintf(record.text, sizeof(record.text), "a: b");
	return record;
}

static bool is_taken(uint16_t type, size_t n_fds)
{
	const struct supervision_record record = record_of(type);
	struct supervision_record out;

	return supervision_check(&record, HEAD_SIZE + strlen(record.text),
				 n_fds, &out);
}

TEST(descriptors)
{
	for (size_t n = 0; n <= SUPERVISION_FDS_MAX + 1; n++) {
		for (uint16_t type = 1; type < SUPERVISION_TYPES; type++) {
			EXPECT_EQ(is_taken(type, n),
				  type == SUPERVISION_BEGIN ?
				  n > SUPERVISION_FD_UDP &&
				  n <= SUPERVISION_FDS_MAX :
				  n == fds_of(type))
				TH_LOG("type %u, %zu", type, n);
		}
		EXPECT_FALSE(is_taken(0, n));
		EXPECT_FALSE(is_taken(SUPERVISION_TYPES, n));
		EXPECT_FALSE(is_taken(UINT16_MAX, n));
	}
}

/* Each octet of each type's head, set to each value. */
TEST(members)
{
	for (uint16_t type = 1; type < SUPERVISION_TYPES; type++) {
		for (size_t i = 0; i < 256 * HEAD_SIZE; i++) {
			struct supervision_record record = record_of(type);
			struct supervision_record out;
			bool ok;

			((uint8_t *)&record)[i / 256] = (uint8_t)i;
			if (record.type != type)
				continue;
			ok = record.version == SUPERVISION_VERSION &&
			     (type == SUPERVISION_BEGIN ?
				      record.user && record.group :
				      !record.alive && !record.user &&
					      !record.group);
			ASSERT_EQ(supervision_check(&record, HEAD_SIZE +
						    strlen(record.text),
						    fds_of(type), &out), ok)
				TH_LOG("type %u, octet %zu", type, i / 256);
		}
	}
}

/* Only root's helper would be root. */
TEST(helper_is_not_root)
{
	struct supervision_record record = record_of(SUPERVISION_BEGIN), out;

	EXPECT_TRUE(supervision_check(&record, HEAD_SIZE, SUPERVISION_FDS_MAX,
				      &out));
	record.user = 0;
	EXPECT_FALSE(supervision_check(&record, HEAD_SIZE, SUPERVISION_FDS_MAX,
				       &out));
	record.user = record.group;
	record.group = 0;
	EXPECT_FALSE(supervision_check(&record, HEAD_SIZE, SUPERVISION_FDS_MAX,
				       &out));
}

/* A text is a line, of REFUSED only, and ends here. */
TEST(text)
{
	for (uint16_t type = 1; type < SUPERVISION_TYPES; type++) {
		for (size_t len = 0; len < 2 * SUPERVISION_TEXT_SIZE; len++) {
			uint8_t octets[HEAD_SIZE + 2 * SUPERVISION_TEXT_SIZE];
			struct supervision_record record = record_of(type);
			bool refused = type == SUPERVISION_REFUSED;
			struct supervision_record out;

			memcpy(octets, &record, HEAD_SIZE);
			memset(octets + HEAD_SIZE, 'x', len);
			ASSERT_EQ(supervision_check(octets, HEAD_SIZE + len,
						    fds_of(type), &out),
				  refused ? len && len < SUPERVISION_TEXT_SIZE :
					    !len)
				TH_LOG("type %u, %zu octets", type, len);
			if (!refused || !len || len >= SUPERVISION_TEXT_SIZE)
				continue;
			ASSERT_EQ(strlen(out.text), len);
			octets[HEAD_SIZE + len - 1] = (uint8_t)(len % ' ');
			ASSERT_FALSE(supervision_check(octets, HEAD_SIZE + len,
						       0, &out));
		}
	}
}

TEST(too_short)
{
	const struct supervision_record record = record_of(SUPERVISION_STOP);
	struct supervision_record out;

	for (size_t len = 0; len < HEAD_SIZE; len++)
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
	const struct supervision_record begin = {
		.type = SUPERVISION_BEGIN, .alive = 1000,
		.user = 1, .group = 2,
	};
	int fds[SUPERVISION_FDS_MAX];

	for (size_t i = 0; i < SUPERVISION_FDS_MAX; i++)
		fds[i] = self->ends[i % 2];
	EXPECT_EQ(RECEIVE(self), SUPERVISION_NOTHING);
	ASSERT_TRUE(supervision_send(self->ends[0], &begin, fds,
				     SUPERVISION_FDS_MAX));
	ASSERT_EQ(RECEIVE(self), SUPERVISION_RECORD);
	EXPECT_EQ(self->n, SUPERVISION_FDS_MAX);
	EXPECT_EQ(self->record.alive, 1000);
	EXPECT_EQ(self->record.user, 1);
	EXPECT_EQ(self->record.group, 2);
	for (size_t i = 0; i < self->n; i++) {
		EXPECT_EQ(fcntl(self->fds[i], F_GETFD), FD_CLOEXEC);
		close(self->fds[i]);
	}
	EXPECT_EQ(RECEIVE(self), SUPERVISION_NOTHING);
}

TEST_F(pair, with_text)
{
	struct supervision_record refused = { .type = SUPERVISION_REFUSED };

	memset(refused.text, 'x', sizeof(refused.text) - 1);
	for (size_t len = sizeof(refused.text) - 1; len; len--) {
		refused.text[len] = '\0';
		ASSERT_TRUE(supervision_send(self->ends[0], &refused, NULL, 0));
		ASSERT_EQ(RECEIVE(self), SUPERVISION_RECORD);
		ASSERT_STREQ(self->record.text, refused.text);
	}
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
	uint8_t octets[2048] = { SUPERVISION_VERSION };

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
