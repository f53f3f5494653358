// SPDX-License-Identifier: GPL-2.0
/*
 * What a helper that an attacker has taken over can try in its sandbox: each attempt is
 * refused there, and is not without it.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/pfkeyv2.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd_status.h"
#include "helper/sandbox.h"
#include "kernel/socket.h"
#include "kselftest_harness.h"
#include "takeover.h"

/* Of nobody */
#define USER 65534
#define GROUP 65533

static char root[] = "/tmp/sandbox_test.XXXXXX"; /* an empty directory */
static int route; /* a socket of rtnetlink, opened with all rights */
static int late; /* a listener that is not given up, nor moved, at once */
static int shared[2]; /* of UDP and one that listens; others go on with both */

/* How a process comes to what it tries */
enum way { AS_ROOT, AS_CHILD, AS_UNIT };

/* What a service manager makes of a process before it executes a helper. */
static bool be_of_a_unit(void)
{
	const gid_t group = GROUP;

	for (int i = 0; prctl(PR_CAPBSET_READ, i) >= 0; i++)
		if (prctl(PR_CAPBSET_DROP, i))
			return false;
	return !setgroups(1, &group) && !setresgid(GROUP, GROUP, GROUP) &&
	       !setresuid(USER, USER, USER);
}

static bool give_up(int way)
{
	const struct sandbox sandbox = {
		.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.user = USER, .group = GROUP,
		.shared = shared, .n_shared = ARRAY_SIZE(shared),
	};
	char error[256];

	if (way == AS_ROOT)
		return true;
	if (way == AS_UNIT && !be_of_a_unit())
		return false;
	if (sandbox_enter(&sandbox, error, sizeof(error)))
		return true;
	fprintf(stderr, "# %s\n", error);
	return false;
}

static long open_file(void)
{
	return open("/dev/null", O_RDONLY);
}

static long open_path(void)
{
	return open("/", O_PATH);
}

static long stat_file(void)
{
	struct stat status;

	return stat("/dev/null", &status);
}

/* The flag allows an empty path, and forbids no other one. */
static long stat_path(void)
{
	struct stat status;

	return syscall(SYS_newfstatat, AT_FDCWD, "/dev/null", &status,
		       AT_EMPTY_PATH);
}

static long stat_path_of_directory(void)
{
	struct stat status;

	return syscall(SYS_newfstatat, 0, "/dev/null", &status,
		       AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
}

static long statx_path(void)
{
	struct statx status;

	return statx(AT_FDCWD, "/dev/null", AT_EMPTY_PATH, STATX_BASIC_STATS,
		     &status);
}

static long route_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static long generic_socket(void)
{
	return socket(AF_NETLINK, SOCK_DGRAM, NETLINK_GENERIC);
}

static long key_socket(void)
{
	return socket(AF_KEY, SOCK_RAW, PF_KEY_V2);
}

static long raw_socket_of_ipv6(void)
{
	return socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP);
}

static long ping_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);

	/* Whether anyone may have one is a setting of the host. */
	if (fd < 0 && errno == EACCES)
		return 0;
	return fd;
}

static long stream_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long unix_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM, 0);
}

