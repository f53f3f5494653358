// SPDX-License-Identifier: GPL-2.0
#include "supervisor/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/timer.h"
#include "helper/control.h"
#include "helper/supervision.h"
#include "kernel/socket.h"
#include "supervisor/control_socket.h"
#include "supervisor/helper_process.h"
#include "supervisor/service.h"

/* Until a helper that has ended is followed by another; each time twice as long. */
#define RESTART_DELAY_MIN 100
#define RESTART_DELAY_MAX (30 * SECOND)

/* One that has been ready for so long was a good one. */
#define RESTART_GOOD (60 * SECOND)

/* A helper that is asked to end waits for peers, and takes what it has made away. */
#define STOP_TIMEOUT (60 * SECOND)

/* Before a control socket that is lost is tried again. */
#define CONTROL_RETRY (10 * SECOND)

/* A reader of the log that stalls has at the end so long. */
#define LOG_TIMEOUT 1000

/* Other work is due in between: a helper does not hold the loop. */
#define RECORDS_AT_ONCE 64

/* Ticks of the watch in which a helper that lives says so. */
#define SILENT_TICKS_MAX 2

#define ERROR_MAX 256

struct supervisor {
	const struct supervise_options *options;
	int signals;
	struct sockets sockets;
	struct control_socket *control; /* NULL until a helper asks for sockets */
	struct helper_process helper;
	bool served; /* this helper has its sockets */
	bool ready; /* this helper */
	bool was_ready; /* any of them */
	bool reload; /* is to be asked for when it is ready */
	bool stopping;
	bool done; /* the loop is to end */
	int result;
	struct timers timers;
	struct timer restart;
	struct timer watch;
	struct timer control_retry;
	struct timer stop;
	int64_t restart_delay;
	int64_t ready_since;
	unsigned int silent; /* ticks of the watch without a sign of life */
};

static void end(struct supervisor *supervisor, int result)
{
	supervisor->done = true;
	supervisor->result = result;
}

static bool tell(const struct supervisor *supervisor,
		 enum supervision_type type)
{
	const struct supervision_record record = { .type = (uint16_t)type };

	return supervision_send(supervisor->helper.channel, &record, NULL, 0);
}

static void set_timer(struct supervisor *supervisor, struct timer *timer,
		      int64_t delay)
{
	timer_set(&supervisor->timers, timer, clock_now() + delay);
}

static void restart_later(struct supervisor *supervisor)
{
	int64_t next = 2 * supervisor->restart_delay;

	set_timer(supervisor, &supervisor->restart, supervisor->restart_delay);
	supervisor->restart_delay = next < RESTART_DELAY_MAX ?
				    next : RESTART_DELAY_MAX;
}

static void start_helper(struct supervisor *supervisor)
{
	char error[ERROR_MAX];

	supervisor->served = false;
	supervisor->ready = false;
	supervisor->reload = false;
	if (helper_process_start(&supervisor->helper,
				 supervisor->options->config_path, error,
				 sizeof(error)))
		return;
	log_warning("%s", error);
	if (supervisor->was_ready)
		restart_later(supervisor);
	else
		end(supervisor, EXIT_FAILURE);
}

static void restart(struct ike *ike, struct timer *timer)
{
	(void)ike;
	start_helper(timer_owner(timer, struct supervisor, restart));
}

/* What it was, for a line that begins with "the helper". */
static void print_end(int status, char *text, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(text, size, "ended by signal %d, %s", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(text, size, "ended with status %d",
			 WEXITSTATUS(status));
}

/* It could not even begin: it has said why, or the signal does. */
static int first_result(int status, const char *text)
{
	if (!WIFEXITED(status))
		log_warning("the helper %s", text);
	return WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) :
							  EXIT_FAILURE;
}

static void helper_ended(struct supervisor *supervisor, int status)
{
	bool good = supervisor->ready &&
		    clock_now() - supervisor->ready_since >= RESTART_GOOD;
	char text[ERROR_MAX];

	timer_stop(&supervisor->timers, &supervisor->watch);
	print_end(status, text, sizeof(text));
	if (supervisor->stopping) {
		if (supervisor->served && (!WIFEXITED(status) ||
					   WEXITSTATUS(status)))
			log_warning("the helper %s", text);
		end(supervisor, EXIT_SUCCESS);
	} else if (!supervisor->was_ready) {
		end(supervisor, first_result(status, text));
	} else {
		if (good)
			supervisor->restart_delay = RESTART_DELAY_MIN;
		log_warning("the helper %s: tunnels go on, another one is started",
			    text);
		service_no_helper();
		restart_later(supervisor);
	}
}

