// SPDX-License-Identifier: GPL-2.0
/* What a service manager hears, and how the log looks in its journal. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "kselftest_harness.h"
#include "supervisor/service.h"

FIXTURE(service)
{
	int fd;
	char heard[256];
};

/* In the abstract name space, so that nothing is left behind. */
FIXTURE_SETUP(service)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char name[64];
	size_t len = (size_t)snprintf(name, sizeof(name), "@pqike-test-%d",
				      (int)getpid());

	memcpy(address.sun_path + 1, name + 1, len - 1);
	self->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(bind(self->fd, (struct sockaddr *)&address,
		       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
		  0);
	setenv("NOTIFY_SOCKET", name, 1);
}

FIXTURE_TEARDOWN(service)
{
	close(self->fd);
}

#define HEAR(self) \
	(memset((self)->heard, 0, sizeof((self)->heard)), \
	 recv((self)->fd, (self)->heard, sizeof((self)->heard) - 1, 0))

TEST_F(service, hears)
{
	service_ready();
	EXPECT_GT(HEAR(self), 0);
	EXPECT_STREQ(self->heard, "READY=1\nSTATUS=");
	service_no_helper();
	EXPECT_GT(HEAR(self), 0);
	EXPECT_EQ(strncmp(self->heard, "STATUS=There is no helper", 25), 0);
	service_reloading();
	EXPECT_GT(HEAR(self), 0);
	EXPECT_EQ(strncmp(self->heard, "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
	service_stopping();
	EXPECT_GT(HEAR(self), 0);
	EXPECT_STREQ(self->heard, "STOPPING=1");
}

/* Whoever waits does so until the manager has heard it. */
TEST_F(service, is_waited_for)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		service_stopping();
		service_wait(-1);
		_exit(0);
	}
	fcntl(self->fd, F_SETFL, 0);
	EXPECT_GT(HEAR(self), 0);
	EXPECT_STREQ(self->heard, "STOPPING=1");
	EXPECT_EQ(waitpid(pid, &status, WNOHANG), 0);
	EXPECT_GT(HEAR(self), 0);
	EXPECT_STREQ(self->heard, "BARRIER=1");
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	/* And not at all without one. */
	unsetenv("NOTIFY_SOCKET");
	service_wait(-1);
}

TEST_F(service, is_not_there)
{
	unsetenv("NOTIFY_SOCKET");
	service_ready();
	setenv("NOTIFY_SOCKET", "relative", 1);
	service_ready();
	setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
	service_ready();
	EXPECT_LT(HEAR(self), 0);
}

/* The loop says that it goes round, at twice the rate that is asked for. */
TEST_F(service, is_told_that_the_loop_goes_round)
{
	int64_t due;

	setenv("WATCHDOG_USEC", "4000000", 1);
	service_watchdog(1000);
	EXPECT_GT(HEAR(self), 0);
	EXPECT_STREQ(self->heard, "WATCHDOG=1");
	due = service_watchdog_due();
	EXPECT_EQ(due, 3000);
	service_watchdog(due - 1);
	EXPECT_LT(HEAR(self), 0);
	service_watchdog(due);
	EXPECT_GT(HEAR(self), 0);
	EXPECT_STREQ(self->heard, "WATCHDOG=1");
	EXPECT_LT(HEAR(self), 0);
}

TEST_F(service, asks_for_no_sign_of_life)
{
	unsetenv("WATCHDOG_USEC");
	service_watchdog(1000);
	setenv("WATCHDOG_USEC", "4000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	service_watchdog(1000);
	unsetenv("WATCHDOG_PID");
	EXPECT_LT(HEAR(self), 0);
	EXPECT_EQ(service_watchdog_due(), 0);
}

/* What the manager hears is @text, with a descriptor of ours if that is not -1. */
static bool hears_fd(int fd, const char *text, int ours)
{
	char heard[256] = "";
	struct iovec part = { heard, sizeof(heard) - 1 };
	char control[CMSG_SPACE(sizeof(int))];
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct stat given, own;
	struct cmsghdr *header;
	int received;
	bool same;

	if (recvmsg(fd, &message, 0) < 0 || strcmp(heard, text) != 0)
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (!header)
		return ours < 0;
	memcpy(&received, CMSG_DATA(header), sizeof(received));
	same = !fstat(received, &given) && !fstat(ours, &own) &&
	       given.st_ino == own.st_ino;
	close(received);
	return same;
}

TEST_F(service, keeps_descriptors)
{
	int ends[2];

	ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
	service_keep(ends, 2);
	EXPECT_TRUE(hears_fd(self->fd, "FDSTORE=1\nFDNAME=udp-0\nFDPOLL=0", ends[0]));
	EXPECT_TRUE(hears_fd(self->fd, "FDSTORE=1\nFDNAME=udp-1\nFDPOLL=0", ends[1]));
	service_drop_kept(2);
	EXPECT_TRUE(hears_fd(self->fd, "FDSTOREREMOVE=1\nFDNAME=udp-0", -1));
	EXPECT_TRUE(hears_fd(self->fd, "FDSTOREREMOVE=1\nFDNAME=udp-1", -1));
	close(ends[0]);
	close(ends[1]);
}

/* Descriptors from 3 on are those of the manager in what follows. */
static void make_room(int *fd)
{
	int high = fcntl(*fd, F_DUPFD_CLOEXEC, 100);

	close(*fd);
	*fd = high;
	for (int given = 3; given < 20; given++)
		dup2(STDOUT_FILENO, given);
}

/* As a manager that has kept as many under these names, from descriptor 3 on */
static bool take(int pid, const char *n, const char *names, int *fds, size_t *taken)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	setenv("LISTEN_PID", text, 1);
	setenv("LISTEN_FDS", n, 1);
	if (names)
		setenv("LISTEN_FDNAMES", names, 1);
	return service_take_kept(fds, taken);
}

