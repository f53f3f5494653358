// SPDX-License-Identifier: GPL-2.0
/* Messages that are refused are counted by cause, and the operator is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/command.h"
#include "helper/control.h"
#include "ike/child_sa.h"
#include "ike/exchange.h"
#include "ike/half_open.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "supervisor/control_socket.h"
#include "wire/payload.h"

static struct pair pair;

FIXTURE(counters)
{
	struct message_counters before;
};

FIXTURE_SETUP(counters)
{
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(counters)
{
	pair_end(&pair);
}

typedef FIXTURE_DATA(counters) fixture;

static void note(fixture *self)
{
	self->before = pair.b.ike.refused;
}

/* Whether side B has since counted @n messages of one cause, and no others. */
static bool counted(const fixture *self, enum message_cause cause, uint64_t n)
{
	for (int i = 0; i < MESSAGE_CAUSES; i++) {
		uint64_t more = pair.b.ike.refused.n[i] - self->before.n[i];

		if (more == ((int)cause == i ? n : 0))
			continue;
		printf("# %s: %llu\n",
		       message_cause_name((enum message_cause)i),
		       (unsigned long long)more);
		return false;
	}
	return true;
}

/* What is next on the way, or one like it, with an octet changed for B. */
static struct fake_datagram *spoil(size_t offset, uint8_t value)
{
	struct fake_datagram *datagram = fake_network_take();

	if (!datagram)
		abort();
	datagram->data[offset] = value;
	pair_deliver_to(&pair.b, datagram);
	return datagram;
}

TEST_F(counters, nothing_is_wrong)
{
	pair.a.connection.fragment_size = 576;
	note(self);
	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	pair_deliver_all(&pair);
	EXPECT_TRUE(counted(self, MESSAGE_CAUSES, 0));
}

TEST_F(counters, headers)
{
	static const struct {
		size_t offset;
		uint8_t value;
		enum message_cause cause;
	} cases[] = {
		{ 27, 0xff, MESSAGE_BAD_HEADER }, /* length */
		{ 23, 1, MESSAGE_BAD_HEADER }, /* Message ID of IKE_SA_INIT */
		{ 15, 1, MESSAGE_BAD_HEADER }, /* SPIr of the same */
		{ 17, 0x10, MESSAGE_OTHER_VERSION },
		{ 17, 0x30, MESSAGE_OTHER_VERSION },
		{ 19, 0x20, MESSAGE_UNKNOWN_SPI }, /* a response to nothing */
		{ 18, IKE_AUTH, MESSAGE_UNKNOWN_SPI },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pair_up(&pair);
		note(self);
		free(spoil(cases[i].offset, cases[i].value));
		EXPECT_TRUE(counted(self, cases[i].cause, 1));
		pair_end(&pair);
		pair_begin(&pair);
	}
}

TEST_F(counters, what_comes_to_an_ike_sa)
{
	struct fake_datagram *datagram;
	uint8_t octet;

	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	octet = datagram->data[datagram->len - 1];
	note(self);
	datagram->data[datagram->len - 1] ^= 1;
	pair_deliver_to(&pair.b, datagram);
	EXPECT_TRUE(counted(self, MESSAGE_UNVERIFIED, 1));
	datagram->data[datagram->len - 1] = octet;

	note(self);
	datagram->data[16] = PAYLOAD_NOTIFY;
	pair_deliver_to(&pair.b, datagram);
	EXPECT_TRUE(counted(self, MESSAGE_UNPROTECTED, 1));
	datagram->data[16] = PAYLOAD_SK;

	note(self);
	datagram->data[20]++;
	pair_deliver_to(&pair.b, datagram);
	EXPECT_TRUE(counted(self, MESSAGE_OUT_OF_WINDOW, 1));
	datagram->data[20]--;

	note(self);
	datagram->data[19] |= IKE_FLAG_RESPONSE;
	pair_deliver_to(&pair.b, datagram);
	EXPECT_TRUE(counted(self, MESSAGE_OUT_OF_WINDOW, 1));
	datagram->data[19] &= ~IKE_FLAG_RESPONSE;

	note(self);
	pair_deliver_to(&pair.b, datagram);
	EXPECT_TRUE(counted(self, MESSAGE_CAUSES, 0));
	pair_deliver_to(&pair.b, datagram);
	EXPECT_TRUE(counted(self, MESSAGE_REPEATED_REQUEST, 1));
	free(datagram);
}

/* Seal a chain as A would, and give it to B. */
static void request_from_a(uint8_t exchange_type, struct chain *chain)
{
	exchange_send_request(&pair.a.ike, pair.a.ike.ike_sas, exchange_type,
			      chain);
	pair_deliver_one(&pair);
}

TEST_F(counters, a_request_that_is_out_of_place)
{
	struct chain chain;

	pair_establish(&pair);
	note(self);
	chain_start(&chain);
	request_from_a(IKE_AUTH, &chain);
	EXPECT_TRUE(counted(self, MESSAGE_MISPLACED, 1));
}