static long any_option(void)
{
	int on = 1;

	return setsockopt(0, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

static struct sockaddr_in elsewhere(void)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static long connect_shared(void)
{
	struct sockaddr_in address = elsewhere();

	return connect(shared[0], (const struct sockaddr *)&address,
		       sizeof(address));
}

static long bind_shared(void)
{
	struct sockaddr_in address = elsewhere();

	return bind(shared[0], (const struct sockaddr *)&address,
		    sizeof(address));
}

static long shrink_shared(void)
{
	int size = 1;

	return setsockopt(shared[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static long shrink_shared_listener(void)
{
	int size = 1;

	return setsockopt(shared[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static long shut_shared(void)
{
	return shutdown(shared[0], SHUT_RDWR);
}

static long listen_shared(void)
{
	return listen(shared[1], 0);
}

static long block_shared(void)
{
	return fcntl(shared[0], F_SETFL, 0);
}

static long own_shared(void)
{
	return fcntl(shared[0], F_SETOWN, getppid());
}

static long control_shared(void)
{
	int on = 1;

	return ioctl(shared[0], FIONBIO, &on);
}

static long renumber_shared(void)
{
	return dup(shared[0]);
}

static long renumber_shared_to(void)
{
	return dup2(shared[0], 5);
}

static long renumber_shared_by_fcntl(void)
{
	return fcntl(shared[0], F_DUPFD, 0);
}

static long renumber_shared_to_own(void)
{
	return fcntl(shared[0], F_DUPFD_CLOEXEC, SANDBOX_SHARED - 1);
}

static long renumber_shared_for_others(void)
{
	return fcntl(shared[0], F_DUPFD, SANDBOX_SHARED);
}

/* A listener that came when the sandbox was entered */
static long shrink_late_listener(void)
{
	int size = 1;

	return setsockopt(sandbox_share(late), SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static long bind_late_listener(void)
{
	const struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = sandbox_share(late);

	if (fd < SANDBOX_SHARED)
		return 0;
	/* It is bound. */
	if (bind(fd, (const struct sockaddr *)&name, sizeof(sa_family_t)) < 0 &&
	    errno == EINVAL)
		return 0;
	return -1;
}

static long move_in_file(void)
{
	return lseek(1, 0, SEEK_CUR);
}

static long read_memory(void)
{
	return syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
}

static long search_key(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
		       KEY_SPEC_PROCESS_KEYRING, 1);
}

static long put_key(void)
{
	return syscall(SYS_add_key, "user", "pqike-test", "x", 1,
		       KEY_SPEC_PROCESS_KEYRING);
}

static long execute_descriptor(void)
{
	char *const none[] = { NULL };

	return syscall(SYS_execveat, -1, "", none, none, AT_EMPTY_PATH);
}

static long set_groups(void)
{
	return setgroups(0, NULL);
}

static long set_root(void)
{
	return chroot(".");
}

static long take_capability(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{ .permitted = 1U << CAP_NET_ADMIN },
	};

	return syscall(SYS_capset, &header, data);
}

/* Of an interface that there is not; who may change none is told that first. */
static long change_link(void)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg info;
	} request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = RTM_SETLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.info.ifi_index = INT32_MAX,
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		uint8_t rest[256];
	} reply;

	if (send(route, &request, sizeof(request), 0) < 0 ||
	    recv(route, &reply, sizeof(reply), 0) < (ssize_t)sizeof(reply.header))
		return 0;
	errno = -reply.error.error;
	return -1;
}

static long map_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? -1 : 0;
}

static long make_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

static const struct attempt {
	const char *name;
	long (*act)(void);
} attempts[] = {
	{ "open", open_file }, { "open a path", open_path },
	{ "mkdir", takeover_make_directory }, { "unlink", takeover_remove_file },
	{ "stat", stat_file }, { "newfstatat", stat_path },
	{ "newfstatat of a directory", stat_path_of_directory },
	{ "statx", statx_path },
	{ "an xfrm socket", takeover_xfrm_socket }, { "a route socket", route_socket },
	{ "a generic netlink socket", generic_socket },
	{ "a PF_KEY socket", key_socket }, { "a raw socket", takeover_raw_socket },
	{ "a raw socket of IPv6", raw_socket_of_ipv6 },
	{ "a packet socket", takeover_packet_socket }, { "a ping socket", ping_socket },
	{ "a stream socket", stream_socket }, { "a Unix socket", unix_socket },
	{ "an option of a socket", any_option },
	{ "a shared socket connected", connect_shared },
	{ "a shared socket bound", bind_shared },
	{ "a shared socket's buffer", shrink_shared },
	{ "a shared listener's buffer", shrink_shared_listener },
	{ "a shared socket shut down", shut_shared },
	{ "a shared socket listening", listen_shared },
	{ "a shared socket that waits", block_shared },
	{ "a shared socket's owner", own_shared },
	{ "ioctl of a shared socket", control_shared },
	{ "dup", renumber_shared }, { "dup2", renumber_shared_to },
	{ "F_DUPFD", renumber_shared_by_fcntl },
	{ "F_DUPFD_CLOEXEC", renumber_shared_to_own },
	{ "F_DUPFD to where others are", renumber_shared_for_others },
	{ "a later listener's buffer", shrink_late_listener },
	{ "a later listener bound", bind_late_listener },
	{ "the place in a file of output", move_in_file },
	{ "ptrace", takeover_trace }, { "process_vm_readv", read_memory },
	{ "keyctl", search_key }, { "request_key", takeover_ask_for_key },
	{ "add_key", put_key },
	{ "execve", takeover_execute }, { "execveat", execute_descriptor },
	{ "fork", takeover_make_process }, { "kill", takeover_signal_parent },
	{ "unshare", takeover_make_namespace }, { "chdir", takeover_change_root },
	{ "setuid", takeover_set_user }, { "setgroups", set_groups },
	{ "chroot", set_root }, { "capset", take_capability },
	{ "a change by an open route socket", change_link },
	{ "prctl", takeover_change_filter },
	{ "executable memory", map_code },
	{ "memory made executable", make_code },
	{ "memfd_create", takeover_make_file_of_memory }, { "pidfd_open", takeover_open_process },
	{ "io_uring_setup", takeover_make_ring },
};

static int try(long (*act)(void), enum way way)
{
	return takeover_try(act, give_up, way);
}

FIXTURE(sandbox)
{
};

FIXTURE_SETUP(sandbox)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };
	const struct sockaddr_un name = { .sun_family = AF_UNIX };

	if (geteuid())
		SKIP(return, "only root has all of this to give up");
	ASSERT_NE(mkdtemp(root), NULL);
	route = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	ASSERT_GE(route, 0);
	shared[0] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ASSERT_EQ(bind(shared[0], (struct sockaddr *)&any, sizeof(any)), 0);
	shared[1] = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	ASSERT_EQ(bind(shared[1], (struct sockaddr *)&name, sizeof(sa_family_t)), 0);
	ASSERT_EQ(listen(shared[1], 1), 0);
	late = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	ASSERT_EQ(bind(late, (struct sockaddr *)&name, sizeof(sa_family_t)), 0);
	ASSERT_EQ(listen(late, 1), 0);
}

FIXTURE_TEARDOWN(sandbox)
{
	close(late);
	close(shared[1]);
	close(shared[0]);
	close(route);
	rmdir(root);
}

TEST_F(sandbox, each_attempt_is_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		EXPECT_EQ(try(attempts[i].act, AS_CHILD), REFUSED)
			TH_LOG("%s", attempts[i].name);
		EXPECT_EQ(try(attempts[i].act, AS_UNIT), REFUSED)
			TH_LOG("%s, of a unit", attempts[i].name);
	}
}

/* Else the test above would show nothing. */
TEST_F(sandbox, none_is_refused_without_it)
{
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		EXPECT_EQ(try(attempts[i].act, AS_ROOT), NOT_REFUSED)
			TH_LOG("%s", attempts[i].name);
	}
}