static bool open_sockets(struct supervisor *supervisor, char *error,
			 size_t error_size)
{
	/* Else it would be said that the ports are taken, but not by whom. */
	if (control_is_served(supervisor->options->control_path)) {
		snprintf(error, error_size, "%s: another pqike serves this socket",
			 supervisor->options->control_path);
		return false;
	}
	if (!sockets_open(&supervisor->sockets, error, error_size))
		return false;
	supervisor->control = control_socket_open(supervisor->options->control_path,
						  error, error_size);
	return supervisor->control;
}

static bool permit(struct supervisor *supervisor,
		   const struct supervision_record *record, char *error,
		   size_t error_size)
{
	gid_t group = record->group;

	return control_socket_permit(supervisor->control, record->mode,
				     record->group_said ? &group : NULL, error,
				     error_size);
}

static void hand_over(struct supervisor *supervisor)
{
	const struct supervision_record record = {
		.type = SUPERVISION_OPENED,
		.alive = (uint32_t)service_watchdog_interval() / 2,
	};
	const struct sockets *sockets = &supervisor->sockets;
	int fds[SUPERVISION_FDS_MAX];

	for (size_t i = 0; i < sockets->n; i++)
		fds[i] = sockets->list[i].fd;
	fds[sockets->n] = control_socket_fd(supervisor->control);
	supervisor->served = supervision_send(supervisor->helper.channel,
					      &record, fds, sockets->n + 1);
}

/* Without them there can be no helper. */
static void serve_sockets(struct supervisor *supervisor,
			  const struct supervision_record *record)
{
	char error[ERROR_MAX];

	if (supervisor->served)
		return;
	if ((supervisor->control ||
	     open_sockets(supervisor, error, sizeof(error))) &&
	    permit(supervisor, record, error, sizeof(error))) {
		hand_over(supervisor);
		return;
	}
	log_warning("%s", error);
	if (!supervisor->was_ready)
		end(supervisor, EXIT_FAILURE);
	helper_process_kill(&supervisor->helper, SIGKILL);
}

static void print_ready(const struct sockets *sockets)
{
	char text[ENDPOINT_TEXT_SIZE];

	printf("pqike: listening on");
	for (size_t i = 0; i < sockets->n; i++) {
		if (sockets->list[i].arrival != ARRIVAL_IKE_SA)
			continue;
		endpoint_print(&sockets->list[i].local, text, sizeof(text));
		printf(" %s", text);
	}
	printf("\n");
	fflush(stdout);
}

static void watch_helper(struct supervisor *supervisor)
{
	int64_t interval = service_watchdog_interval();

	supervisor->silent = 0;
	if (interval)
		set_timer(supervisor, &supervisor->watch, interval);
}

static void begin_ready(struct supervisor *supervisor)
{
	supervisor->ready = true;
	supervisor->ready_since = clock_now();
	watch_helper(supervisor);
	if (supervisor->was_ready)
		log_line("another helper is ready");
	else
		print_ready(&supervisor->sockets);
	supervisor->was_ready = true;
	if (supervisor->reload)
		tell(supervisor, SUPERVISION_RELOAD);
	supervisor->reload = false;
}

static void helper_ready(struct supervisor *supervisor)
{
	if (!supervisor->served || supervisor->stopping)
		return;
	if (!supervisor->ready)
		begin_ready(supervisor);
	service_ready();
}

static void take_record(struct supervisor *supervisor,
			const struct supervision_record *record)
{
	supervisor->silent = 0;
	switch (record->type) {
	case SUPERVISION_SOCKETS:
		serve_sockets(supervisor, record);
		break;
	case SUPERVISION_READY:
		helper_ready(supervisor);
		break;
	case SUPERVISION_RELOADING:
		if (supervisor->ready && !supervisor->stopping)
			service_reloading();
		break;
	default:
		break;
	}
}

/* What is malformed is dropped; one that has closed its end is of no use. */
static void serve_helper(struct supervisor *supervisor)
{
	struct supervision_record record;

	for (int i = 0; i < RECORDS_AT_ONCE && !supervisor->done; i++) {
		switch (supervision_receive(supervisor->helper.channel, &record,
					    NULL, NULL)) {
		case SUPERVISION_RECORD:
			take_record(supervisor, &record);
			break;
		case SUPERVISION_MALFORMED:
			break;
		case SUPERVISION_CLOSED:
			helper_process_kill(&supervisor->helper, SIGKILL);
			return;
		default:
			return;
		}
	}
}

/* A machine that has slept lets one tick pass at once: its helper slept, too. */
static void tick(struct ike *ike, struct timer *timer)
{
	struct supervisor *supervisor = timer_owner(timer, struct supervisor,
						    watch);

	(void)ike;
	if (++supervisor->silent < SILENT_TICKS_MAX) {
		set_timer(supervisor, timer, service_watchdog_interval());
		return;
	}
	log_warning("the helper hangs");
	helper_process_kill(&supervisor->helper, SIGKILL);
}

