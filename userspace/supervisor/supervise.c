// SPDX-License-Identifier: GPL-2.0
#include "supervisor/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/name_lookup.h"
#include "base/timer.h"
#include "helper/control.h"
#include "kernel/secrets.h"
#include "kernel/socket.h"
#include "supervisor/config_reload.h"
#include "supervisor/control_socket.h"
#include "supervisor/helper_keeper.h"
#include "supervisor/helper_place.h"
#include "supervisor/output.h"
#include "supervisor/policy.h"
#include "supervisor/ports.h"
#include "supervisor/rights.h"
#include "supervisor/service.h"
#include "tunnel/config_if_id.h"

/* Before a control socket that is lost is tried again. */
#define CONTROL_RETRY (10 * SECOND)

/* A reader of the log that stalls has at the end so long. */
#define LOG_TIMEOUT 1000

#define ERROR_MAX 256

struct supervisor {
	const struct supervise_options *options;
	int signals;
	struct config_reload reload;
	struct policy policy;
	struct sockets sockets;
	struct control_socket *control;
	struct helper_keeper keeper;
	struct timers timers;
	struct timer control_retry;
};

static void restore_control(struct supervisor *supervisor)
{
	int before = control_socket_fd(supervisor->control);

	timer_stop(&supervisor->timers, &supervisor->control_retry);
	if (!control_socket_restore(supervisor->control))
		timer_set(&supervisor->timers, &supervisor->control_retry,
			  clock_now() + CONTROL_RETRY);
	else if (control_socket_fd(supervisor->control) != before)
		helper_keeper_control_moved(&supervisor->keeper);
}

static void retry_control(struct ike *ike, struct timer *timer)
{
	(void)ike;
	restore_control(timer_owner(timer, struct supervisor, control_retry));
}

static void take_signal(struct supervisor *supervisor)
{
	struct helper_keeper *keeper = &supervisor->keeper;
	struct signalfd_siginfo info;

	if (read(supervisor->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		helper_keeper_reload(keeper);
	else if (info.ssi_signo == SIGUSR1)
		helper_keeper_leave(keeper);
	else if (info.ssi_signo != SIGCHLD)
		helper_keeper_stop(keeper);
	else
		helper_keeper_child_ended(keeper);
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
		[HELPER] = { .fd = helper_keeper_fd(&supervisor->keeper),
			     .events = POLLIN },
		[ASKS] = { .fd = helper_keeper_asks_fd(&supervisor->keeper),
			   .events = POLLIN },
		[CONTROL] = { .fd = control_socket_watch(supervisor->control),
			      .events = POLLIN },
		[CONFIG] = { .fd = config_service_fd(&supervisor->reload.service),
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
		config_reload_serve(&supervisor->reload);
	if (fds[ASKS].revents)
		helper_keeper_serve_asks(&supervisor->keeper);
	if (fds[HELPER].revents)
		helper_keeper_serve(&supervisor->keeper);
	if (fds[SIGNALS].revents)
		take_signal(supervisor);
	timers_run(&supervisor->timers, NULL, clock_now());
	service_watchdog(clock_now());
}

/* Whom the control socket lets in is part of the configuration. */
static bool permit(struct supervisor *supervisor, char *error,
		   size_t error_size)
{
	return control_socket_permit(supervisor->control,
				     &supervisor->reload.service.configs.now->control,
				     error, error_size);
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
	if (!ports_have(&supervisor->sockets, error, error_size))
		return false;
	supervisor->control = control_socket_open(path, error, error_size);
	return supervisor->control && permit(supervisor, error, error_size);
}

/* Beside the control socket, whose directory is there by now. */
static bool open_place(struct supervisor *supervisor, char *error,
		       size_t error_size)
{
	struct helper_keeper *keeper = &supervisor->keeper;
	struct lookup_account account;

	if (!helper_account("/etc/passwd", &keeper->user, &keeper->group,
			    error, error_size))
		return false;
	account = (struct lookup_account){ keeper->user, keeper->group };
	/* Who started the helper as a child has the right to have others. */
	if (!keeper->activation)
		name_lookups_as(&account);
	keeper->root = helper_root_open(supervisor->options->control_path,
					error, error_size);
	return keeper->root >= 0;
}

static bool open_policy(struct supervisor *supervisor, char *error,
			size_t error_size)
{
	struct config *config = supervisor->reload.service.configs.now;

	supervisor->policy.lookups.timers = &supervisor->timers;
	return policy_open(&supervisor->policy, error, error_size) &&
	       config_number_interfaces(config, supervisor->policy.links, error,
					error_size);
}

static void serve(struct supervisor *supervisor)
{
	struct helper_keeper *keeper = &supervisor->keeper;
	char error[ERROR_MAX];

	supervisor->signals = open_signals();
	if (supervisor->signals < 0) {
		log_warning("signalfd: %s", strerror(errno));
		return;
	}
	if (!open_policy(supervisor, error, sizeof(error)) ||
	    !open_sockets(supervisor, error, sizeof(error)) ||
	    !open_place(supervisor, error, sizeof(error)) ||
	    !rights_keep(!keeper->activation, error, sizeof(error))) {
		log_warning("%s", error);
		return;
	}
	/* Not before it is known that no other pqike has them. */
	policy_forget_others(&supervisor->policy);
	keeper->control = supervisor->control;
	supervisor->reload.control = supervisor->control;
	helper_keeper_start(keeper);
	while (!keeper->done)
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
	switch (config_service_begin(&supervisor->reload.service, error,
				     sizeof(error))) {
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
	if (supervisor->keeper.root >= 0) {
		close(supervisor->keeper.root);
		helper_root_remove(options->control_path);
	}
	control_socket_close(supervisor->control);
	sockets_close(&supervisor->sockets);
	if (supervisor->signals >= 0)
		close(supervisor->signals);
	config_service_end(&supervisor->reload.service);
	return supervisor->keeper.result;
}

/* Who is told of whom */
static void connect_parts(struct supervisor *supervisor)
{
	struct helper_keeper *keeper = &supervisor->keeper;
	struct config_reload *reload = &supervisor->reload;

	keeper->activation = supervisor->options->activation_path;
	keeper->sockets = &supervisor->sockets;
	keeper->policy = &supervisor->policy;
	keeper->reload = reload;
	keeper->timers = &supervisor->timers;
	helper_keeper_init(keeper);
	reload->service.path = supervisor->options->config_path;
	reload->service.reader = supervisor->options->reader_path;
	reload->policy = &supervisor->policy;
	supervisor->policy.configs = &reload->service.configs;
	reload->helper = &keeper->process;
	reload->timers = &supervisor->timers;
	config_reload_init(reload);
}

int supervise(const struct supervise_options *options)
{
	struct supervisor supervisor = {
		.options = options,
		.policy.socket = -1,
		.control_retry.expired = retry_control,
	};
	int result;

	output_write_only();
	connect_parts(&supervisor);
	result = load_and_serve(&supervisor);
	log_finish(LOG_TIMEOUT);
	return result;
}