/* What can be seen of a socket, in a process that has it, too */
struct seen {
	int send_room, receive_room, flags, owner, error;
	bool connected, listens;
	struct sockaddr_storage name;
};

static int option(int fd, int option)
{
	socklen_t size = sizeof(int);
	int value = -1;

	getsockopt(fd, SOL_SOCKET, option, &value, &size);
	return value;
}

static void look(int fd, struct seen *seen)
{
	socklen_t size = sizeof(seen->name);

	memset(seen, 0, sizeof(*seen));
	seen->connected = !getpeername(fd, (struct sockaddr *)&seen->name, &size);
	size = sizeof(seen->name);
	getsockname(fd, (struct sockaddr *)&seen->name, &size);
	seen->send_room = option(fd, SO_SNDBUF);
	seen->receive_room = option(fd, SO_RCVBUF);
	seen->listens = option(fd, SO_ACCEPTCONN);
	seen->error = option(fd, SO_ERROR);
	seen->flags = fcntl(fd, F_GETFL);
	seen->owner = fcntl(fd, F_GETOWN);
}

static long all_of_shared(void)
{
	connect_shared();
	bind_shared();
	shrink_shared();
	shrink_shared_listener();
	shut_shared();
	listen_shared();
	block_shared();
	own_shared();
	control_shared();
	_exit(0);
}

