// SPDX-License-Identifier: GPL-2.0
/*
 * Events as JSON, whom they are told, and the last failure of a connection.
 * With --print, only the JSON of one event of each kind.
 */
#include <json-c/json.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "helper/event_json.h"
#include "helper/monitor.h"
#include "kselftest.h"
#include "supervisor/control_socket.h"

static struct ike_event an_event(enum ike_event_kind kind)
{
	return (struct ike_event){
		.kind = kind, .connection = "home",
		.child = kind >= EVENT_CHILD_ESTABLISHED ? "net" : NULL,
		.peer = "198.51.100.1:500", .text = "it says \"this\"",
		.suite = "AES_GCM_16_256/x25519 + ML-KEM-768",
		.ike_sa_id = 7, .spi_i = { 1, 2 }, .spi_r = { 0xff },
		.spi_in = kind == EVENT_CHILD_ESTABLISHED ? 0xc1 : 0,
		.spi_out = kind == EVENT_CHILD_ESTABLISHED ? 0xc2 : 0,
		.round_trips = 3, .fragments_sent = 2,
	};
}

static void print_events(void)
{
	char text[2048];

	for (int kind = 0; kind <= EVENT_CHILD_FAILED; kind++) {
		struct ike_event event = an_event((enum ike_event_kind)kind);

		if (!event_json(&event, text, sizeof(text)))
			exit(KSFT_FAIL);
		puts(text);
	}
	/* the least that may be known */
	puts(event_json(&(struct ike_event){ .kind = EVENT_IKE_FAILED,
					     .peer = "[2001:db8::1]:500",
					     .text = "", .suite = "" },
			text, sizeof(text)) ? text : "");
}

static bool has(struct json_object *object, const char *key, const char *value)
{
	struct json_object *member;

	return json_object_object_get_ex(object, key, &member) &&
	       !strcmp(json_object_get_string(member), value);
}

static void test_members(void)
{
	struct ike_event event = an_event(EVENT_CHILD_ESTABLISHED);
	struct json_object *object, *member;
	char text[2048] = "";

	event_json(&event, text, sizeof(text));
	object = json_tokener_parse(text);
	ksft_test_result(object && has(object, "event", "child-established") &&
			 has(object, "connection", "home") &&
			 has(object, "child", "net") &&
			 has(object, "text", "it says \"this\"") &&
			 has(object, "spi_i", "0102000000000000") &&
			 has(object, "spi_in", "000000c1") &&
			 has(object, "ike_sa", "7") &&
			 has(object, "round_trips", "3") &&
			 !strchr(text, '\n'), "members of an event\n");
	json_object_put(object);
	event = an_event(EVENT_IKE_DELETED);
	event_json(&event, text, sizeof(text));
	object = json_tokener_parse(text);
	ksft_test_result(object &&
			 !json_object_object_get_ex(object, "child", &member) &&
			 !json_object_object_get_ex(object, "spi_in", &member),
			 "what an event has not\n");
	json_object_put(object);
	ksft_test_result(!event_json(&event, text, 20),
			 "no part of an event that does not fit\n");
}

/* One helper's control socket, and clients of it in the same process. */
struct stage {
	char directory[32];
	char path[64];
	struct control *control;
	uint64_t client;
};

static void take(void *arg, uint64_t client, const char *text)
{
	(void)text;
	((struct stage *)arg)->client = client;
}

static int add_client(struct stage *stage)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct pollfd fds[CONTROL_POLL_MAX];
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(address.sun_path, stage->path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    send(fd, "monitor", 7, 0) != 7)
		ksft_exit_fail_msg("cannot use %s\n", stage->path);
	stage->client = 0;
	while (!stage->client) {
		size_t n = control_poll_fds(stage->control, fds);

		if (poll(fds, n, -1) > 0)
			control_serve(stage->control, fds, n);
	}
	return fd;
}