TEST_F(counters, an_unknown_critical_payload)
{
	struct chain chain;
	size_t offset;

	pair_establish(&pair);
	note(self);
	chain_start(&chain);
	offset = payload_begin(&chain.message, 200);
	payload_end(&chain.message, offset);
	overwrite_u8(&chain.message.writer, offset + 1, 0x80);
	request_from_a(INFORMATIONAL, &chain);
	EXPECT_TRUE(counted(self, MESSAGE_CRITICAL_PAYLOAD, 1));
}

TEST_F(counters, malformed_payloads)
{
	struct chain chain;
	size_t offset;

	pair_establish(&pair);
	note(self);
	chain_start(&chain);
	offset = payload_begin(&chain.message, PAYLOAD_NOTIFY);
	payload_end(&chain.message, offset);
	overwrite_u8(&chain.message.writer, offset + 3, 3);
	request_from_a(INFORMATIONAL, &chain);
	EXPECT_TRUE(counted(self, MESSAGE_MALFORMED, 1));

	pair_end(&pair);
	pair_begin(&pair);
	pair_establish(&pair);
	note(self);
	chain_start(&chain);
	request_from_a(CREATE_CHILD_SA, &chain);
	EXPECT_TRUE(counted(self, MESSAGE_MALFORMED, 1));
}

TEST_F(counters, ike_sa_init_that_cannot_be_read)
{
	pair_up(&pair);
	note(self);
	free(spoil(30, 0xff)); /* the length of the first payload */
	EXPECT_TRUE(counted(self, MESSAGE_MALFORMED, 1));
}

TEST_F(counters, a_repeated_ike_sa_init)
{
	struct fake_datagram *datagram;

	pair_up(&pair);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	note(self);
	pair_deliver_to(&pair.b, datagram);
	pair_deliver_to(&pair.b, datagram);
	EXPECT_TRUE(counted(self, MESSAGE_REPEATED_REQUEST, 1));
	free(datagram);
}

TEST_F(counters, fragments)
{
	struct fake_datagram *first;

	pair.a.connection.fragment_size = 576;
	pair_up(&pair);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	first = fake_network_take();
	ASSERT_NE(first, NULL);
	note(self);
	pair_deliver_to(&pair.b, first);
	EXPECT_TRUE(counted(self, MESSAGE_CAUSES, 0));
	pair_deliver_to(&pair.b, first);
	EXPECT_TRUE(counted(self, MESSAGE_REPEATED_FRAGMENT, 1));

	note(self);
	first->data[34] = 0xff; /* Total Fragments */
	pair_deliver_to(&pair.b, first);
	EXPECT_TRUE(counted(self, MESSAGE_TOO_LARGE, 1));
	free(first);
}

TEST_F(counters, refusals_of_ike_sa_init)
{
	side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-ecp384-ke1_mlkem768");
	note(self);
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_TRUE(counted(self, MESSAGE_NO_PROPOSAL, 1));

	pair_end(&pair);
	pair_begin(&pair);
	side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-ecp384-ke1_mlkem768");
	side_set_proposal(&pair.a, 0,
			  "aes256gcm16-prfsha384-x25519-ecp384-ke1_mlkem768");
	note(self);
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_TRUE(counted(self, MESSAGE_OTHER_METHOD, 1));
}

static void overwrite(uint8_t *octets, size_t n, size_t value)
{
	while (n--) {
		octets[n] = (uint8_t)value;
		value >>= 8;
	}
}

/* What A sends first, with a Vendor ID that makes it so long. */
static void begin_with(size_t len)
{
	struct fake_datagram *request, *large;
	size_t more;

	pair_up(&pair);
	request = fake_network_take();
	large = calloc(1, sizeof(*large) + len);
	if (!request || !large)
		abort();
	*large = *request;
	large->len = len;
	more = len - request->len;
	memcpy(large->data, request->data, IKE_HEADER_SIZE);
	memcpy(large->data + IKE_HEADER_SIZE + more,
	       request->data + IKE_HEADER_SIZE, request->len - IKE_HEADER_SIZE);
	large->data[IKE_HEADER_SIZE] = request->data[16];
	overwrite(large->data + IKE_HEADER_SIZE + 2, 2, more);
	large->data[16] = PAYLOAD_VENDOR_ID;
	overwrite(large->data + 24, 4, len);
	pair_deliver_to(&pair.b, large);
	free(request);
	free(large);
}

/* Anybody may send it, and it is kept. */
TEST_F(counters, ike_sa_init_of_many_octets)
{
	note(self);
	begin_with(IKE_UNAUTHENTICATED_MAX + 1);
	EXPECT_TRUE(counted(self, MESSAGE_TOO_LARGE, 1));
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 0);
	pair_end(&pair);
	pair_begin(&pair);
	note(self);
	begin_with(IKE_UNAUTHENTICATED_MAX);
	EXPECT_TRUE(counted(self, MESSAGE_CAUSES, 0));
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 1);
}

