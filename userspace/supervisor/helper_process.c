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

#include "helper/activation.h"

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

static const struct helper_process none = { .channel = -1, .lifeline = -1 };

static bool start_child(struct helper_process *process, char *error,
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
	*process = none;
	return false;
}

bool helper_process_start(struct helper_process *process,
			  const char *activation, char *error,
			  size_t error_size)
{
	*process = none;
	if (!activation)
		return start_child(process, error, error_size);
	process->channel = activation_request(activation, &process->lifeline,
					      error, error_size);
	return process->channel >= 0;
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

static bool child_ended(const struct helper_process *process,
			struct helper_end *how)
{
	int status;

	if (waitpid(process->pid, &status, WNOHANG) <= 0)
		return false;
	read_status(status, how);
	return true;
}

/* Its manager starts no other one before it is gone, and says in its own log how it went. */
static bool other_ended(const struct helper_process *process,
			struct helper_end *how)
{
	char octet;
	ssize_t n = recv(process->channel, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n > 0 || (n < 0 && errno == EAGAIN))
		return false;
	*how = (struct helper_end){ .unknown = true, .text = "has ended" };
	return true;
}

bool helper_process_ended(struct helper_process *process,
			  struct helper_end *how)
{
	if (!helper_process_is(process) ||
	    !(process->pid ? child_ended(process, how) :
			     other_ended(process, how)))
		return false;
	if (process->lifeline >= 0)
		close(process->lifeline);
	close(process->channel);
	*process = none;
	return true;
}

void helper_process_kill(struct helper_process *process)
{
	if (process->pid)
		kill(process->pid, SIGKILL);
	if (process->lifeline < 0)
		return;
	close(process->lifeline);
	process->lifeline = -1;
	/* It may not even have been started. */
	shutdown(process->channel, SHUT_RDWR);
}
