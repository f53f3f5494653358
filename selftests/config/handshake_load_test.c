// SPDX-License-Identifier: GPL-2.0
/* How `pqike bench handshake` drives a helper: one that is played, in a process. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/handshake_load.h"
#include "helper/control.h"
#include "kselftest.h"

#define TUNNELS_MAX 100
#define PATH "handshake.control"
#define GIVEN_UP "given up before it was established"

/* What becomes of an up. */
enum kind {
	COMES_UP,
	STAYS, /* but its deletion is not answered */
	FAILS, /* after two requests were sent again */
	IS_UP, /* somebody else began it */
	MUTE, /* no outcome */
	WRONG, /* no connection of that name is configured */
	LAST, /* the helper ends */
};

/* Shared with the helper that is played. */
static struct played {
	enum kind kind;
	pid_t loader;
	unsigned int signal_at; /* at which up the loader has SIGINT, 0: at none */
	unsigned int held; /* so many are answered together */
	bool up[TUNNELS_MAX];
	uint64_t waiting[TUNNELS_MAX];
	unsigned int n_waiting;
	unsigned int most_waiting;
	unsigned int ups;
	unsigned int downs;
	unsigned int ups_of[TUNNELS_MAX];
	unsigned int twice; /* up while it was */
} *played;

static struct control *control;

static void answer(uint64_t client)
{
	switch (played->kind) {
	case COMES_UP:
	case STAYS:
		control_ok(control, client);
		break;
	case FAILS:
		control_progress(control, client,
				 "no answer to IKE_SA_INIT, sending it again (1 of 2)");
		control_progress(control, client,
				 "no answer to IKE_SA_INIT, sending it again (2 of 2)");
		control_fail(control, client,
			     "peer 192.0.2.2 does not answer IKE_SA_INIT");
		break;
	case IS_UP:
		control_progress(control, client, "established already");
		control_ok(control, client);
		break;
	case WRONG:
		control_send(control, client, "wrong", NULL);
		control_fail(control, client, "no connection is configured");
		break;
	case LAST:
		_exit(0);
	case MUTE:
		break;
	}
}

static void take_up(uint64_t client, unsigned int number)
{
	played->twice += played->up[number];
	played->up[number] = played->kind != FAILS && played->kind != WRONG;
	played->ups++;
	played->ups_of[number]++;
	if (played->ups == played->signal_at)
		kill(played->loader, SIGINT);
	played->waiting[played->n_waiting++] = client;
	if (played->n_waiting > played->most_waiting)
		played->most_waiting = played->n_waiting;
	if (played->n_waiting < played->held)
		return;
	while (played->n_waiting)
		answer(played->waiting[--played->n_waiting]);
}

static void take_down(uint64_t client, unsigned int number)
{
	const bool was_up = played->up[number];

	played->downs++;
	played->up[number] = false;
	if (played->kind == STAYS)
		control_fail(control, client,
			     "peer 192.0.2.2 does not answer INFORMATIONAL");
	else if (!was_up)
		control_fail(control, client, "connection is not established");
	else
		control_ok(control, client);
}

static void take_request(void *arg, uint64_t client, const char *text)
{
	unsigned int number;

	(void)arg;
	if (sscanf(text, "up t%u", &number) == 1)
		take_up(client, number);
	else if (sscanf(text, "down t%u", &number) == 1)
		take_down(client, number);
	else
		_exit(1);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, CONTROL_CLIENTS_MAX))
		ksft_exit_fail_msg("%s: %s\n", path, strerror(errno));
	return fd;
}

static void play(int fd)
{
	struct pollfd fds[CONTROL_POLL_MAX];

	control = control_new(fd, take_request, NULL);
	while (control) {
		size_t n = control_poll_fds(control, fds);

		if (poll(fds, n, -1) > 0)
			control_serve(control, fds, n);
	}
	_exit(1);
}

static unsigned int told;

static void count_progress(const struct handshake_record *record,
			   uint64_t elapsed)
{
	(void)record;
	told += elapsed > 0;
}

static char error[CONTROL_RECORD_MAX];

/* Return: what handshake_load() does of a helper of @kind. */
static bool run(enum kind kind, uint32_t names, uint32_t in_flight,
		uint32_t count, struct handshake_record *record)
{
	static struct connection_name list[TUNNELS_MAX];
	const struct handshake_load load = {
		.control = PATH, .names = list, .n_names = names,
		.in_flight = in_flight, .count = count,
		.progress = count_progress,
	};
	int fd = listen_at(PATH);
	pid_t helper;
	bool done;

	for (uint32_t i = 0; i < names; i++)
		snprintf(list[i].text, sizeof(list[i].text), "t%u", i);
	played->kind = kind;
	played->loader = getpid();
	if (!played->held)
		played->held = 1;
	helper = fork();
	if (!helper)
		play(fd);
	close(fd);
	*record = (struct handshake_record){ 0 };
	error[0] = '\0';
	done = handshake_load(&load, record, error, sizeof(error));
	kill(helper, SIGKILL);
	waitpid(helper, NULL, 0);
	unlink(PATH);
	handshake_record_free(record);
	return done;
}

