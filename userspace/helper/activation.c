// SPDX-License-Identifier: GPL-2.0
#include "helper/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/given_fds.h"
#include "base/pass_fds.h"
#include "base/unix_connect.h"
#include "helper/supervision.h"

bool activation_is(void)
{
	return given_fds_count() == 1;
}

/* Return: whether the other end is held, and the kernel has us killed when it is not. */
static bool hang_on(int lifeline)
{
	struct pollfd fd = { .fd = lifeline };

	return fcntl(lifeline, F_SETOWN, getpid()) >= 0 &&
	       fcntl(lifeline, F_SETSIG, SIGKILL) >= 0 &&
	       fcntl(lifeline, F_SETFL, O_NONBLOCK | O_ASYNC) >= 0 &&
	       fcntl(lifeline, F_SETFD, 0) >= 0 && !poll(&fd, 1, 0);
}

static bool take_places(int channel, const int *fds)
{
	return dup2(channel, SUPERVISION_FD) >= 0 &&
	       hang_on(fds[ACTIVATION_FD_LIFELINE]);
}

/* Return: whether a record that is well formed has come, with all descriptors. */
static bool receive(int channel, int fds[ACTIVATION_FDS])
{
	char version = 0;
	bool whole;
	size_t n;

	return pass_fds_receive(channel, &version, sizeof(version), fds,
				ACTIVATION_FDS, &n, 0, &whole) == sizeof(version) &&
	       whole && n == ACTIVATION_FDS && version == ACTIVATION_VERSION;
}

/*
 * What a manager gives listens, or has been accepted by it (Accept=), and does not block.
 * Return: what does.
 */
static int accept_channel(void)
{
	struct pollfd given = { .fd = GIVEN_FDS_FIRST, .events = POLLIN };
	socklen_t size = sizeof(int);
	int listens = 0;

	getsockopt(GIVEN_FDS_FIRST, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
	if (listens)
		return poll(&given, 1, -1) > 0 ?
			       accept4(GIVEN_FDS_FIRST, NULL, NULL, SOCK_CLOEXEC) : -1;
	fcntl(GIVEN_FDS_FIRST, F_SETFL, 0);
	return fcntl(GIVEN_FDS_FIRST, F_DUPFD_CLOEXEC, GIVEN_FDS_FIRST + 1);
}

bool activation_accept(int *channel, int *program)
{
	int accepted = accept_channel();
	int fds[ACTIVATION_FDS];

	if (accepted < 0 || !receive(accepted, fds)) {
		fprintf(stderr, "pqike: the supervisor said nothing that this version understands\n");
		return false;
	}
	given_fds_forget();
	if (!take_places(accepted, fds)) {
		fprintf(stderr, "pqike: the supervisor is gone\n");
		return false;
	}
	close(accepted);
	*channel = SUPERVISION_FD;
	*program = fds[ACTIVATION_FD_PROGRAM];
	return true;
}

void activation_become(const char *word)
{
	char *const argv[] = { (char *)"pqike", (char *)word, NULL };
	int channel, program;

	if (!activation_accept(&channel, &program))
		return;
	syscall(SYS_execveat, program, "", argv, environ, AT_EMPTY_PATH);
	fprintf(stderr, "pqike: cannot become a helper: %s\n", strerror(errno));
}

bool activation_is_of(int program)
{
	struct stat theirs, ours;

	return !fstat(program, &theirs) && !stat("/proc/self/exe", &ours) &&
	       theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

static bool send_request(int channel, int program, int lifeline)
{
	const char version = ACTIVATION_VERSION;
	const int fds[ACTIVATION_FDS] = {
		[ACTIVATION_FD_PROGRAM] = program,
		[ACTIVATION_FD_LIFELINE] = lifeline,
	};

	return pass_fds_send(channel, &version, sizeof(version), fds,
			     ACTIVATION_FDS, MSG_DONTWAIT);
}

int activation_request(const char *path, int *lifeline, char *error,
		       size_t error_size)
{
	/* The file may have another name by now, or none. */
	int program = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	int ends[2] = { -1, -1 };
	int channel = -1;
	bool ok;

	ok = program >= 0 && !pipe2(ends, O_CLOEXEC) &&
	     (channel = unix_connect(path, SOCK_NONBLOCK)) >= 0 &&
	     send_request(channel, program, ends[0]);
	if (!ok) {
		snprintf(error, error_size, "%s: cannot have it started: %s",
			 path, strerror(errno));
		if (channel >= 0)
			close(channel);
		if (ends[1] >= 0)
			close(ends[1]);
		channel = -1;
	}
	if (ends[0] >= 0)
		close(ends[0]);
	if (program >= 0)
		close(program);
	*lifeline = ok ? ends[1] : -1;
	return channel;
}
