// SPDX-License-Identifier: GPL-2.0
/*
 * What the process that resolves a name can try once a name server has taken it over: each
 * attempt is refused there, and is not before.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <keyutils.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/lookup_sandbox.h"
#include "kselftest_harness.h"
#include "takeover.h"

/* Of nobody */
#define USER 65534
#define GROUP 65533

static long write_file(void)
{
	return open("/dev/null", O_WRONLY);
}

static long update_file(void)
{
	return open("/dev/null", O_RDWR);
}

static long make_file(void)
{
	return open("/dev/null", O_RDONLY | O_CREAT, 0600);
}

static long empty_file(void)
{
	return open("/dev/null", O_RDONLY | O_TRUNC);
}

static long rename_file(void)
{
	return rename("/nonexistent", "/nonexistent");
}

static long change_mode(void)
{
	return chmod("/nonexistent", 0600);
}

static long unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static long unix_pair(void)
{
	int ends[2];

	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
}

static long generic_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
}

static long listen_to_others(void)
{
	return listen(0, 1);
}

static long signal_by_kernel(void)
{
	return fcntl(0, F_SETOWN, getppid());
}

static long choose_signal(void)
{
	return fcntl(0, F_SETSIG, SIGKILL);
}

static long write_memory(void)
{
	return syscall(SYS_process_vm_writev, getpid(), NULL, 0, NULL, 0, 0);
}

static long limit_parent(void)
{
	struct rlimit limit;

	return prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit);
}

static long find_key(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
		       KEY_SPEC_SESSION_KEYRING, 1);
}

static long put_key(void)
{
	return syscall(SYS_add_key, "logon", "pqike:test", "x", 1,
		       KEY_SPEC_SESSION_KEYRING);
}

static const struct attempt {
	const char *name;
	long (*act)(void);
} attempts[] = {
	{ "write a file", write_file }, { "update a file", update_file },
	{ "make a file", make_file }, { "empty a file", empty_file },
	{ "memfd_create", takeover_make_file_of_memory }, { "unlink", takeover_remove_file },
	{ "rename", rename_file }, { "chmod", change_mode },
	{ "mkdir", takeover_make_directory }, { "a Unix socket", unix_socket },
	{ "a pair of Unix sockets", unix_pair },
	{ "an xfrm socket", takeover_xfrm_socket },
	{ "a generic netlink socket", generic_socket },
	{ "a raw socket", takeover_raw_socket }, { "a packet socket", takeover_packet_socket },
	{ "listen", listen_to_others }, { "kill", takeover_signal_parent },
	{ "a signal of the kernel", signal_by_kernel },
	{ "which signal that is", choose_signal },
	{ "pidfd_open", takeover_open_process }, { "ptrace", takeover_trace },
	{ "process_vm_writev", write_memory }, { "prlimit", limit_parent },
	{ "keyctl", find_key }, { "add_key", put_key },
	{ "request_key", takeover_ask_for_key }, { "execve", takeover_execute },
	{ "fork", takeover_make_process }, { "setuid", takeover_set_user },
	{ "unshare", takeover_make_namespace }, { "chdir", takeover_change_root },
	{ "prctl", takeover_change_filter }, { "io_uring_setup", takeover_make_ring },
};

static const struct lookup_account nobody = { USER, GROUP };

static bool give_up(int sandbox)
{
	return !sandbox ||
	       (lookup_sandbox_leave(&nobody) && child_process_drop_rights() &&
		lookup_sandbox_enter());
}

static int try(long (*act)(void), bool sandbox)
{
	return takeover_try(act, give_up, sandbox);
}

FIXTURE(sandbox)
{
};

FIXTURE_SETUP(sandbox)
{
	if (geteuid())
		SKIP(return, "only root has all of this to give up");
}

FIXTURE_TEARDOWN(sandbox)
{
}

TEST_F(sandbox, each_attempt_is_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		EXPECT_EQ(try(attempts[i].act, true), REFUSED)
			TH_LOG("%s", attempts[i].name);
	}
}

/* Else the test above would show nothing. */
TEST_F(sandbox, none_is_refused_without_it)
{
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		EXPECT_EQ(try(attempts[i].act, false), NOT_REFUSED)
			TH_LOG("%s", attempts[i].name);
	}
}

/* What is its own, and is of the C library's use */
static long resolve(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(53),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct stat status;
	void *code;
	int fd;

	fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status))
		_exit(1);
	code = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	if (code == MAP_FAILED || close(fd))
		_exit(2);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) || close(fd))
		_exit(3);
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	if (fd < 0 && errno != EAFNOSUPPORT)
		_exit(4);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	_exit(fd < 0 ? 5 : 0);
}

TEST_F(sandbox, what_resolving_needs)
{
	EXPECT_EQ(try(resolve, true), 0);
}

/* Inside the sandbox what it is cannot be asked for, but for this. */
static long see_descriptors(void)
{
	struct stat status;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fstat(fd, &status) || !S_ISCHR(status.st_mode) ||
		    status.st_rdev != makedev(1, 3))
			_exit(1);
	_exit(0);
}

TEST_F(sandbox, standard_descriptors_are_nothing)
{
	EXPECT_EQ(try(see_descriptors, true), 0);
}

static long see_account(void)
{
	uid_t users[3];
	gid_t groups[3];

	if (!lookup_sandbox_leave(&nobody) || !child_process_drop_rights())
		_exit(NO_SANDBOX);
	if (getresuid(&users[0], &users[1], &users[2]) ||
	    getresgid(&groups[0], &groups[1], &groups[2]) ||
	    getgroups(0, NULL) || prctl(PR_GET_DUMPABLE) ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		_exit(1);
	for (int i = 0; i < 3; i++)
		if (users[i] != USER || groups[i] != GROUP)
			_exit(2);
	_exit(0);
}

TEST_F(sandbox, of_whom_it_is)
{
	const gid_t groups[] = { 4, 27 };

	/* Else there is nothing to leave. */
	ASSERT_EQ(setgroups(ARRAY_SIZE(groups), groups), 0);
	EXPECT_EQ(try(see_account, false), 0);
}

/* The keys of the supervisor are in its session keyring, which a child would have, too. */
TEST_F(sandbox, the_session_keyring_is_another_one)
{
	key_serial_t before = keyctl_join_session_keyring("lookup_sandbox_test");
	int status = -1;
	pid_t pid;

	ASSERT_GT(before, 0);
	ASSERT_GT(add_key("user", "pqike-test", "x", 1, KEY_SPEC_SESSION_KEYRING), 0);
	pid = fork();
	if (!pid) {
		if (keyctl_search(KEY_SPEC_SESSION_KEYRING, "user", "pqike-test", 0) < 0)
			_exit(1);
		if (!child_process_drop_rights())
			_exit(NO_SANDBOX);
		_exit(keyctl_search(KEY_SPEC_SESSION_KEYRING, "user", "pqike-test",
				    0) < 0 ? 0 : 2);
	}
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_HARNESS_MAIN
