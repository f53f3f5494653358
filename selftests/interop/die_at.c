// SPDX-License-Identifier: GPL-2.0
/*
 * End a helper as it is about to send: a request to the kernel or a datagram. Between two
 * of them nobody else can tell how far it has come, so who tries each has tried all.
 *
 * usage: die_at PID NUMBER
 *
 * Prints "watching", and then what it was about to send as the NUMBERth, which is not sent
 * then. SIGTERM ends the watching, and it goes on; then it prints how many it has sent.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/pqike.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <linux/ptrace.h> /* it defines names that the former declares */
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {
	[PQIKE_CMD_IKE_SA_NEW] = "ike-sa-new",
	[PQIKE_CMD_IKE_SA_INIT] = "ike-sa-init",
	[PQIKE_CMD_IKE_SA_ADDITIONAL_KE] = "ike-sa-additional-ke",
	[PQIKE_CMD_IKE_SA_SEAL] = "ike-sa-seal",
	[PQIKE_CMD_IKE_SA_OPEN] = "ike-sa-open",
	[PQIKE_CMD_IKE_SA_AUTH_MAKE] = "ike-sa-auth-make",
	[PQIKE_CMD_IKE_SA_AUTH_VERIFY] = "ike-sa-auth-verify",
	[PQIKE_CMD_IKE_SA_DEL] = "ike-sa-del",
	[PQIKE_CMD_IKE_SA_GET] = "ike-sa-get",
	[PQIKE_CMD_IKE_SA_INHERIT] = "ike-sa-inherit",
	[PQIKE_CMD_CHILD_SA_NEW] = "child-sa-new",
	[PQIKE_CMD_CHILD_SA_KE] = "child-sa-ke",
	[PQIKE_CMD_CHILD_SA_INSTALL] = "child-sa-install",
	[PQIKE_CMD_CHILD_SA_DEL] = "child-sa-del",
	[PQIKE_CMD_CHILD_SA_UPDATE] = "child-sa-update",
	[PQIKE_CMD_TRAP_GET] = "trap-get",
	[PQIKE_CMD_IKE_SA_NOTE] = "ike-sa-note",
	[PQIKE_CMD_IKE_SA_ADOPT] = "ike-sa-adopt",
};

static volatile sig_atomic_t ended;

static void end(int number)
{
	(void)number;
	ended = 1;
}

struct socket_kind {
	int domain;
	int protocol;
};

/* Of a socket of another process */
static struct socket_kind look_at(int pidfd, int number)
{
	int fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	socklen_t len = sizeof(int);
	struct socket_kind value = { -1, -1 };

	if (fd < 0)
		return value;
	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value.domain, &len);
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value.protocol, &len);
	close(fd);
	return value;
}

static const char *request_name(pid_t pid, unsigned long address)
{
	struct genlmsghdr genl;
	long word;

	errno = 0;
	word = ptrace(PTRACE_PEEKDATA, pid, address + NLMSG_HDRLEN, NULL);
	if (errno)
		err(EXIT_FAILURE, "cannot read a request");
	memcpy(&genl, &word, sizeof(genl));
	if (genl.cmd >= sizeof(names) / sizeof(names[0]) || !names[genl.cmd])
		errx(EXIT_FAILURE, "request %u has no name here", genl.cmd);
	return names[genl.cmd];
}

/* Return: what a call sends; NULL: nothing that kernel or peer would see. */
static const char *sent_by(pid_t pid, int pidfd, const struct user_regs_struct *regs)
{
	struct socket_kind socket;

	if (regs->orig_rax != SYS_sendto && regs->orig_rax != SYS_sendmsg)
		return NULL;
	socket = look_at(pidfd, (int)regs->rdi);
	if (socket.domain == AF_INET || socket.domain == AF_INET6)
		return "datagram";
	if (socket.domain != AF_NETLINK || socket.protocol != NETLINK_GENERIC)
		return NULL;
	return request_name(pid, regs->rsi);
}

/* The call under which it is stopped is not carried out. */
static void end_process(pid_t pid, struct user_regs_struct *regs)
{
	regs->orig_rax = (unsigned long)-1;
	if (ptrace(PTRACE_SETREGS, pid, NULL, regs) < 0)
		err(EXIT_FAILURE, "cannot hold a call");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
}

/*
 * Return: false where it is told to end.
 * @entry: whether it is stopped because it makes a system call
 * @signal: else which one it is to have
 */
static bool wait_for_stop(pid_t pid, bool *entry, int *signal)
{
	unsigned long message = 0;
	bool call;
	int status;

	while (waitpid(pid, &status, __WALL) < 0) {
		if (errno != EINTR || ended)
			return false;
	}
	if (!WIFSTOPPED(status))
		errx(EXIT_FAILURE, "the process has ended by itself");
	call = WSTOPSIG(status) == (SIGTRAP | 0x80);
	*signal = call || status >> 16 ? 0 : WSTOPSIG(status);
	if (call && ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message) < 0)
		err(EXIT_FAILURE, "cannot tell where it is");
	*entry = call && message == PTRACE_EVENTMSG_SYSCALL_ENTRY;
	return true;
}

/* Return: how many were sent. */
static unsigned long watch(pid_t pid, int pidfd, unsigned long number)
{
	struct user_regs_struct regs;
	unsigned long sent = 0;
	const char *what;
	bool entry;
	int signal;

	while (!ended && wait_for_stop(pid, &entry, &signal)) {
		if (entry) {
			if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
				err(EXIT_FAILURE, "cannot read registers");
			what = sent_by(pid, pidfd, &regs);
			if (what && ++sent == number) {
				end_process(pid, &regs);
				printf("%s\n", what);
				exit(EXIT_SUCCESS);
			}
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, signal);
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	unsigned long sent;
	int pidfd;
	pid_t pid;

	if (argc != 3)
		errx(EXIT_FAILURE, "usage: die_at PID NUMBER");
	pid = (pid_t)strtol(argv[1], NULL, 10);
	sigaction(SIGTERM, &action, NULL);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0 ||
	    ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		err(EXIT_FAILURE, "cannot watch process %d", pid);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("watching\n");
	sent = watch(pid, pidfd, strtoul(argv[2], NULL, 10));
	printf("%lu sent\n", sent);
	return EXIT_SUCCESS;
}