/* Whoever is given them next finds them as they were. */
TEST_F(sandbox, what_is_shared_stays_as_it_is)
{
	struct seen before[ARRAY_SIZE(shared)], after[ARRAY_SIZE(shared)];

	for (enum way how = AS_UNIT; ; how--) {
		for (size_t i = 0; i < ARRAY_SIZE(shared); i++)
			look(shared[i], &before[i]);
		EXPECT_EQ(try(all_of_shared, how), 0);
		for (size_t i = 0; i < ARRAY_SIZE(shared); i++) {
			look(shared[i], &after[i]);
			EXPECT_EQ(!memcmp(&before[i], &after[i],
					  sizeof(before[i])), how != AS_ROOT)
				TH_LOG("%zu, %d", i, how);
		}
		if (how == AS_ROOT)
			break;
	}
}

static bool adopts(int fd)
{
	int fds[ARRIVALS];
	struct sockets sockets;

	for (int i = 0; i < ARRIVALS; i++)
		fds[i] = fd;
	return sockets_adopt(&sockets, fds, ARRIVALS);
}

TEST_F(sandbox, a_socket_that_is_connected_is_of_no_use)
{
	EXPECT_TRUE(adopts(shared[0]));
	ASSERT_EQ(connect_shared(), 0);
	EXPECT_FALSE(adopts(shared[0]));
}

static int plain; /* a file of some octets */
static struct stat said; /* what the C library says of that */

static long serve(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(500),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(to);
	struct timespec now;
	struct stat seen;
	char octets[16];
	void *memory;
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    getsockname(fd, (struct sockaddr *)&to, &size) || close(fd))
		return 1;
	if (clock_gettime(CLOCK_BOOTTIME, &now) || fd_status(plain, &seen) ||
	    seen.st_dev != said.st_dev || seen.st_ino != said.st_ino ||
	    seen.st_mode != said.st_mode || seen.st_size != said.st_size ||
	    getrandom(octets, sizeof(octets), 0) != sizeof(octets))
		return 2;
	memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || munmap(memory, 1 << 20))
		return 3;
	return 0;
}

static long serves(void)
{
	_exit((int)serve());
}

TEST_F(sandbox, what_serving_needs)
{
	plain = memfd_create("test", MFD_CLOEXEC);
	ASSERT_EQ(ftruncate(plain, 4711), 0);
	ASSERT_EQ(fstat(plain, &said), 0);
	EXPECT_EQ(try(serves, AS_CHILD), 0);
	EXPECT_EQ(try(serves, AS_UNIT), 0);
	close(plain);
}

static long end_itself(void)
{
	abort();
}

/* A fault is seen as one. */
TEST_F(sandbox, abort_is_a_signal)
{
	EXPECT_EQ(try(end_itself, AS_CHILD), 128 + SIGABRT);
}

