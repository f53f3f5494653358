// SPDX-License-Identifier: GPL-2.0
/* Cookies: what they are bound to, and how long they count. */
#include <netinet/in.h>
#include <string.h>

#include "base/clock.h"
#include "ike/cookie.h"
#include "kselftest_harness.h"
#include "wire/message.h"

static int64_t now = 1;

int64_t clock_now(void)
{
	return now;
}

FIXTURE(cookie)
{
	struct cookies cookies;
	struct path path;
	uint8_t spi_i[IKE_SPI_SIZE];
	struct nonce nonce;
	struct cookie_request request;
	uint8_t made[COOKIE_SIZE];
};

FIXTURE_SETUP(cookie)
{
	struct sockaddr_in *remote = (struct sockaddr_in *)&self->path.remote;

	self->path.local.ss_family = AF_INET;
	self->path.remote.ss_family = AF_INET;
	remote->sin_addr.s_addr = htonl(0xc0000201);
	remote->sin_port = htons(500);
	memset(self->spi_i, 1, sizeof(self->spi_i));
	self->nonce.len = 32;
	self->request = (struct cookie_request){
		.path = &self->path, .spi_i = self->spi_i, .nonce = &self->nonce,
	};
	ASSERT_TRUE(cookie_make(&self->cookies, &self->request, self->made));
}

FIXTURE_TEARDOWN(cookie)
{
}

#define CHECK(self) \
	cookie_check(&(self)->cookies, &(self)->request, (self)->made, \
		     COOKIE_SIZE)

TEST_F(cookie, is_taken_back)
{
	EXPECT_TRUE(CHECK(self));
	EXPECT_TRUE(CHECK(self));
}

TEST_F(cookie, of_another_length)
{
	EXPECT_FALSE(cookie_check(&self->cookies, &self->request, self->made,
				  COOKIE_SIZE - 1));
	EXPECT_FALSE(cookie_check(&self->cookies, &self->request, self->made, 0));
}

TEST_F(cookie, every_bit_counts)
{
	for (size_t i = 0; i < 8 * COOKIE_SIZE; i++) {
		self->made[i / 8] ^= (uint8_t)(1 << i % 8);
		EXPECT_FALSE(CHECK(self));
		self->made[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

TEST_F(cookie, of_another_address)
{
	struct sockaddr_in *remote = (struct sockaddr_in *)&self->path.remote;

	remote->sin_addr.s_addr ^= htonl(1);
	EXPECT_FALSE(CHECK(self));
}

TEST_F(cookie, of_another_spi)
{
	self->spi_i[7] ^= 1;
	EXPECT_FALSE(CHECK(self));
}

TEST_F(cookie, of_another_nonce)
{
	self->nonce.data[31] ^= 1;
	EXPECT_FALSE(CHECK(self));
	self->nonce.data[31] ^= 1;
	self->nonce.len--;
	EXPECT_FALSE(CHECK(self));
}

TEST_F(cookie, the_port_plays_no_part)
{
	struct sockaddr_in *remote = (struct sockaddr_in *)&self->path.remote;

	remote->sin_port = htons(4500);
	EXPECT_TRUE(CHECK(self));
}

TEST_F(cookie, outlives_its_secret_once)
{
	uint8_t other[COOKIE_SIZE];

	now += 70 * SECOND;
	self->spi_i[0] ^= 1;
	ASSERT_TRUE(cookie_make(&self->cookies, &self->request, other));
	EXPECT_NE(other[0], self->made[0]);
	self->spi_i[0] ^= 1;
	EXPECT_TRUE(CHECK(self));
	now += 70 * SECOND;
	EXPECT_FALSE(CHECK(self));
}

/* Else an initiator that is slow would be asked to send a third request. */
TEST_F(cookie, is_the_same_while_it_counts)
{
	uint8_t other[COOKIE_SIZE];

	now += 70 * SECOND;
	self->spi_i[0] ^= 1;
	ASSERT_TRUE(cookie_make(&self->cookies, &self->request, other));
	self->spi_i[0] ^= 1;
	ASSERT_TRUE(cookie_make(&self->cookies, &self->request, other));
	EXPECT_EQ(memcmp(other, self->made, sizeof(other)), 0);
	now += 70 * SECOND;
	ASSERT_TRUE(cookie_make(&self->cookies, &self->request, other));
	EXPECT_NE(memcmp(other, self->made, sizeof(other)), 0);
}

TEST_F(cookie, who_was_asked)
{
	EXPECT_TRUE(cookie_was_asked(&self->cookies, self->spi_i));
	self->spi_i[7] ^= 1;
	EXPECT_FALSE(cookie_was_asked(&self->cookies, self->spi_i));
}

TEST_F(cookie, before_there_is_a_secret)
{
	struct cookies none = { 0 };

	self->made[0] = 0;
	EXPECT_FALSE(cookie_check(&none, &self->request, self->made,
				  sizeof(self->made)));
}

TEST_HARNESS_MAIN
