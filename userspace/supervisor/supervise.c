// SPDX-License-Identifier: GPL-2.0
#include "supervisor/supervise.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/timer.h"
#include "config/config_transfer.h"
#include "helper/control.h"
#include "helper/supervision.h"
#include "kernel/secrets.h"
#include "kernel/socket.h"
#include "supervisor/config_service.h"
#include "supervisor/control_socket.h"
#include "supervisor/helper_place.h"
#include "supervisor/helper_process.h"
#include "supervisor/policy.h"
#include "supervisor/rights.h"
#include "supervisor/service.h"
#include "tunnel/config_if_id.h"

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
	struct config_service config;
	struct policy policy;
	int asks; /* our end of the helper's policy_asks_through(), -1: no helper */
	struct sockets sockets;
	struct control_socket *control;
	struct helper_process helper;
	uid_t helper_user;
	gid_t helper_group;
	int helper_root; /* -1: none */
	bool ready; /* this helper */
	bool was_ready; /* any of them */
	bool reload; /* is to be asked for when it is ready */
	bool stopping;
	bool leaving; /* likewise, with tunnels left to whoever follows */
	bool done; /* the loop is to end */
	int result;
	struct timers timers;
	struct timer restart;
	struct timer watch;
	struct timer load; /* the end of patience with what is read */
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

static bool send_record(const struct supervisor *supervisor,
			const struct supervision_record *record, const int *fds,
			size_t n)
{
	return supervision_send(supervisor->helper.channel, record, fds, n);
}

static bool tell(const struct supervisor *supervisor,
		 enum supervision_type type)
{
	const struct supervision_record record = { .type = (uint16_t)type };

	return send_record(supervisor, &record, NULL, 0);
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

/* A helper has its end, and a socket that is authorised. */
static bool open_for_helper(struct supervisor *supervisor, int *helper_end,
			    int *kernel, char *error, size_t error_size)
{
	int ends[2];

	*kernel = policy_socket(&supervisor->policy, error, error_size);
	if (*kernel < 0)
		return false;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		snprintf(error, error_size, "socketpair: %s", strerror(errno));
		return false;
	}
	supervisor->asks = ends[0];
	*helper_end = ends[1];
	return true;
}

/* Return: whether it has all that it needs. */
static bool hand_over(struct supervisor *supervisor, char *error,
		      size_t error_size)
{
	const struct supervision_record record = {
		.type = SUPERVISION_BEGIN,
		.alive = (uint32_t)service_watchdog_interval() / 2,
		.user = supervisor->helper_user,
		.group = supervisor->helper_group,
	};
	const struct sockets *sockets = &supervisor->sockets;
	int fds[SUPERVISION_FDS_MAX];
	bool ok;

	if (!open_for_helper(supervisor, &fds[SUPERVISION_FD_POLICY],
			     &fds[SUPERVISION_FD_KERNEL], error, error_size))
		return false;
	fds[SUPERVISION_FD_CONFIG] = config_transfer_give(supervisor->config.now);
	fds[SUPERVISION_FD_CONTROL] = control_socket_fd(supervisor->control);
	fds[SUPERVISION_FD_ROOT] = supervisor->helper_root;
	for (size_t i = 0; i < sockets->n; i++)
		fds[SUPERVISION_FD_UDP + i] = sockets->list[i].fd;
	ok = fds[SUPERVISION_FD_CONFIG] >= 0 &&
	     send_record(supervisor, &record, fds,
			 SUPERVISION_FD_UDP + sockets->n);
	if (!ok)
		snprintf(error, error_size, "no memory for what the helper needs");
	if (fds[SUPERVISION_FD_CONFIG] >= 0)
		close(fds[SUPERVISION_FD_CONFIG]);
	close(fds[SUPERVISION_FD_POLICY]);
	return ok;
}

