// SPDX-License-Identifier: GPL-2.0
#include "base/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <keyutils.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
	struct child *next; /* of those that were ended and are not gone yet */
	pid_t pid;
};

/* A process that a server keeps waiting may outlive SIGKILL by a long time. */
static struct child *dying;

void child_processes_reap(void)
{
	struct child **place = &dying;

	while (*place) {
		struct child *child = *place;

		if (!waitpid(child->pid, NULL, WNOHANG)) {
			place = &child->next;
			continue;
		}
		*place = child->next;
		free(child);
	}
}

/* In the child: descriptors 3 and 4 are all that stays beside 0 to 2. */
static bool keep_two(int *report, int *keep)
{
	/* Both away from where they go, so that neither is overwritten. */
	int high_report = fcntl(*report, F_DUPFD_CLOEXEC, 5);
	int high_keep = *keep < 0 ? -1 : fcntl(*keep, F_DUPFD_CLOEXEC, 5);

	if (high_report < 0 || dup2(high_report, CHILD_PROCESS_REPORT) < 0)
		return false;
	if (high_keep >= 0 && dup2(high_keep, 4) < 0)
		return false;
	close_range(high_keep < 0 ? 4 : 5, ~0U, 0);
	*report = CHILD_PROCESS_REPORT;
	*keep = high_keep < 0 ? -1 : 4;
	return true;
}

/* Never returns. */
__attribute__((noreturn))
static void run(void (*body)(int report, int kept, void *arg), int report,
		int keep, void *arg, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	if (!prctl(PR_SET_PDEATHSIG, SIGKILL) && getppid() == parent &&
	    !prctl(PR_SET_DUMPABLE, 0) && keep_two(&report, &keep) &&
	    !sigprocmask(SIG_SETMASK, &none, NULL))
		body(report, keep, arg);
	_exit(EXIT_SUCCESS);
}

bool child_process_start(struct child_process *process,
			 void (*body)(int report, int kept, void *arg),
			 int keep, void *arg, char *error, size_t error_size)
{
	struct child *child = calloc(1, sizeof(*child));
	pid_t parent = getpid();
	int ends[2];

	child_processes_reap();
	if (!child || pipe2(ends, O_CLOEXEC)) {
		snprintf(error, error_size, "cannot start a process: %s",
			 strerror(errno));
		free(child);
		return false;
	}
	child->pid = fork();
	if (!child->pid)
		run(body, ends[1], keep, arg, parent);
	close(ends[1]);
	if (child->pid < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK)) {
		snprintf(error, error_size, "cannot start a process: %s",
			 strerror(errno));
		close(ends[0]);
		free(child);
		return false;
	}
	process->child = child;
	process->report = ends[0];
	return true;
}

static bool has_none(struct __user_cap_header_struct *header)
{
	struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3];

	return !syscall(SYS_capget, header, had) && !had[0].permitted &&
	       !had[1].permitted;
}

bool child_process_drop_rights(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       (has_none(&header) || !syscall(SYS_capset, &header, none)) &&
	       keyctl_join_session_keyring(NULL) >= 0;
}

void child_process_execute(const char *word, const char *argument)
{
	if (!prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		execl("/proc/self/exe", "pqike", word, argument, (char *)NULL);
}

void child_process_end(struct child_process *process)
{
	struct child *child = process->child;

	if (!child)
		return;
	close(process->report);
	kill(child->pid, SIGKILL);
	child->next = dying;
	dying = child;
	process->child = NULL;
	child_processes_reap();
}
