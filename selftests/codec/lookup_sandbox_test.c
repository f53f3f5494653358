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

/* Exit codes of a process that tries something */
enum { REFUSED = 10, NOT_REFUSED, NO_SANDBOX };

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

static long make_file_of_memory(void)
{
	return memfd_create("test", 0);
}

static long remove_file(void)
{
	return unlink("/nonexistent");
}

static long rename_file(void)
{
	return rename("/nonexistent", "/nonexistent");
}

static long change_mode(void)
{
	return chmod("/nonexistent", 0600);
}

static long make_directory(void)
{
	return mkdir("/tmp", 0700);
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

static long xfrm_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_XFRM);
}

static long generic_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
}

static long raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
}

static long packet_socket(void)
{
	return socket(AF_PACKET, SOCK_DGRAM, 0);
}

static long listen_to_others(void)
{
	return listen(0, 1);
}

static long signal_parent(void)
{
	return kill(getppid(), 0);
}

static long signal_by_kernel(void)
{
	return fcntl(0, F_SETOWN, getppid());
}

static long choose_signal(void)
{
	return fcntl(0, F_SETSIG, SIGKILL);
}

static long open_process(void)
{
	return syscall(SYS_pidfd_open, getppid(), 0);
}

static long trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, 0, 0);
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

static long ask_for_key(void)
{
	return syscall(SYS_request_key, "logon", "pqike:nothing", NULL, 0);
}

static long execute(void)
{
	execl("/nonexistent", "nonexistent", (char *)NULL);
	return -1;
}

static long make_process(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid;
}

static long set_user(void)
{
	return setuid(geteuid());
}

static long make_namespace(void)
{
	return unshare(CLONE_FS);
}

static long change_root(void)
{
	return chdir("/");
}

static long change_filter(void)
{
	return prctl(PR_GET_SECCOMP);
}

static long make_ring(void)
{
	return syscall(SYS_io_uring_setup, 0, NULL);
}

static const struct attempt {
	const char *name;
	long (*act)(void);
} attempts[] = {
	{ "write a file", write_file }, { "update a file", update_file },
	{ "make a file", make_file }, { "empty a file", empty_file },
	{ "memfd_create", make_file_of_memory }, { "unlink", remove_file },
	{ "rename", rename_file }, { "chmod", change_mode },
	{ "mkdir", make_directory }, { "a Unix socket", unix_socket },
	{ "a pair of Unix sockets", unix_pair },
	{ "an xfrm socket", xfrm_socket },
	{ "a generic netlink socket", generic_socket },
	{ "a raw socket", raw_socket }, { "a packet socket", packet_socket },
	{ "listen", listen_to_others }, { "kill", signal_parent },
	{ "a signal of the kernel", signal_by_kernel },
	{ "which signal that is", choose_signal },
	{ "pidfd_open", open_process }, { "ptrace", trace },
	{ "process_vm_writev", write_memory }, { "prlimit", limit_parent },
	{ "keyctl", find_key }, { "add_key", put_key },
	{ "request_key", ask_for_key }, { "execve", execute },
	{ "fork", make_process }, { "setuid", set_user },
	{ "unshare", make_namespace }, { "chdir", change_root },
	{ "prctl", change_filter }, { "io_uring_setup", make_ring },
};

static const struct lookup_account nobody = { USER, GROUP };

static bool give_up(bool sandbox)
{
	return !sandbox ||
	       (lookup_sandbox_leave(&nobody) && child_process_drop_rights() &&
		lookup_sandbox_enter());
}

/* Return: the exit code, of a signal 128 and more. */
static int try(long (*act)(void), bool sandbox)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!give_up(sandbox))
			_exit(NO_SANDBOX);
		_exit(act() < 0 && errno == EPERM ? REFUSED : NOT_REFUSED);
	}
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
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