static void start_helper(struct supervisor *supervisor)
{
	char error[ERROR_MAX];

	supervisor->ready = false;
	supervisor->reload = false;
	if (helper_process_start(&supervisor->helper, error, sizeof(error))) {
		if (hand_over(supervisor, error, sizeof(error)))
			return;
		helper_process_kill(&supervisor->helper, SIGKILL);
	}
	log_warning("%s", error);
	if (!supervisor->was_ready)
		end(supervisor, EXIT_FAILURE);
	else if (!supervisor->helper.pid)
		restart_later(supervisor);
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

/* What was given to it, and not taken, is not in force. */
static void end_policy(struct supervisor *supervisor)
{
	policy_end_socket(&supervisor->policy);
	lookups_end(&supervisor->policy.lookups);
	if (supervisor->asks >= 0)
		close(supervisor->asks);
	supervisor->asks = -1;
	config_service_cancel(&supervisor->config);
	if (policy_use(&supervisor->policy, supervisor->config.now, NULL))
		policy_forget_others(&supervisor->policy);
}

static void helper_ended(struct supervisor *supervisor, int status)
{
	bool good = supervisor->ready &&
		    clock_now() - supervisor->ready_since >= RESTART_GOOD;
	char text[ERROR_MAX];

	timer_stop(&supervisor->timers, &supervisor->watch);
	timer_stop(&supervisor->timers, &supervisor->load);
	end_policy(supervisor);
	print_end(status, text, sizeof(text));
	if (supervisor->stopping) {
		if (!supervisor->leaving &&
		    (!WIFEXITED(status) || WEXITSTATUS(status)))
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
	if (supervisor->ready || supervisor->stopping)
		return;
	begin_ready(supervisor);
	service_ready();
}

/* The reload that has begun is over. */
static void refuse(struct supervisor *supervisor, const char *error)
{
	struct supervision_record record = { .type = SUPERVISION_REFUSED };

	service_ready();
	snprintf(record.text, sizeof(record.text), "%s", error);
	send_record(supervisor, &record, NULL, 0);
}

static void load(struct supervisor *supervisor)
{
	char error[SUPERVISION_TEXT_SIZE];

	if (!supervisor->ready || supervisor->stopping)
		return;
	service_reloading();
	if (config_service_load(&supervisor->config, error, sizeof(error)))
		set_timer(supervisor, &supervisor->load,
			  CONFIG_LOAD_SECONDS * SECOND);
	else
		refuse(supervisor, error);
}

/* What the helper asks is about these from now on. */
static bool use_configs(struct supervisor *supervisor)
{
	return policy_use(&supervisor->policy, supervisor->config.now,
			  supervisor->config.next);
}

static void give_config(struct supervisor *supervisor)
{
	const struct supervision_record record = { .type = SUPERVISION_LOADED };
	int fd = config_transfer_give(supervisor->config.next);

	if (!use_configs(supervisor) || fd < 0 || !send_record(supervisor, &record, &fd, 1)) {
		config_service_conclude(&supervisor->config, false);
		use_configs(supervisor);
		refuse(supervisor, "no memory for the configuration");
	}
	if (fd >= 0)
		close(fd);
}

static void number_and_give(struct supervisor *supervisor)
{
	char error[SUPERVISION_TEXT_SIZE];

	if (config_number_interfaces(supervisor->config.next,
				     supervisor->policy.links, error,
				     sizeof(error))) {
		give_config(supervisor);
		return;
	}
	config_service_conclude(&supervisor->config, false);
	refuse(supervisor, error);
}

/* A helper that was not there when it began is not told: it has what is in force. */
static void serve_load(struct supervisor *supervisor, bool patience)
{
	char error[SUPERVISION_TEXT_SIZE];

	switch (config_service_serve(&supervisor->config, patience, error,
				     sizeof(error))) {
	case CONFIG_LOAD_GOES_ON:
		return;
	case CONFIG_LOAD_DONE:
		number_and_give(supervisor);
		break;
	default:
		refuse(supervisor, error);
	}
	timer_stop(&supervisor->timers, &supervisor->load);
}

static void load_timed_out(struct ike *ike, struct timer *timer)
{
	(void)ike;
	serve_load(timer_owner(timer, struct supervisor, load), false);
}

static void conclude(struct supervisor *supervisor, bool taken)
{
	if (!supervisor->config.next)
		return;
	config_service_conclude(&supervisor->config, taken);
	if (!use_configs(supervisor))
		log_warning("no memory for the configuration: what the helper asks is refused");
	service_ready();
}

static void take_record(struct supervisor *supervisor,
			const struct supervision_record *record)
{
	supervisor->silent = 0;
	switch (record->type) {
	case SUPERVISION_READY:
		helper_ready(supervisor);
		break;
	case SUPERVISION_LOAD:
		load(supervisor);
		break;
	case SUPERVISION_TAKEN:
	case SUPERVISION_KEPT:
		conclude(supervisor, record->type == SUPERVISION_TAKEN);
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

/*
 * Each is answered at once.  One that is malformed is not: whoever waits for the answer is
 * no helper of ours, and does so until it hangs.
 */
static void serve_asks(struct supervisor *supervisor)
{
	for (int i = 0; i < RECORDS_AT_ONCE; i++) {
		struct policy_answer answer;
		struct policy_ask in, ask;
		int given;
		ssize_t len = recv(supervisor->asks, &in, sizeof(in),
				   MSG_DONTWAIT | MSG_TRUNC);

		if (len <= 0)
			return;
		if (!policy_ask_check(&in, (size_t)len, &ask))
			continue;
		given = policy_serve(&supervisor->policy, &ask, &answer);
		policy_answer_send(supervisor->asks, &answer, given);
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
	if (fd != before && supervisor->helper.pid)
		send_record(supervisor, &record, &fd, 1);
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

static void begin_stopping(struct supervisor *supervisor)
{
	supervisor->stopping = true;
	service_stopping();
	timer_stop(&supervisor->timers, &supervisor->restart);
	timer_stop(&supervisor->timers, &supervisor->watch);
}

static void stop(struct supervisor *supervisor)
{
	if (supervisor->stopping)
		return;
	begin_stopping(supervisor);
	if (!supervisor->helper.pid) {
		log_warning("there is no helper to tell the peers: tunnels stay");
		end(supervisor, EXIT_SUCCESS);
	} else if (!tell(supervisor, SUPERVISION_STOP)) {
		helper_process_kill(&supervisor->helper, SIGKILL);
	} else {
		set_timer(supervisor, &supervisor->stop, STOP_TIMEOUT);
	}
}

/*
 * The helper ends in the same way as by a fault: what it has is left to the next, which
 * can have it when this one has ended.
 */
static void leave(struct supervisor *supervisor)
{
	if (supervisor->stopping)
		return;
	log_line("ending: tunnels go on");
	begin_stopping(supervisor);
	supervisor->leaving = true;
	if (supervisor->helper.pid)
		helper_process_kill(&supervisor->helper, SIGKILL);
	else
		end(supervisor, EXIT_SUCCESS);
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
	else if (info.ssi_signo == SIGUSR1)
		leave(supervisor);
	else if (info.ssi_signo != SIGCHLD)
		stop(supervisor);
	else if (helper_process_ended(&supervisor->helper, &status))
		helper_ended(supervisor, status);
	child_processes_reap();
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
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

enum { SIGNALS, HELPER, ASKS, CONTROL, CONFIG, LOG, LOOKUPS };

#define POLL_MAX (LOOKUPS + LOOKUPS_MAX)

static void serve_once(struct supervisor *supervisor)
{
	struct pollfd fds[POLL_MAX] = {
		[SIGNALS] = { .fd = supervisor->signals, .events = POLLIN },
		[HELPER] = { .fd = supervisor->helper.channel, .events = POLLIN },
		[ASKS] = { .fd = supervisor->asks, .events = POLLIN },
		[CONTROL] = { .fd = control_socket_watch(supervisor->control),
			      .events = POLLIN },
		[CONFIG] = { .fd = config_service_fd(&supervisor->config),
			     .events = POLLIN },
		[LOG] = { .fd = log_fd(), .events = POLLOUT },
	};

	lookups_poll_fds(&supervisor->policy.lookups, fds + LOOKUPS);
	if (poll(fds, POLL_MAX, patience(supervisor)) < 0)
		return;
	if (fds[LOG].revents)
		log_flush();
	if (fds[CONTROL].revents)
		restore_control(supervisor);
	lookups_serve(&supervisor->policy.lookups, fds + LOOKUPS);
	if (fds[CONFIG].revents)
		serve_load(supervisor, true);
	if (fds[ASKS].revents)
		serve_asks(supervisor);
	if (fds[HELPER].revents)
		serve_helper(supervisor);
	if (fds[SIGNALS].revents)
		take_signal(supervisor);
	timers_run(&supervisor->timers, NULL, clock_now());
	service_watchdog(clock_now());
}

/* Whom the control socket lets in is part of the configuration. */
static bool permit(struct supervisor *supervisor, char *error,
		   size_t error_size)
{
	const struct control_config *config = &supervisor->config.now->control;

	return control_socket_permit(supervisor->control, config->mode,
				     config->group_said ? &config->group : NULL,
				     error, error_size);
}

static bool not_ours(char *error, size_t error_size)
{
	snprintf(error, error_size,
		 "the sockets that the service manager has kept are not those of this version; they are given up");
	return false;
}

/* Those that the supervisor before has had: datagrams may wait in them. */
static bool have_ports(struct sockets *sockets, char *error, size_t error_size)
{
	int fds[SERVICE_FDS_MAX];
	size_t n;

	static_assert(SERVICE_FDS_MAX == SOCKETS_MAX, "all sockets can be kept");
	if (!service_take_kept(fds, &n))
		return not_ours(error, error_size);
	if (n && sockets_adopt(sockets, fds, n))
		return true;
	if (n) {
		service_drop_kept(n);
		return not_ours(error, error_size);
	}
	if (!sockets_open(sockets, error, error_size))
		return false;
	for (size_t i = 0; i < sockets->n; i++)
		fds[i] = sockets->list[i].fd;
	service_keep(fds, sockets->n);
	return true;
}

static bool open_sockets(struct supervisor *supervisor, char *error,
			 size_t error_size)
{
	const char *path = supervisor->options->control_path;

	/* Else it would be said that the ports are taken, but not by whom. */
	if (control_is_served(path)) {
		snprintf(error, error_size, "%s: another pqike serves this socket",
			 path);
		return false;
	}
	if (!have_ports(&supervisor->sockets, error, error_size))
		return false;
	supervisor->control = control_socket_open(path, error, error_size);
	return supervisor->control && permit(supervisor, error, error_size);
}

/* Beside the control socket, whose directory is there by now. */
static bool open_place(struct supervisor *supervisor, char *error,
		       size_t error_size)
{
	if (!helper_account("/etc/passwd", &supervisor->helper_user,
			    &supervisor->helper_group, error, error_size))
		return false;
	supervisor->helper_root =
		helper_root_open(supervisor->options->control_path, error,
				 error_size);
	return supervisor->helper_root >= 0;
}

static bool open_policy(struct supervisor *supervisor, char *error,
			size_t error_size)
{
	struct config *config = supervisor->config.now;

	supervisor->policy.lookups.timers = &supervisor->timers;
	if (!policy_open(&supervisor->policy, error, error_size) ||
	    !config_number_interfaces(config, supervisor->policy.links, error,
				      error_size))
		return false;
	if (use_configs(supervisor))
		return true;
	snprintf(error, error_size, "out of memory");
	return false;
}

static void serve(struct supervisor *supervisor)
{
	char error[ERROR_MAX];

	supervisor->signals = open_signals();
	if (supervisor->signals < 0) {
		log_warning("signalfd: %s", strerror(errno));
		return;
	}
	if (!open_policy(supervisor, error, sizeof(error)) ||
	    !open_sockets(supervisor, error, sizeof(error)) ||
	    !open_place(supervisor, error, sizeof(error)) ||
	    !rights_keep(error, sizeof(error))) {
		log_warning("%s", error);
		return;
	}
	/* Not before it is known that no other pqike has them. */
	policy_forget_others(&supervisor->policy);
	start_helper(supervisor);
	while (!supervisor->done)
		serve_once(supervisor);
}

static int load_and_serve(struct supervisor *supervisor)
{
	const struct supervise_options *options = supervisor->options;
	char error[1024];

	if (!secrets_join_keyring(error, sizeof(error))) {
		log_warning("%s", error);
		return EXIT_FAILURE;
	}
	switch (config_service_begin(&supervisor->config, options->config_path,
				     error, sizeof(error))) {
	case CONFIG_LOAD_DONE:
		break;
	case CONFIG_LOAD_WRONG:
		log_warning("%s", error);
		return options->config_wrong;
	default:
		log_warning("%s", error);
		return EXIT_FAILURE;
	}
	serve(supervisor);
	policy_close(&supervisor->policy);
	if (supervisor->helper_root >= 0) {
		close(supervisor->helper_root);
		helper_root_remove(options->control_path);
	}
	control_socket_close(supervisor->control);
	sockets_close(&supervisor->sockets);
	if (supervisor->signals >= 0)
		close(supervisor->signals);
	config_service_end(&supervisor->config);
	return supervisor->result;
}

int supervise(const struct supervise_options *options)
{
	struct supervisor supervisor = {
		.options = options,
		.helper.channel = -1,
		.helper_root = -1,
		.policy.socket = -1,
		.asks = -1,
		.result = EXIT_FAILURE,
		.restart_delay = RESTART_DELAY_MIN,
		.restart.expired = restart,
		.watch.expired = tick,
		.load.expired = load_timed_out,
		.control_retry.expired = retry_control,
		.stop.expired = stop_timed_out,
	};
	int result = load_and_serve(&supervisor);

	log_finish(LOG_TIMEOUT);
	return result;
}
