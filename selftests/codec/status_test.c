// SPDX-License-Identifier: GPL-2.0
/* What the helper tells `pqike show` of an IKE SA that was made up here. */
#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "helper/status.h"
#include "ike/child_sa.h"
#include "kselftest_harness.h"

#define LINES_MAX 8

struct heard {
	size_t n;
	char lines[LINES_MAX][STATUS_LINE_SIZE];
};

static void hear(const char *line, void *arg)
{
	struct heard *heard = arg;

	if (heard->n < LINES_MAX)
		strcpy(heard->lines[heard->n], line);
	heard->n++;
}

static void set_endpoint(struct sockaddr_storage *endpoint, const char *address,
			 uint16_t port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)endpoint;

	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	inet_pton(AF_INET, address, &in->sin_addr);
}

FIXTURE(made)
{
	struct ike ike;
	struct ike_sa sa;
	struct child_config config;
	struct child_sa children[3];
};

FIXTURE_SETUP(made)
{
	int64_t now = clock_now();

	memset(self, 0, sizeof(*self));
	strcpy(self->config.name, "net");
	set_endpoint(&self->sa.path.local, "192.0.2.1", 4500);
	set_endpoint(&self->sa.path.remote, "198.51.100.1", 32768);
	self->sa.nat.there = true;
	self->sa.established = now - 65 * SECOND;
	/* Half a second more: the seconds do not end while the test runs. */
	self->sa.rekey_timer.due = now + 3600 * SECOND + SECOND / 2;
	self->sa.children = &self->children[0];
	for (size_t i = 0; i < 3; i++) {
		self->children[i].config = &self->config;
		self->children[i].state = CHILD_INSTALLED;
		self->children[i].spi_in = 0xc1000000 + (uint32_t)i;
		self->children[i].next = i < 2 ? &self->children[i + 1] : NULL;
	}
	self->children[1].state = CHILD_CREATING;
	self->children[2].choice.proposal = (struct proposal){
		.protocol = PROTOCOL_ESP, .n_transforms = 4,
		.transforms = {
			{ TRANSFORM_ENCR, 20, 256 }, { TRANSFORM_KE, 31, 0 },
			{ TRANSFORM_ADDKE1, 0, 0 }, { TRANSFORM_ADDKE1 + 1, 36, 0 },
		},
	};
	ike_sa_set_id(&self->ike, &self->sa, 7);
}

FIXTURE_TEARDOWN(made)
{
}

TEST_F(made, all_is_told)
{
	static struct heard heard;

	heard.n = 0;
	status_tell_ike_sa(&self->ike, 7, hear, &heard);
	ASSERT_EQ(heard.n, 3);
	EXPECT_STREQ(heard.lines[0], "ike 192.0.2.1:4500 198.51.100.1:32768 "
				     "there 65 3600 -");
	EXPECT_STREQ(heard.lines[1], "child c1000000 net -");
	EXPECT_STREQ(heard.lines[2], "child c1000002 net 31+36");
}

TEST_F(made, what_is_half_open_has_no_age)
{
	static struct heard heard;

	heard.n = 0;
	self->sa.established = 0;
	self->sa.rekey_timer.due = 0;
	self->sa.life_timer.due = clock_now() - SECOND;
	self->sa.nat.here = true;
	self->sa.children = NULL;
	status_tell_ike_sa(&self->ike, 7, hear, &heard);
	ASSERT_EQ(heard.n, 1);
	EXPECT_STREQ(heard.lines[0],
		     "ike 192.0.2.1:4500 198.51.100.1:32768 both - - 0");
}

TEST_F(made, nothing_is_told_of_others)
{
	static struct heard heard;

	heard.n = 0;
	status_tell_ike_sa(&self->ike, 8, hear, &heard);
	EXPECT_EQ(heard.n, 0);
	ike_sa_set_id(&self->ike, &self->sa, 0); /* the kernel has dropped it */
	status_tell_ike_sa(&self->ike, 0, hear, &heard);
	EXPECT_EQ(heard.n, 0);
}

TEST_HARNESS_MAIN