TEST_F(service, gives_back_what_it_has_kept)
{
	int fds[SERVICE_FDS_MAX];
	size_t n;

	make_room(&self->fd);
	ASSERT_TRUE(take(getpid(), "3", "udp-2:udp-0:udp-1", fds, &n));
	ASSERT_EQ(n, 3);
	EXPECT_EQ(fds[0], 4);
	EXPECT_EQ(fds[1], 5);
	EXPECT_EQ(fds[2], 3);
	for (int fd = 3; fd < 6; fd++)
		EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(getenv("LISTEN_FDS"), NULL);
	EXPECT_EQ(getenv("LISTEN_FDNAMES"), NULL);
	EXPECT_TRUE(service_take_kept(fds, &n));
	EXPECT_EQ(n, 0);
}

TEST_F(service, has_kept_nothing)
{
	int fds[SERVICE_FDS_MAX];
	size_t n;

	make_room(&self->fd);
	EXPECT_TRUE(take(1, "1", "udp-0", fds, &n));
	EXPECT_EQ(n, 0);
	EXPECT_TRUE(take(getpid(), "0", "udp-0", fds, &n));
	EXPECT_EQ(n, 0);
	EXPECT_TRUE(take(getpid(), "-1", "udp-0", fds, &n));
	EXPECT_EQ(n, 0);
	EXPECT_NE(fcntl(3, F_GETFD), -1);
	EXPECT_LT(HEAR(self), 0);
}

/* Of other names, twice one, too few names, too many: they are closed and kept no more. */
TEST_F(service, has_kept_what_is_not_ours)
{
	static const struct {
		const char *n;
		const char *names;
		int given;
	} others[] = {
		{ "1", "stored", 1 }, { "1", "udp-1", 1 }, { "1", "udp-00", 1 },
		{ "2", "udp-0:udp-0", 2 }, { "2", "udp-0", 2 },
		{ "13", "udp-0:udp-1", 13 },
	};
	int fds[SERVICE_FDS_MAX];
	size_t n;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		make_room(&self->fd);
		EXPECT_FALSE(take(getpid(), others[i].n, others[i].names, fds, &n));
		EXPECT_EQ(n, 0);
		for (int fd = 3; fd < 20; fd++)
			EXPECT_EQ(fcntl(fd, F_GETFD) == -1,
				  fd < 3 + others[i].given);
		EXPECT_GT(HEAR(self), 0);
		EXPECT_EQ(strncmp(self->heard, "FDSTOREREMOVE=1\nFDNAME=", 23), 0);
		while (HEAR(self) > 0)
			;
	}
}

/* A manager that reads nothing: its queue is full at some time. */
TEST_F(service, that_hangs_does_not_stop_the_loop)
{
	setenv("WATCHDOG_USEC", "2000", 1);
	for (int64_t now = 1; now < 20000; now++)
		service_watchdog(now);
	EXPECT_GT(HEAR(self), 0);
}

FIXTURE(log)
{
	int out;
	int saved;
	char text[2048];
};

FIXTURE_SETUP(log)
{
	self->out = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	ASSERT_GE(self->out, 0);
	self->saved = dup(STDERR_FILENO);
	dup2(self->out, STDERR_FILENO);
}

FIXTURE_TEARDOWN(log)
{
	dup2(self->saved, STDERR_FILENO);
	close(self->saved);
	close(self->out);
}

typedef FIXTURE_DATA(log) log_output;

static const char *logged(log_output *self)
{
	ssize_t len = pread(self->out, self->text, sizeof(self->text) - 1, 0);

	self->text[len < 0 ? 0 : len] = '\0';
	return self->text;
}

TEST_F(log, plain)
{
	unsetenv("JOURNAL_STREAM");
	log_line("a\tb %d", 1);
	log_warning("c");
	EXPECT_STREQ(logged(self), "pqike: a?b 1\npqike: c\n");
}

TEST_F(log, journal)
{
	struct stat status;
	char stream[64];

	fstat(STDERR_FILENO, &status);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev,
		 (uintmax_t)status.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_line("a");
	log_warning("b");
	EXPECT_STREQ(logged(self), "<6>pqike: a\n<4>pqike: b\n");
}

/* Where the output was sent elsewhere after that, there is no journal. */
TEST_F(log, no_journal)
{
	setenv("JOURNAL_STREAM", "1:2", 1);
	log_line("a");
	EXPECT_STREQ(logged(self), "pqike: a\n");
}

TEST_F(log, full_disk)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	if (full < 0)
		SKIP(return, "no /dev/full");
	unsetenv("JOURNAL_STREAM");
	dup2(full, STDERR_FILENO);
	close(full);
	log_line("a");
	log_line("b");
	dup2(self->out, STDERR_FILENO);
	log_line("c");
	EXPECT_STREQ(logged(self),
		     "pqike: 2 lines of the log could not be written\npqike: c\n");
}

TEST_HARNESS_MAIN