static bool all_down(void)
{
	for (unsigned int i = 0; i < TUNNELS_MAX; i++)
		if (played->up[i])
			return false;
	return true;
}

static bool cause_is(const struct handshake_record *record, const char *text,
		     uint32_t n)
{
	return record->n_causes == 1 && !strcmp(record->causes[0].text, text) &&
	       record->causes[0].n == n;
}

static void begin_test(void)
{
	*played = (struct played){ 0 };
}

static void test_good(void)
{
	struct handshake_record record;
	unsigned int least = UINT32_MAX, most = 0;

	begin_test();
	ksft_test_result(run(COMES_UP, 7, 1, 1000, &record) &&
			 record.established == 1000 && !record.failed &&
			 played->ups == 1000 && played->downs == 1000 &&
			 played->most_waiting == 1 && !played->twice &&
			 all_down(), "a thousand, one at a time\n");
	for (unsigned int i = 0; i < 7; i++) {
		least = played->ups_of[i] < least ? played->ups_of[i] : least;
		most = played->ups_of[i] > most ? played->ups_of[i] : most;
	}
	ksft_test_result(least == 142 && most == 143, "each in its turn\n");

	begin_test();
	played->held = HANDSHAKES_IN_FLIGHT_MAX;
	ksft_test_result(run(COMES_UP, TUNNELS_MAX, HANDSHAKES_IN_FLIGHT_MAX,
			     10 * HANDSHAKES_IN_FLIGHT_MAX, &record) &&
			 record.established == 10 * HANDSHAKES_IN_FLIGHT_MAX &&
			 played->most_waiting == HANDSHAKES_IN_FLIGHT_MAX &&
			 !played->twice && all_down(),
			 "the most in flight, and never one of them twice\n");
	ksft_test_result(record.connections == TUNNELS_MAX && record.elapsed &&
			 record.in_flight == HANDSHAKES_IN_FLIGHT_MAX &&
			 !record.interrupted, "what the run was is told\n");
}

static void test_failures(void)
{
	struct handshake_record record;

	begin_test();
	ksft_test_result(run(FAILS, 4, 4, 20, &record) && record.failed == 20 &&
			 !record.established && record.sent_again == 40 &&
			 cause_is(&record, "peer ADDRESS does not answer IKE_SA_INIT",
				  20), "failures are counted by their text\n");
	ksft_test_result(played->downs == 20 && !record.not_deleted,
			 "what has failed is taken down, which may fail\n");

	begin_test();
	ksft_test_result(run(STAYS, 4, 2, 10, &record) &&
			 record.established == 10 && record.not_deleted == 10 &&
			 cause_is(&record, "peer ADDRESS does not answer INFORMATIONAL",
				  10), "so are deletions that fail\n");

	begin_test();
	ksft_test_result(run(IS_UP, 3, 1, 3, &record) && record.failed == 3 &&
			 !played->downs &&
			 cause_is(&record, "established already", 3),
			 "what somebody else has begun stays up\n");
}

static void test_end(void)
{
	struct handshake_record record;

	begin_test();
	played->signal_at = 25;
	ksft_test_result(run(COMES_UP, 8, 8, 1000, &record) &&
			 record.interrupted && played->ups < 1000 &&
			 played->ups == record.established &&
			 played->downs == played->ups && all_down(),
			 "a signal lets what is under way come to its end\n");

	begin_test();
	played->signal_at = 3;
	ksft_test_result(run(MUTE, 3, 3, 1000, &record) && record.interrupted &&
			 record.failed == 3 && played->downs == 3 &&
			 all_down() && cause_is(&record, GIVEN_UP, 3),
			 "what does not end is given up, and taken down\n");
	ksft_test_result(told, "progress is told meanwhile\n");
}

static void test_helper(void)
{
	struct handshake_record record;

	begin_test();
	ksft_test_result(!run(LAST, 4, 4, 1000, &record) &&
			 !record.established && played->ups < 5 &&
			 strstr(error, "the helper ended"),
			 "the helper ends: %s\n", error);

	begin_test();
	ksft_test_result(!run(WRONG, 4, 2, 1000, &record) &&
			 played->ups <= 2 &&
			 !strcmp(error, "no connection is configured"),
			 "a word is wrong: %s\n", error);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(13);
	played = mmap(NULL, sizeof(*played), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (played == MAP_FAILED)
		ksft_exit_fail_msg("no memory\n");
	test_good();
	test_failures();
	test_end();
	test_helper();
	ksft_finished();
}
