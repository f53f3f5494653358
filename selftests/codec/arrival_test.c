// SPDX-License-Identifier: GPL-2.0
/* Which of a port's sockets a datagram comes to, on the kernel that the test runs on. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/arrival.h"
#include "kselftest_harness.h"
#include "wire/message.h"
#include "wire/wire.h"

#define MARKER_SIZE 4
#define WAIT_MS 10000

FIXTURE(arrival)
{
	int sockets[ARRIVALS];
	int peer;
	struct ike_header header;
	uint8_t datagram[256];
	size_t len;
};

FIXTURE_VARIANT(arrival)
{
	size_t marker_size;
};

FIXTURE_VARIANT_ADD(arrival, ike)
{
	.marker_size = 0,
};

FIXTURE_VARIANT_ADD(arrival, nat_traversal)
{
	.marker_size = MARKER_SIZE,
};

FIXTURE_SETUP(arrival)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(local);
	int on = 1;

	for (int i = 0; i < ARRIVALS; i++) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on,
					sizeof(on)));
		ASSERT_EQ(0, bind(fd, (struct sockaddr *)&local, size));
		ASSERT_EQ(0, getsockname(fd, (struct sockaddr *)&local, &size));
		self->sockets[i] = fd;
	}
	ASSERT_EQ(0, arrival_sort(self->sockets[ARRIVALS - 1],
				  variant->marker_size));
	self->peer = socket(AF_INET, SOCK_DGRAM, 0);
	ASSERT_LE(0, self->peer);
	ASSERT_EQ(0, connect(self->peer, (struct sockaddr *)&local, size));
	self->header = (struct ike_header){
		.spi_i = { 1 }, .version = 0x20, .exchange_type = IKE_SA_INIT,
		.flags = IKE_FLAG_INITIATOR,
	};
}

FIXTURE_TEARDOWN(arrival)
{
	for (int i = 0; i < ARRIVALS; i++)
		close(self->sockets[i]);
	close(self->peer);
}

/* A message whose first payload is @type, a Notify of type @notify where it is one. */
static size_t write_message(const struct ike_header *header, uint8_t type,
			    uint16_t notify, uint8_t *buffer, size_t size)
{
	struct message_writer message;
	size_t payload;

	message_begin(&message, buffer, size, header);
	payload = payload_begin(&message, type);
	write_u8(&message.writer, 0);
	write_u8(&message.writer, 0);
	write_u16(&message.writer, notify);
	payload_end(&message, payload);
	return message_end(&message) ? message.writer.len : 0;
}

/* Return: the socket that has it, or ARRIVALS where none has. */
static int send_and_find(const int *sockets, int peer, const uint8_t *datagram,
			 size_t len)
{
	struct pollfd fds[ARRIVALS];
	uint8_t received[256];

	if (send(peer, datagram, len, 0) != (ssize_t)len)
		return ARRIVALS;
	for (int i = 0; i < ARRIVALS; i++)
		fds[i] = (struct pollfd){ .fd = sockets[i], .events = POLLIN };
	if (poll(fds, ARRIVALS, WAIT_MS) != 1)
		return ARRIVALS;
	for (int i = 0; i < ARRIVALS; i++)
		if (fds[i].revents &&
		    recv(sockets[i], received, sizeof(received), 0) == (ssize_t)len)
			return i;
	return ARRIVALS;
}

#define ARRIVES_AT(type, notify) \
({ \
	self->len = write_message(&self->header, type, notify, \
				  self->datagram + variant->marker_size, \
				  sizeof(self->datagram) - MARKER_SIZE); \
	ASSERT_LT(0, self->len); \
	send_and_find(self->sockets, self->peer, self->datagram, \
		      self->len + variant->marker_size); \
})

TEST_F(arrival, init_request)
{
	EXPECT_EQ(ARRIVAL_INIT, ARRIVES_AT(PAYLOAD_SA, 0));
	EXPECT_EQ(ARRIVAL_INIT, ARRIVES_AT(PAYLOAD_SA, COOKIE));
}

TEST_F(arrival, init_request_with_another_notify)
{
	EXPECT_EQ(ARRIVAL_INIT, ARRIVES_AT(PAYLOAD_NOTIFY, COOKIE + 1));
}

TEST_F(arrival, init_request_with_a_cookie)
{
	EXPECT_EQ(ARRIVAL_COOKIE, ARRIVES_AT(PAYLOAD_NOTIFY, COOKIE));
}

TEST_F(arrival, init_response)
{
	self->header.flags = IKE_FLAG_RESPONSE;
	EXPECT_EQ(ARRIVAL_IKE_SA, ARRIVES_AT(PAYLOAD_SA, 0));
	EXPECT_EQ(ARRIVAL_IKE_SA, ARRIVES_AT(PAYLOAD_NOTIFY, COOKIE));
}

TEST_F(arrival, other_exchanges)
{
	self->header.exchange_type = INFORMATIONAL;
	EXPECT_EQ(ARRIVAL_IKE_SA, ARRIVES_AT(PAYLOAD_SK, 0));
	self->header.exchange_type = IKE_AUTH;
	EXPECT_EQ(ARRIVAL_IKE_SA, ARRIVES_AT(PAYLOAD_NOTIFY, COOKIE));
}

TEST_F(arrival, too_short)
{
	const size_t marker = variant->marker_size;

	EXPECT_EQ(ARRIVAL_COOKIE, ARRIVES_AT(PAYLOAD_NOTIFY, COOKIE));
	for (size_t len = marker + 1; len < marker + IKE_HEADER_SIZE + 8; len++)
		EXPECT_EQ(ARRIVAL_IKE_SA,
			  send_and_find(self->sockets, self->peer,
					self->datagram, len));
}

TEST_HARNESS_MAIN
