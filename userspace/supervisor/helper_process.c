// SPDX-License-Identifier: GPL-2.0
#include "supervisor/helper_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nobody who has the helper is to read what is typed where the supervisor was started. */
static bool read_nothing(void)
{
	int fd = open("/dev/null", O_RDONLY);

	return fd >= 0 && dup2(fd, STDIN_FILENO) >= 0;
}

/* In the child; it is in the terminal's group of processes, too. */
static bool prepare(int channel, pid_t parent)
{
	/* Away from where it goes: there it would be closed by execve(). */
	int high = fcntl(channel, F_DUPFD_CLOEXEC, SUPERVISION_FD + 1);
	sigset_t none;

	sigemptyset(&none);
	return high >= 0 && read_nothing() &&
	       dup2(high, SUPERVISION_FD) >= 0 &&
	       !close_range(SUPERVISION_FD + 1, ~0U, 0) &&
	       signal(SIGINT, SIG_IGN) != SIG_ERR &&
	       signal(SIGHUP, SIG_IGN) != SIG_ERR &&
	       !sigprocmask(SIG_SETMASK, &none, NULL) &&
	       !prctl(PR_SET_PDEATHSIG, SIGKILL) && getppid() == parent;
}

/* Never returns.  The file may have another name by now, or none. */
__attribute__((noreturn))
static void execute(int channel, pid_t parent)
{
	if (prepare(channel, parent))
		execl("/proc/self/exe", "pqike", HELPER_COMMAND, (char *)NULL);
	fprintf(stderr, "pqike: cannot execute a helper: %s\n",
		strerror(errno));
	_exit(EXIT_FAILURE);
}

bool helper_process_start(struct helper_process *process, char *error,
			  size_t error_size)
{
	pid_t parent = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		snprintf(error, error_size, "cannot start a helper: %s",
			 strerror(errno));
		return false;
	}
	process->pid = fork();
	if (!process->pid)
		execute(ends[1], parent);
	close(ends[1]);
	process->channel = ends[0];
	if (process->pid > 0)
		return true;
	snprintf(error, error_size, "cannot start a helper: %s",
		 strerror(errno));
	close(process->channel);
	*process = (struct helper_process){ .channel = -1 };
	return false;
}

bool helper_process_is(const struct helper_process *process)
{
	return process->channel >= 0;
}

bool helper_process_send(const struct helper_process *process,
			 const struct supervision_record *record, const int *fds,
			 size_t n)
{
	return supervision_send(process->channel, record, fds, n);
}

static void read_status(int status, struct helper_end *how)
{
	*how = (struct helper_end){ .by_fault = WIFSIGNALED(status) };
	if (how->by_fault) {
		snprintf(how->text, sizeof(how->text), "ended by signal %d, %s",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
		return;
	}
	how->status = WEXITSTATUS(status);
	snprintf(how->text, sizeof(how->text), "ended with status %d",
		 how->status);
}

bool helper_process_ended(struct helper_process *process,
			  struct helper_end *how)
{
	int status;

	if (!process->pid || waitpid(process->pid, &status, WNOHANG) <= 0)
		return false;
	read_status(status, how);
	close(process->channel);
	*process = (struct helper_process){ .channel = -1 };
	return true;
}

void helper_process_kill(const struct helper_process *process)
{
	if (process->pid)
		kill(process->pid, SIGKILL);
}