static const char *received(int fd)
{
	static char text[CONTROL_RECORD_MAX];
	ssize_t len = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

static void test_followers(struct stage *stage, struct monitor *monitor)
{
	struct ike_event event = an_event(EVENT_IKE_ESTABLISHED);
	int text = add_client(stage), json;
	const char *line;

	monitor_follow(monitor, stage->client, false);
	json = add_client(stage);
	monitor_follow(monitor, stage->client, true);
	monitor_event(monitor, &event);
	line = received(text);
	ksft_test_result(!strncmp(line, "event 2", 7) &&
			 strstr(line, "Z home: it says \"this\""),
			 "an event as text: %s\n", line);
	line = received(json);
	ksft_test_result(!strncmp(line, "event {", 7) &&
			 strstr(line, "\"event\":\"established\""),
			 "an event as JSON\n");
	close(json);
	monitor_event(monitor, &event);
	monitor_event(monitor, &event);
	ksft_test_result(*received(text) && *received(text) && !*received(text),
			 "whoever goes is not in the way of the others\n");
	close(text);
}

static void fail(struct monitor *monitor, const char *connection,
		 const char *peer, const char *text)
{
	struct ike_event event = an_event(EVENT_IKE_FAILED);

	event.connection = connection;
	event.peer = peer;
	event.text = text;
	monitor_event(monitor, &event);
}

static void test_failures(struct monitor *monitor)
{
	const struct failure *failure;
	char name[16];

	ksft_test_result(!monitor_failure(monitor, "home", "198.51.100.1"),
			 "no failure yet\n");
	fail(monitor, NULL, "198.51.100.1:500", "of somebody");
	failure = monitor_failure(monitor, "home", "198.51.100.1");
	ksft_test_result(failure && !strcmp(failure->text, "of somebody"),
			 "a failure of the peer's address\n");
	ksft_test_result(!monitor_failure(monitor, "home", "198.51.100.11") &&
			 !monitor_failure(monitor, "home", "198.51.100") &&
			 !monitor_failure(monitor, "home", NULL),
			 "a failure of another address\n");
	fail(monitor, "home", "198.51.100.1:500", "first");
	fail(monitor, "away", "198.51.100.2:500", "other");
	fail(monitor, "home", "198.51.100.1:500", "second");
	failure = monitor_failure(monitor, "home", "198.51.100.1");
	ksft_test_result(failure && !strcmp(failure->text, "second"),
			 "the last failure of the connection\n");
	fail(monitor, NULL, "198.51.100.1:4500", "of an unknown identity");
	failure = monitor_failure(monitor, "home", "198.51.100.1");
	ksft_test_result(failure && !strcmp(failure->text, "of an unknown identity"),
			 "a newer failure of an unknown identity at that address\n");
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		fail(monitor, name, "198.51.100.3:500", name);
	}
	failure = monitor_failure(monitor, "c299", NULL);
	ksft_test_result(failure && !strcmp(failure->text, "c299") &&
			 monitor_failure(monitor, "c200", NULL) &&
			 !monitor_failure(monitor, "c0", NULL) &&
			 !monitor_failure(monitor, "home", NULL),
			 "the oldest are forgotten\n");
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "10.0.%d.%d", i / 250, i % 250);
		fail(monitor, NULL, name, "of a stranger");
	}
	ksft_test_result(monitor_failure(monitor, "c200", NULL) &&
			 monitor_failure(monitor, "none", "10.0.1.49") &&
			 !monitor_failure(monitor, "none", "10.0.0.1"),
			 "strangers displace no connection\n");
}

static void establish(struct monitor *monitor, enum ike_event_kind kind,
		      const char *child)
{
	struct ike_event event = an_event(kind);

	event.child = child;
	monitor_event(monitor, &event);
}

static void test_mended(struct monitor *monitor)
{
	const struct failure *failure;

	fail(monitor, "home", "198.51.100.1:500", "again");
	establish(monitor, EVENT_CHILD_ESTABLISHED, "net");
	establish(monitor, EVENT_IKE_DELETED, NULL);
	failure = monitor_failure(monitor, "home", NULL);
	ksft_test_result(failure && !*failure->since,
			 "a failure that is not mended\n");
	establish(monitor, EVENT_IKE_ESTABLISHED, NULL);
	failure = monitor_failure(monitor, "home", NULL);
	ksft_test_result(failure && strlen(failure->since) == 24,
			 "since when it is mended\n");
	fail(monitor, NULL, "198.51.100.1:4500", "of an unknown identity");
	establish(monitor, EVENT_IKE_ESTABLISHED, NULL);
	failure = monitor_failure(monitor, "none", "198.51.100.1");
	ksft_test_result(failure && *failure->since,
			 "since when a peer of that address is established\n");
	fail(monitor, "home", "198.51.100.1:500", "once more");
	failure = monitor_failure(monitor, "home", NULL);
	ksft_test_result(failure && !*failure->since, "a new failure\n");
}

static void test_mended_child(struct monitor *monitor)
{
	struct ike_event event = an_event(EVENT_CHILD_FAILED);
	const struct failure *failure;

	/* A responder installs nothing, and then its IKE SA is established. */
	event.child = NULL;
	event.text = "failed: no Child SA: TS_UNACCEPTABLE: x";
	monitor_event(monitor, &event);
	establish(monitor, EVENT_IKE_ESTABLISHED, NULL);
	failure = monitor_failure(monitor, "home", NULL);
	ksft_test_result(failure && !*failure->since,
			 "an IKE SA mends no Child SA\n");
	establish(monitor, EVENT_CHILD_ESTABLISHED, "net");
	failure = monitor_failure(monitor, "home", NULL);
	ksft_test_result(failure && *failure->since,
			 "a Child SA does, where it is not known which has failed\n");
}

int main(int argc, char **argv)
{
	struct stage stage = { .directory = "/tmp/pqike.XXXXXX" };
	struct control_socket *listener;
	struct monitor *monitor;
	char error[256];

	if (argc == 2 && !strcmp(argv[1], "--print")) {
		print_events();
		return 0;
	}
	ksft_print_header();
	ksft_set_plan(19);
	if (!mkdtemp(stage.directory))
		ksft_exit_fail_msg("cannot make a directory\n");
	snprintf(stage.path, sizeof(stage.path), "%s/control", stage.directory);
	listener = control_socket_open(stage.path, error, sizeof(error));
	if (!listener)
		ksft_exit_fail_msg("%s\n", error);
	stage.control = control_new(dup(control_socket_fd(listener)), take,
				    &stage);
	if (!stage.control)
		ksft_exit_fail_msg("out of memory\n");
	monitor = monitor_new(stage.control);
	test_members();
	test_followers(&stage, monitor);
	test_failures(monitor);
	test_mended(monitor);
	test_mended_child(monitor);
	monitor_free(monitor);
	control_free(stage.control);
	control_socket_close(listener);
	rmdir(stage.directory);
	ksft_finished();
}
