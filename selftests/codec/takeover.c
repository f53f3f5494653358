// SPDX-License-Identifier: GPL-2.0
#include "takeover.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int takeover_try(long (*act)(void), bool (*give_up)(int way), int way)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!give_up(way))
			_exit(NO_SANDBOX);
		_exit(act() < 0 && errno == EPERM ? REFUSED : NOT_REFUSED);
	}
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

long takeover_make_directory(void)
{
	return mkdir("/tmp", 0700);
}

long takeover_remove_file(void)
{
	return unlink("/nonexistent");
}

long takeover_xfrm_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_XFRM);
}

long takeover_raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
}

long takeover_packet_socket(void)
{
	return socket(AF_PACKET, SOCK_DGRAM, 0);
}

long takeover_trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, 0, 0);
}

long takeover_ask_for_key(void)
{
	return syscall(SYS_request_key, "logon", "pqike:nothing", NULL, 0);
}

long takeover_execute(void)
{
	execl("/nonexistent", "nonexistent", (char *)NULL);
	return -1;
}

long takeover_make_process(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid;
}

long takeover_signal_parent(void)
{
	return kill(getppid(), 0);
}

long takeover_make_namespace(void)
{
	return unshare(CLONE_FS);
}

long takeover_change_root(void)
{
	return chdir("/");
}

long takeover_set_user(void)
{
	return setuid(geteuid());
}

long takeover_change_filter(void)
{
	return prctl(PR_GET_SECCOMP);
}

long takeover_make_file_of_memory(void)
{
	return memfd_create("test", 0);
}

long takeover_open_process(void)
{
	return syscall(SYS_pidfd_open, getppid(), 0);
}

long takeover_make_ring(void)
{
	return syscall(SYS_io_uring_setup, 0, NULL);
}