TEST_F(counters, authentication)
{
	pair.b.ike.kernel->refuse_auth = EKEYREJECTED;
	note(self);
	pair_establish(&pair);
	EXPECT_TRUE(counted(self, MESSAGE_UNAUTHENTICATED, 1));
}

TEST_F(counters, half_open_ike_sas)
{
	note(self);
	pair.b.ike.half_open.n = HALF_OPEN_COOKIES;
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_TRUE(counted(self, MESSAGE_NEEDS_COOKIE, 1));
	pair.b.ike.half_open.n = 0;
	side_begin_half_open(&pair.b, &pair.a, HALF_OPEN_PEER_MAX);
	note(self);
	pair_deliver_one(&pair); /* the cookie, to side A */
	pair_deliver_one(&pair);
	EXPECT_TRUE(counted(self, MESSAGE_HALF_OPEN_LIMIT, 1));
	pair.b.ike.half_open.n = 0;
}

/* What B has chosen was not offered: A says no more than that. */
TEST_F(counters, a_response_that_does_not_fit)
{
	struct fake_datagram *datagram;

	pair_up(&pair);
	pair_deliver_one(&pair);
	side_set_proposal(&pair.a, 0, "aes128gcm16-prfsha384-x25519-ke1_mlkem768");
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	pair_deliver_to(&pair.a, datagram);
	free(datagram);
	EXPECT_EQ(pair.a.ike.refused.n[MESSAGE_UNFIT_RESPONSE], 1);
}

TEST(names)
{
	for (int i = 0; i < MESSAGE_CAUSES; i++) {
		const char *name = message_cause_name((enum message_cause)i);
		const char *text = message_cause_text((enum message_cause)i);

		ASSERT_NE(name, NULL);
		EXPECT_EQ(strspn(name, "abcdefghijklmnopqrstuvwxyz_"),
			  strlen(name));
		EXPECT_TRUE(strlen(text) > 0 && strlen(text) <= 30);
		for (int j = 0; j < i; j++)
			EXPECT_STRNE(name,
				     message_cause_name((enum message_cause)j));
	}
}

TEST(reading)
{
	struct message_counters counters = { 0 };

	message_counters_read(&counters, "unknown_spi 18446744073709551615");
	EXPECT_EQ(counters.n[MESSAGE_UNKNOWN_SPI], UINT64_MAX);
	message_counters_read(&counters, "malformed 3");
	message_counters_read(&counters, "malform 4");
	message_counters_read(&counters, "malformed_too 5");
	message_counters_read(&counters, "");
	EXPECT_EQ(counters.n[MESSAGE_MALFORMED], 3);
}

/* A helper's socket, and what it has counted. */
struct served {
	struct ike ike;
	struct control *control;
	bool done;
};

static void take_request(void *arg, uint64_t client, const char *text)
{
	struct served *served = arg;
	const struct command_context context = { .control = served->control };

	command(&served->ike, &context, client, text);
	served->done = true;
}

static void tell_ok(void *arg, uint64_t client)
{
	control_ok(((struct served *)arg)->control, client);
}

static void take_counter(const char *line, void *arg)
{
	message_counters_read(arg, line);
}

static pid_t start_asking(const char *path,
			  const struct message_counters *expected)
{
	struct message_counters counters = { 0 };
	const struct control_listener listener = {
		.answer = take_counter, .arg = &counters,
	};
	char error[256];
	pid_t pid = fork();

	if (pid)
		return pid;
	_exit(!control_is_served(path) ||
	      control_request(path, "statistics", &listener, error,
			      sizeof(error)) ||
	      memcmp(&counters, expected, sizeof(counters)) != 0);
}

TEST(the_operator_is_told)
{
	static struct served served;
	char directory[] = "/tmp/pqike.XXXXXX";
	struct pollfd fds[CONTROL_POLL_MAX];
	struct control_socket *listener;
	char path[64];
	char error[256];
	int status;
	pid_t pid;

	ASSERT_NE(mkdtemp(directory), NULL);
	snprintf(path, sizeof(path), "%s/control", directory);
	EXPECT_FALSE(control_is_served(path));
	for (int i = 0; i < MESSAGE_CAUSES; i++)
		served.ike.refused.n[i] = 1000 + (uint64_t)i;
	served.ike.events = (struct ike_events){ .ok = tell_ok, .arg = &served };
	listener = control_socket_open(path, error, sizeof(error));
	ASSERT_NE(listener, NULL);
	served.control = control_new(dup(control_socket_fd(listener)),
				     take_request, &served);
	ASSERT_NE(served.control, NULL);
	pid = start_asking(path, &served.ike.refused);
	while (!served.done) {
		size_t n = control_poll_fds(served.control, fds);

		if (poll(fds, n, -1) > 0)
			control_serve(served.control, fds, n);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	control_free(served.control);
	control_socket_close(listener);
	rmdir(directory);
}

TEST_HARNESS_MAIN