static void restore_control(struct supervisor *supervisor)
{
	const struct supervision_record record = { .type = SUPERVISION_CONTROL };
	int before = control_socket_fd(supervisor->control);
	int fd;

	timer_stop(&supervisor->timers, &supervisor->control_retry);
	if (!control_socket_restore(supervisor->control)) {
		set_timer(supervisor, &supervisor->control_retry, CONTROL_RETRY);
		return;
	}
	fd = control_socket_fd(supervisor->control);
	if (fd != before && supervisor->served)
		supervision_send(supervisor->helper.channel, &record, &fd, 1);
}

static void retry_control(struct ike *ike, struct timer *timer)
{
	(void)ike;
	restore_control(timer_owner(timer, struct supervisor, control_retry));
}

static void stop_timed_out(struct ike *ike, struct timer *timer)
{
	(void)ike;
	helper_process_kill(&timer_owner(timer, struct supervisor, stop)->helper,
			    SIGKILL);
}

/* One that reads its configuration has nothing that is to be taken away. */
static void stop(struct supervisor *supervisor)
{
	if (supervisor->stopping)
		return;
	supervisor->stopping = true;
	service_stopping();
	timer_stop(&supervisor->timers, &supervisor->restart);
	timer_stop(&supervisor->timers, &supervisor->watch);
	if (!supervisor->helper.pid) {
		log_warning("there is no helper to tell the peers: tunnels stay");
		end(supervisor, EXIT_SUCCESS);
	} else if (!supervisor->served || !tell(supervisor, SUPERVISION_STOP)) {
		helper_process_kill(&supervisor->helper, SIGKILL);
	} else {
		set_timer(supervisor, &supervisor->stop, STOP_TIMEOUT);
	}
}

static void reload(struct supervisor *supervisor)
{
	if (!supervisor->ready)
		supervisor->reload = true;
	else if (!supervisor->stopping)
		tell(supervisor, SUPERVISION_RELOAD);
}

static void take_signal(struct supervisor *supervisor)
{
	struct signalfd_siginfo info;
	int status;

	if (read(supervisor->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		reload(supervisor);
	else if (info.ssi_signo != SIGCHLD)
		stop(supervisor);
	else if (helper_process_ended(&supervisor->helper, &status))
		helper_ended(supervisor, status);
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Who is ignored is not waited for. */
	signal(SIGCHLD, SIG_DFL);
	/* Whoever read the log may have gone. */
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* For poll(): milliseconds, -1: nothing is due. */
static int patience(const struct supervisor *supervisor)
{
	int64_t due = timers_next(&supervisor->timers);
	int64_t watchdog = service_watchdog_due();
	int64_t now = clock_now();

	if (watchdog && (!due || watchdog < due))
		due = watchdog;
	if (!due)
		return -1;
	return due > now ? (int)(due - now) : 0;
}

enum { SIGNALS, HELPER, CONTROL, LOG, POLL_MAX };

static void serve_once(struct supervisor *supervisor)
{
	struct pollfd fds[POLL_MAX] = {
		[SIGNALS] = { .fd = supervisor->signals, .events = POLLIN },
		[HELPER] = { .fd = supervisor->helper.channel, .events = POLLIN },
		[CONTROL] = { .fd = supervisor->control ?
				    control_socket_watch(supervisor->control) :
				    -1, .events = POLLIN },
		[LOG] = { .fd = log_fd(), .events = POLLOUT },
	};

	if (poll(fds, POLL_MAX, patience(supervisor)) < 0)
		return;
	if (fds[LOG].revents)
		log_flush();
	if (fds[CONTROL].revents)
		restore_control(supervisor);
	if (fds[HELPER].revents)
		serve_helper(supervisor);
	if (fds[SIGNALS].revents)
		take_signal(supervisor);
	timers_run(&supervisor->timers, NULL, clock_now());
	service_watchdog(clock_now());
}

int supervise(const struct supervise_options *options)
{
	struct supervisor supervisor = {
		.options = options,
		.signals = open_signals(),
		.helper.channel = -1,
		.restart_delay = RESTART_DELAY_MIN,
		.restart.expired = restart,
		.watch.expired = tick,
		.control_retry.expired = retry_control,
		.stop.expired = stop_timed_out,
	};

	if (supervisor.signals < 0) {
		log_warning("signalfd: %s", strerror(errno));
		return EXIT_FAILURE;
	}
	start_helper(&supervisor);
	while (!supervisor.done)
		serve_once(&supervisor);
	control_socket_close(supervisor.control);
	sockets_close(&supervisor.sockets);
	close(supervisor.signals);
	log_finish(LOG_TIMEOUT);
	return supervisor.result;
}
