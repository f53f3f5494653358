// SPDX-License-Identifier: GPL-2.0
/*
 * A process that a service manager starts for a supervisor: this test is the manager, the
 * supervisor, and in a child the process, which becomes this program anew.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pass_fds.h"
#include "helper/activation.h"
#include "helper/supervision.h"
#include "kselftest_harness.h"

/* The first descriptor that a manager gives */
#define GIVEN 3

#define AGAIN "again"

/* What it says then */
struct said {
	pid_t pid;
	bool is_clear; /* nothing says that a manager has started it */
};

/* Before main(): where it has become this program, it says so and hangs. */
__attribute__((constructor))
static void be_again(int argc, char **argv)
{
	struct said said = { .pid = getpid() };

	if (argc != 2 || strcmp(argv[1], AGAIN) != 0)
		return;
	said.is_clear = !activation_is() && !getenv("LISTEN_FDS");
	if (send(SUPERVISION_FD, &said, sizeof(said), 0) < 0)
		_exit(1);
	for (;;)
		pause();
}

FIXTURE(activation)
{
	char path[64];
	int listener;
};

FIXTURE_SETUP(activation)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(self->path, sizeof(self->path), "/tmp/activation_test.%d",
		 (int)getpid());
	strcpy(address.sun_path, self->path);
	self->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
					 SOCK_NONBLOCK, 0);
	ASSERT_EQ(bind(self->listener, (struct sockaddr *)&address,
		       sizeof(address)), 0);
	ASSERT_EQ(listen(self->listener, 8), 0);
}

FIXTURE_TEARDOWN(activation)
{
	close(self->listener);
	unlink(self->path);
}

static void be_started(int given)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	if (dup2(given, GIVEN) == GIVEN && activation_is())
		activation_become(AGAIN);
	_exit(EXIT_FAILURE);
}

/* What the manager does: Return: the process */
static pid_t start(int given)
{
	pid_t pid = fork();

	if (!pid)
		be_started(given);
	return pid;
}

/* Return: as waitpid(2) says it */
static int end_of(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

static bool hear(int channel, struct said *said)
{
	struct pollfd fd = { .fd = channel, .events = POLLIN };

	return poll(&fd, 1, -1) == 1 &&
	       recv(channel, said, sizeof(*said), 0) == sizeof(*said);
}

static bool killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

TEST_F(activation, becomes_what_the_supervisor_is)
{
	struct said said;
	char error[256];
	int lifeline;
	int channel = activation_request(self->path, &lifeline, error,
					 sizeof(error));
	pid_t pid;

	ASSERT_GE(channel, 0) TH_LOG("%s", error);
	pid = start(self->listener);
	ASSERT_TRUE(hear(channel, &said));
	EXPECT_EQ(said.pid, pid);
	EXPECT_TRUE(said.is_clear);
	close(lifeline);
	EXPECT_TRUE(killed(end_of(pid)));
	close(channel);
}

/* It hangs, and may even be stopped. */
TEST_F(activation, ends_with_its_lifeline)
{
	struct said said;
	char error[256];
	int lifeline;
	int channel = activation_request(self->path, &lifeline, error,
					 sizeof(error));
	pid_t pid = start(self->listener);

	ASSERT_TRUE(hear(channel, &said));
	ASSERT_EQ(kill(pid, SIGSTOP), 0);
	ASSERT_EQ(waitpid(pid, NULL, WUNTRACED), pid);
	close(lifeline);
	EXPECT_TRUE(killed(end_of(pid)));
	close(channel);
}

/* One after the other, each with a channel of its own */
TEST_F(activation, another_one_follows)
{
	struct said said;
	char error[256];

	for (int i = 0; i < 3; i++) {
		int lifeline;
		int channel = activation_request(self->path, &lifeline, error,
						 sizeof(error));
		pid_t pid = start(self->listener);

		ASSERT_TRUE(hear(channel, &said));
		kill(pid, SIGKILL);
		EXPECT_TRUE(killed(end_of(pid)));
		EXPECT_EQ(recv(channel, &said, sizeof(said), 0), 0);
		close(lifeline);
		close(channel);
	}
}

TEST_F(activation, a_supervisor_that_is_gone)
{
	char error[256];
	int lifeline;
	int channel = activation_request(self->path, &lifeline, error,
					 sizeof(error));

	close(lifeline);
	close(channel);
	EXPECT_EQ(end_of(start(self->listener)), EXIT_FAILURE << 8);
}

/* Of another version, too long, and with fewer or more descriptors */
TEST_F(activation, what_is_malformed)
{
	const int fds[ACTIVATION_FDS + 1] = { 0, 1, 2 };
	const struct {
		char version;
		size_t len;
		size_t n;
	} rows[] = {
		{ ACTIVATION_VERSION + 1, 1, ACTIVATION_FDS },
		{ ACTIVATION_VERSION, 2, ACTIVATION_FDS },
		{ ACTIVATION_VERSION, 1, ACTIVATION_FDS - 1 },
		{ ACTIVATION_VERSION, 1, ACTIVATION_FDS + 1 },
		{ ACTIVATION_VERSION, 1, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char record[2] = { rows[i].version };
		int ends[2];

		ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				     ends), 0);
		ASSERT_TRUE(pass_fds_send(ends[0], record, rows[i].len, fds,
					  rows[i].n, 0));
		EXPECT_EQ(end_of(start(ends[1])), EXIT_FAILURE << 8)
			TH_LOG("%zu", i);
		close(ends[0]);
		close(ends[1]);
	}
}

TEST_F(activation, nobody_listens)
{
	char error[256];
	int lifeline;

	EXPECT_EQ(activation_request("/nonexistent", &lifeline, error,
				     sizeof(error)), -1);
	EXPECT_EQ(lifeline, -1);
	EXPECT_NE(strstr(error, "/nonexistent: cannot have it started: "), NULL)
		TH_LOG("%s", error);
}

TEST_HARNESS_MAIN
