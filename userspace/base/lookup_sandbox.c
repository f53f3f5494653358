// SPDX-License-Identifier: GPL-2.0
#include "base/lookup_sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/call_filter.h"

/* Allowed with any arguments: about memory, clocks, files to read, and sockets of its own. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write),
	SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(lseek),
	SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mprotect), SCMP_SYS(mremap),
	SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(getrandom),
	SCMP_SYS(bind), SCMP_SYS(connect), SCMP_SYS(getsockname),
	SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
	SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction),
	SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(futex),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

#define SOCKETS(family, type)						\
	{ SCMP_SYS(socket), 2,						\
	  { CALL_IS(0, family),						\
	    CALL_HAS(1, ~(SOCK_CLOEXEC | SOCK_NONBLOCK), type) } }

/* To read, a file that is there; the argument has the flags. */
#define TO_READ(name, argument)						\
	{ SCMP_SYS(name), 1,						\
	  { CALL_HAS(argument, O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE, \
		     O_RDONLY) } }

#define WITH(name, argument, value)					\
	{ SCMP_SYS(name), 1, { CALL_IS(argument, value) } }

static const struct call_rule rules[] = {
	SOCKETS(AF_INET, SOCK_DGRAM), SOCKETS(AF_INET, SOCK_STREAM),
	SOCKETS(AF_INET6, SOCK_DGRAM), SOCKETS(AF_INET6, SOCK_STREAM),
	/* The C library asks which families the host has. */
	{ SCMP_SYS(socket), 3,
	  { CALL_IS(0, AF_NETLINK),
	    CALL_HAS(1, ~(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_RAW),
	    CALL_IS(2, NETLINK_ROUTE) } },
	TO_READ(open, 1), TO_READ(openat, 2),
	WITH(ioctl, 1, FIONREAD),
	/* Not the one by which the kernel sends signals to others. */
	WITH(fcntl, 1, F_GETFD), WITH(fcntl, 1, F_SETFD),
	WITH(fcntl, 1, F_GETFL), WITH(fcntl, 1, F_SETFL),
	WITH(fcntl, 1, F_DUPFD_CLOEXEC),
};

static bool have_nothing(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	bool ok = fd >= 0;

	for (int standard = STDIN_FILENO; ok && standard <= STDERR_FILENO;
	     standard++)
		ok = fd == standard || dup2(fd, standard) >= 0;
	if (fd > STDERR_FILENO)
		close(fd);
	return ok;
}

/* What ends it with its parent, and hides its memory, does not survive a change of user. */
bool lookup_sandbox_leave(const struct lookup_account *account)
{
	return !account->user ||
	       (!setgroups(0, NULL) &&
		!setresgid(account->group, account->group, account->group) &&
		!setresuid(account->user, account->user, account->user) &&
		!prctl(PR_SET_PDEATHSIG, SIGKILL) && !prctl(PR_SET_DUMPABLE, 0));
}

bool lookup_sandbox_enter(void)
{
	const struct call_filter filter = {
		.allowed = allowed,
		.n_allowed = sizeof(allowed) / sizeof(allowed[0]),
		.rules = rules, .n_rules = sizeof(rules) / sizeof(rules[0]),
	};

	return have_nothing() && call_filter_set(&filter);
}