/* Lines of /proc/PID/status */
static const struct line {
	const char *name;
	unsigned long long value; /* each number of it */
	int base;
} lines[] = {
	{ "Uid:", USER, 10 }, { "Gid:", GROUP, 10 },
	{ "CapInh:", 0, 16 }, { "CapPrm:", 0, 16 }, { "CapEff:", 0, 16 },
	{ "CapBnd:", 0, 16 }, { "CapAmb:", 0, 16 },
	{ "NoNewPrivs:", 1, 10 }, { "Seccomp:", 2, 10 },
	{ "Groups:", GROUP, 10 }, /* none, or that one */
};

static enum way way; /* that status() goes */

static bool is_line(const char *text, const struct line *line)
{
	const char *at = text + strlen(line->name);
	char *end;

	while (at += strspn(at, " \t\n"), *at) {
		if (strtoull(at, &end, line->base) != line->value || end == at)
			return false;
		at = end;
	}
	return true;
}

/* Read after the sandbox has been entered. */
static long status(void)
{
	int fd = open("/proc/self/status", O_RDONLY);
	FILE *file = fdopen(fd, "r");
	unsigned int found = 0;
	char text[4096];

	if (!file || !give_up(way))
		_exit(NO_SANDBOX);
	while (fgets(text, sizeof(text), file))
		for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
			found += !strncmp(text, lines[i].name,
					  strlen(lines[i].name)) &&
				 is_line(text, &lines[i]);
	_exit(found == ARRAY_SIZE(lines) ? 0 : 1);
}

TEST_F(sandbox, nothing_stays)
{
	const gid_t groups[] = { 4, 27 };

	/* Else there is nothing to leave. */
	ASSERT_EQ(setgroups(ARRAY_SIZE(groups), groups), 0);
	for (way = AS_CHILD; way <= AS_UNIT; way++)
		EXPECT_EQ(try(status, AS_ROOT), 0) TH_LOG("%d", way);
}

/* In the sandbox, until somebody ends it; @said is told that it is there. */
__attribute__((noreturn))
static void stay(int said)
{
	int never[2];
	char octet = 0;

	if (pipe(never) || !give_up(AS_CHILD) || write(said, &octet, 1) != 1)
		_exit(NO_SANDBOX);
	_exit(read(never[0], &octet, 1) < 0);
}

TEST_F(sandbox, the_root_is_the_empty_directory)
{
	char path[64], seen[256] = "", octet;
	int said[2];
	pid_t pid;

	ASSERT_EQ(pipe(said), 0);
	pid = fork();
	if (!pid)
		stay(said[1]);
	close(said[1]);
	ASSERT_EQ(read(said[0], &octet, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	EXPECT_GT(readlink(path, seen, sizeof(seen) - 1), 0);
	EXPECT_STREQ(seen, root);
	snprintf(path, sizeof(path), "/proc/%d/cwd", pid);
	memset(seen, 0, sizeof(seen));
	EXPECT_GT(readlink(path, seen, sizeof(seen) - 1), 0);
	EXPECT_STREQ(seen, root);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(said[0]);
}

/* The kernel forgets, with a change of user, that it is to end a process with another. */
TEST_F(sandbox, ends_with_its_parent)
{
	int said[2];
	char octet;
	pid_t pid;

	ASSERT_EQ(pipe(said), 0);
	pid = fork();
	if (!pid) {
		if (!fork())
			stay(said[1]);
		_exit(read(said[0], &octet, 1) != 1);
	}
	close(said[1]);
	EXPECT_EQ(waitpid(pid, NULL, 0), pid);
	EXPECT_EQ(read(said[0], &octet, 1), 0);
	close(said[0]);
}

TEST_F(sandbox, root_is_no_user_for_it)
{
	struct sandbox box = { .root = open(root, O_RDONLY), .group = GROUP };
	char error[256];

	EXPECT_FALSE(sandbox_enter(&box, error, sizeof(error)));
	EXPECT_NE(strstr(error, "is root"), NULL) TH_LOG("%s", error);
	close(box.root);
}

TEST_HARNESS_MAIN
