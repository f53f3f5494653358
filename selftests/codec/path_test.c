// SPDX-License-Identifier: GPL-2.0
/* Of several addresses of this side: where it begins, and where it responds. */
#include <arpa/inet.h>
#include <errno.h>

#include "config/config.h"
#include "config/connection.h"
#include "kernel/local_address.h"
#include "kselftest_harness.h"
#include "wire/path.h"

/* Nobody has these: they are for documentation. */
#define ELSEWHERE "203.0.113.1"
#define ELSEWHERE_6 "2001:db8::1"

static void set_address(struct sockaddr_storage *address, const char *text)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;
	struct sockaddr_in *in = (struct sockaddr_in *)address;

	*address = (struct sockaddr_storage){ 0 };
	address->ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	inet_pton(address->ss_family, text,
		  address->ss_family == AF_INET ? (void *)&in->sin_addr :
						  (void *)&in6->sin6_addr);
}

static struct connection_config *make(const char *const *locals)
{
	static struct connection_config connection;

	connection = (struct connection_config){
		.local_port = IKE_PORT, .remote_port = IKE_PORT,
	};
	for (; *locals; locals++)
		set_address(&connection.local_addrs[connection.n_local_addrs++],
			    *locals);
	return &connection;
}

/* "192.0.2.1:500" from where @remote is spoken to, or the name of an error. */
static const char *begun_from(const char *const *locals, const char *remote)
{
	static char text[ENDPOINT_TEXT_SIZE];
	struct sockaddr_storage address;
	struct path path = { 0 };
	int error;

	set_address(&address, remote);
	error = path_from_connection(make(locals), &address, &path);
	if (error)
		return strerrorname_np(-error);
	endpoint_print(&path.local, text, sizeof(text));
	return text;
}

#define LOCALS(...) ((const char *const[]){ __VA_ARGS__, NULL })

TEST(the_first_that_the_host_has)
{
	EXPECT_STREQ(begun_from(LOCALS(ELSEWHERE, "127.0.0.2", "127.0.0.3"),
				"127.0.0.1"), "127.0.0.2:500");
}

TEST(the_family_of_the_peer)
{
	const char *const *locals = LOCALS("127.0.0.2", ELSEWHERE_6, "::1");

	EXPECT_STREQ(begun_from(locals, "127.0.0.1"), "127.0.0.2:500");
	EXPECT_STREQ(begun_from(locals, "::1"), "[::1]:500");
}

/* It may come back, and sending says that it is not there. */
TEST(the_host_has_none)
{
	EXPECT_STREQ(begun_from(LOCALS(ELSEWHERE_6, ELSEWHERE, "203.0.113.2"),
				"127.0.0.1"), ELSEWHERE ":500");
}

TEST(none_is_of_that_family)
{
	EXPECT_STREQ(begun_from(LOCALS("127.0.0.1"), "::1"), "EAFNOSUPPORT");
}

TEST(any)
{
	static const char *const none[] = { NULL };

	EXPECT_STREQ(begun_from(none, "127.0.0.1"), "127.0.0.1:500");
}

static bool responds(const char *const *locals, const char *local)
{
	struct connection_config *connection = make(locals);
	struct config config = { .connections = connection };
	struct path path = { 0 };

	set_address(&path.local, local);
	set_address(&path.remote, "198.51.100.1");
	connections_index(&config);
	return connection_next(&config, &path, NULL) == connection;
}

TEST(it_responds_on_all)
{
	const char *const *locals = LOCALS("192.0.2.1", ELSEWHERE_6, "192.0.2.2");
	static const char *const none[] = { NULL };

	EXPECT_TRUE(responds(locals, "192.0.2.1"));
	EXPECT_TRUE(responds(locals, "192.0.2.2"));
	EXPECT_TRUE(responds(locals, ELSEWHERE_6));
	EXPECT_FALSE(responds(locals, "192.0.2.3"));
	EXPECT_TRUE(responds(none, "192.0.2.3"));
}

TEST_HARNESS_MAIN
