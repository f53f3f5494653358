// SPDX-License-Identifier: GPL-2.0
/* Rights go by libcap-ng(7), and system calls by a filter. */
#include "helper/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/call_filter.h"
#include "base/log.h"

/* Allowed with any arguments: they are about descriptors and memory that there are. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev),
	SCMP_SYS(close), SCMP_SYS(fstat),
	SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg), SCMP_SYS(accept4),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(timerfd_settime),
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getrandom), SCMP_SYS(sysinfo),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall), SCMP_SYS(futex), SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* A descriptor that nobody has after us: what is changed of it ends with it. */
#define IS_OWN CALL_HAS(0, ~(SANDBOX_SHARED - 1), 0)

/* For datagrams, of UDP: asks for routes and own addresses. */
#define DATAGRAMS(family, protocol)					\
	{ SCMP_SYS(socket), 3,						\
	  { CALL_IS(0, family), CALL_HAS(1, ~(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_DGRAM), \
	    CALL_IS(2, protocol) } }

/* What memory may be used for is the third argument. */
#define UNLESS_EXECUTABLE(name)						\
	{ SCMP_SYS(name), 1, { CALL_HAS(2, PROT_EXEC, 0) } }

static const struct call_rule rules[] = {
	DATAGRAMS(AF_INET, 0), DATAGRAMS(AF_INET, IPPROTO_UDP),
	DATAGRAMS(AF_INET6, 0), DATAGRAMS(AF_INET6, IPPROTO_UDP),
	{ SCMP_SYS(bind), 1, { IS_OWN } },
	{ SCMP_SYS(connect), 1, { IS_OWN } },
	/* Room for what a client has not read. */
	{ SCMP_SYS(setsockopt), 3,
	  { IS_OWN, CALL_IS(1, SOL_SOCKET), CALL_IS(2, SO_SNDBUF) } },
	/* What comes later and others go on with, too, is moved to where these are. */
	{ SCMP_SYS(fcntl), 2,
	  { CALL_IS(1, F_DUPFD_CLOEXEC), CALL_IS(2, SANDBOX_SHARED) } },
	UNLESS_EXECUTABLE(mmap),
	UNLESS_EXECUTABLE(mprotect),
};

static bool set_filter(void)
{
	const struct call_filter filter = {
		.allowed = allowed,
		.n_allowed = sizeof(allowed) / sizeof(allowed[0]),
		.rules = rules, .n_rules = sizeof(rules) / sizeof(rules[0]),
	};

	return call_filter_set(&filter);
}

static bool change_root(int directory)
{
	return !fchdir(directory) && !chroot(".") && !chdir("/") &&
	       !close(directory);
}

/* Which systemd gives to whom it makes a member of one. */
static bool is_in_no_other_group(gid_t group)
{
	gid_t groups[2];
	int n = getgroups(2, groups);

	return !n || (n == 1 && groups[0] == group);
}

/* The signal that ends this process with its parent does not survive a change of user. */
static bool change_user(const struct sandbox *sandbox)
{
	/* NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): they are bits. */
	const capng_flags_t flags = CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING |
				    CAPNG_CLEAR_AMBIENT;

	capng_clear(CAPNG_SELECT_ALL);
	errno = EPERM; /* libcap-ng may not ask the kernel at all */
	return !capng_change_id((int)sandbox->user, (int)sandbox->group, flags) &&
	       !prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static bool has_nothing(const struct sandbox *sandbox)
{
	uid_t users[3];
	gid_t groups[3];

	errno = EPERM;
	return !capng_get_caps_process() &&
	       capng_have_capabilities(CAPNG_SELECT_ALL) == CAPNG_NONE &&
	       !getresuid(&users[0], &users[1], &users[2]) &&
	       !getresgid(&groups[0], &groups[1], &groups[2]) &&
	       users[0] == sandbox->user && users[1] == sandbox->user &&
	       users[2] == sandbox->user && groups[0] == sandbox->group &&
	       groups[1] == sandbox->group && groups[2] == sandbox->group &&
	       is_in_no_other_group(sandbox->group);
}

/* Return: what could not be had, NULL: all of it. */
static const char *change_place(const struct sandbox *sandbox)
{
	/* Whoever is started so has no right to change it. */
	if (has_nothing(sandbox))
		return close(sandbox->root) ? "root" : NULL;
	if (!change_root(sandbox->root))
		return "chroot";
	if (!change_user(sandbox))
		return "user and capabilities";
	return has_nothing(sandbox) ? NULL : "some are left";
}

/* The filter cannot look at a descriptor, but it can at its number. */
int sandbox_share(int fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, SANDBOX_SHARED);

	if (moved >= 0)
		close(fd);
	return moved;
}

static bool move_shared(const struct sandbox *sandbox)
{
	for (size_t i = 0; i < sandbox->n_shared; i++) {
		int moved = sandbox_share(sandbox->shared[i]);

		if (moved < 0)
			return false;
		sandbox->shared[i] = moved;
	}
	return true;
}

bool sandbox_enter(const struct sandbox *sandbox, char *error, size_t error_size)
{
	const char *what;

	log_open();
	what = sandbox->user ? change_place(sandbox) : "the helper's user is root";
	if (!what && !move_shared(sandbox))
		what = "descriptors";
	if (!what &&
	    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	     prctl(PR_SET_DUMPABLE, 0) || !set_filter()))
		what = "seccomp";
	if (!what)
		return true;
	snprintf(error, error_size, "cannot give up rights: %s: %s", what,
		 strerror(errno));
	return false;
}
