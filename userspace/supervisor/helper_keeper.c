// SPDX-License-Identifier: GPL-2.0
#include "supervisor/helper_keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/config_transfer.h"
#include "kernel/xfrm_events.h"
#include "supervisor/service.h"

/* Until a helper that has ended is followed by another; each time twice as long. */
#define RESTART_DELAY_MIN 100
#define RESTART_DELAY_MAX (30 * SECOND)

/* One that has been ready for so long was a good one. */
#define RESTART_GOOD (60 * SECOND)

/* A helper that is asked to end waits for peers, and takes what it has made away. */
#define STOP_TIMEOUT (60 * SECOND)

/* Other work is due in between: a helper does not hold the loop. */
#define RECORDS_AT_ONCE 64

/* Ticks of the watch in which a helper that lives says so, and one that begins is ready. */
#define SILENT_TICKS_MAX 2

#define ERROR_MAX 256

static void end(struct helper_keeper *keeper, int result)
{
	keeper->done = true;
	keeper->result = result;
}

static bool tell(const struct helper_keeper *keeper, enum supervision_type type)
{
	const struct supervision_record record = { .type = (uint16_t)type };

	return helper_process_send(&keeper->process, &record, NULL, 0);
}

static void set_timer(struct helper_keeper *keeper, struct timer *timer,
		      int64_t delay)
{
	timer_set(keeper->timers, timer, clock_now() + delay);
}

static void restart_later(struct helper_keeper *keeper)
{
	int64_t next = 2 * keeper->restart_delay;

	set_timer(keeper, &keeper->restart, keeper->restart_delay);
	keeper->restart_delay = next < RESTART_DELAY_MAX ? next :
							   RESTART_DELAY_MAX;
}

/* A helper has its end, and sockets that take a right to open. */
static bool open_for_helper(struct helper_keeper *keeper, int *fds, char *error,
			    size_t error_size)
{
	int ends[2];

	fds[SUPERVISION_FD_KERNEL] = policy_socket(keeper->policy, error,
						   error_size);
	if (fds[SUPERVISION_FD_KERNEL] < 0)
		return false;
	fds[SUPERVISION_FD_XFRM] = xfrm_events_open(error, error_size);
	if (fds[SUPERVISION_FD_XFRM] < 0)
		return false;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		snprintf(error, error_size, "socketpair: %s", strerror(errno));
		close(fds[SUPERVISION_FD_XFRM]);
		return false;
	}
	keeper->asks = ends[0];
	fds[SUPERVISION_FD_POLICY] = ends[1];
	return true;
}

/* Return: whether it has all that it needs. */
static bool hand_over(struct helper_keeper *keeper, char *error,
		      size_t error_size)
{
	const struct supervision_record record = {
		.type = SUPERVISION_BEGIN,
		.alive = (uint32_t)service_watchdog_interval() / 2,
		.user = keeper->user,
		.group = keeper->group,
	};
	const struct sockets *sockets = keeper->sockets;
	int fds[SUPERVISION_FDS_MAX];
	bool ok;

	if (!open_for_helper(keeper, fds, error, error_size))
		return false;
	fds[SUPERVISION_FD_CONFIG] =
		config_transfer_give(keeper->reload->service.configs.now);
	fds[SUPERVISION_FD_CONTROL] = control_socket_fd(keeper->control);
	fds[SUPERVISION_FD_ROOT] = keeper->root;
	for (size_t i = 0; i < sockets->n; i++)
		fds[SUPERVISION_FD_UDP + i] = sockets->list[i].fd;
	ok = fds[SUPERVISION_FD_CONFIG] >= 0 &&
	     helper_process_send(&keeper->process, &record, fds,
				 SUPERVISION_FD_UDP + sockets->n);
	if (!ok)
		snprintf(error, error_size, "no memory for what the helper needs");
	if (fds[SUPERVISION_FD_CONFIG] >= 0)
		close(fds[SUPERVISION_FD_CONFIG]);
	close(fds[SUPERVISION_FD_POLICY]);
	close(fds[SUPERVISION_FD_XFRM]);
	return ok;
}

static void watch_helper(struct helper_keeper *keeper)
{
	int64_t interval = service_watchdog_interval();

	keeper->silent = 0;
	if (interval)
		set_timer(keeper, &keeper->watch, interval);
}

void helper_keeper_start(struct helper_keeper *keeper)
{
	char error[ERROR_MAX];

	if (helper_process_start(&keeper->process, keeper->activation, error,
				 sizeof(error))) {
		watch_helper(keeper);
		if (hand_over(keeper, error, sizeof(error)))
			return;
		helper_process_kill(&keeper->process);
	}
	log_warning("%s", error);
	if (helper_process_is(&keeper->process) && keeper->was_ready)
		return;
	/* A manager that does not listen starts us again, and what we need for that. */
	if (!keeper->was_ready || keeper->activation)
		end(keeper, EXIT_FAILURE);
	else
		restart_later(keeper);
}

static void restart(struct ike *ike, struct timer *timer)
{
	(void)ike;
	helper_keeper_start(timer_owner(timer, struct helper_keeper, restart));
}

/* It could not even begin: it has said why, or the signal does. */
static int first_result(const struct helper_end *end)
{
	if (end->by_fault || end->unknown)
		log_warning("the helper %s", end->text);
	return end->status ? end->status : EXIT_FAILURE;
}

/* What was given to it, and not taken, is not in force. */
static void end_policy(struct helper_keeper *keeper)
{
	policy_end_socket(keeper->policy);
	lookups_end(&keeper->policy->lookups);
	if (keeper->asks >= 0)
		close(keeper->asks);
	keeper->asks = -1;
	config_reload_cancel(keeper->reload);
}

static void follow(struct helper_keeper *keeper, const char *text)
{
	if (keeper->ready && clock_now() - keeper->ready_since >= RESTART_GOOD)
		keeper->restart_delay = RESTART_DELAY_MIN;
	log_warning("the helper %s: tunnels go on, another one is started", text);
	keeper->ready = false;
	service_no_helper();
	restart_later(keeper);
}

/* It was to remove what it had made, and has said so to the peers. */
static void end_tunnels(const struct helper_keeper *keeper,
			const struct helper_end *how)
{
	if (how->by_fault || how->status)
		log_warning("the helper %s", how->text);
	policy_forget_all(keeper->policy);
}

static void helper_ended(struct helper_keeper *keeper,
			 const struct helper_end *how)
{
	timer_stop(keeper->timers, &keeper->watch);
	end_policy(keeper);
	if (keeper->stopping) {
		if (!keeper->leaving)
			end_tunnels(keeper, how);
		end(keeper, EXIT_SUCCESS);
	} else if (!keeper->was_ready) {
		end(keeper, first_result(how));
	} else {
		follow(keeper, how->text);
	}
}

/* Where it has ended. */
static void take_end(struct helper_keeper *keeper)
{
	struct helper_end how;

	if (helper_process_ended(&keeper->process, &how))
		helper_ended(keeper, &how);
}

void helper_keeper_child_ended(struct helper_keeper *keeper)
{
	take_end(keeper);
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

static void helper_ready(struct helper_keeper *keeper)
{
	if (keeper->ready || keeper->stopping)
		return;
	keeper->ready = true;
	keeper->ready_since = clock_now();
	watch_helper(keeper);
	if (keeper->was_ready)
		log_line("another helper is ready");
	else
		print_ready(keeper->sockets);
	keeper->was_ready = true;
	if (keeper->reload_due)
		tell(keeper, SUPERVISION_RELOAD);
	keeper->reload_due = false;
	service_ready();
}

static void take_record(struct helper_keeper *keeper,
			const struct supervision_record *record)
{
	keeper->silent = 0;
	switch (record->type) {
	case SUPERVISION_READY:
		helper_ready(keeper);
		break;
	case SUPERVISION_LOAD:
		if (keeper->ready && !keeper->stopping)
			config_reload_begin(keeper->reload);
		break;
	case SUPERVISION_TAKEN:
	case SUPERVISION_KEPT:
		config_reload_conclude(keeper->reload,
				       record->type == SUPERVISION_TAKEN);
		break;
	default:
		break;
	}
}

int helper_keeper_fd(const struct helper_keeper *keeper)
{
	return keeper->process.channel;
}

/* One that has closed an end of what it has is of no use, and poll() would not wait again. */
static void end_helper(struct helper_keeper *keeper)
{
	helper_process_kill(&keeper->process);
	take_end(keeper);
}

/* What is malformed is dropped. */
void helper_keeper_serve(struct helper_keeper *keeper)
{
	struct supervision_record record;

	for (int i = 0; i < RECORDS_AT_ONCE && !keeper->done; i++) {
		switch (supervision_receive(keeper->process.channel, &record,
					    NULL, NULL)) {
		case SUPERVISION_RECORD:
			take_record(keeper, &record);
			break;
		case SUPERVISION_MALFORMED:
			break;
		case SUPERVISION_CLOSED:
			end_helper(keeper);
			return;
		default:
			return;
		}
	}
}

int helper_keeper_asks_fd(const struct helper_keeper *keeper)
{
	return keeper->asks;
}

/*
 * Each is answered at once.  One that is malformed is not: whoever waits for the answer is
 * no helper of ours, and does so until it hangs.
 */
void helper_keeper_serve_asks(struct helper_keeper *keeper)
{
	for (int i = 0; i < RECORDS_AT_ONCE; i++) {
		struct policy_answer answer;
		struct policy_ask in, ask;
		int given;
		ssize_t len = recv(keeper->asks, &in, sizeof(in),
				   MSG_DONTWAIT | MSG_TRUNC);

		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (len <= 0) {
			end_helper(keeper);
			return;
		}
		if (!policy_ask_check(&in, (size_t)len, &ask))
			continue;
		given = policy_serve(keeper->policy, &ask, &answer);
		policy_answer_send(keeper->asks, &answer, given);
	}
}

/*
 * A manager starts no helper while another one is there, which may be one that cannot be
 * ended from here.  It ends that one when it starts us again.
 */
static void give_up(struct helper_keeper *keeper)
{
	log_warning("no helper becomes ready");
	helper_process_kill(&keeper->process);
	end(keeper, EXIT_FAILURE);
}

/* A machine that has slept lets one tick pass at once: its helper slept, too. */
static void tick(struct ike *ike, struct timer *timer)
{
	struct helper_keeper *keeper = timer_owner(timer, struct helper_keeper,
						   watch);

	(void)ike;
	if (++keeper->silent < SILENT_TICKS_MAX) {
		set_timer(keeper, timer, service_watchdog_interval());
		return;
	}
	if (keeper->activation && !keeper->ready) {
		give_up(keeper);
		return;
	}
	log_warning("the helper hangs");
	helper_process_kill(&keeper->process);
}

void helper_keeper_control_moved(struct helper_keeper *keeper)
{
	const struct supervision_record record = { .type = SUPERVISION_CONTROL };
	int fd = control_socket_fd(keeper->control);

	if (helper_process_is(&keeper->process))
		helper_process_send(&keeper->process, &record, &fd, 1);
}

static void stop_timed_out(struct ike *ike, struct timer *timer)
{
	(void)ike;
	helper_process_kill(&timer_owner(timer, struct helper_keeper,
					 stop)->process);
}

static void begin_stopping(struct helper_keeper *keeper)
{
	keeper->stopping = true;
	service_stopping();
	timer_stop(keeper->timers, &keeper->restart);
	timer_stop(keeper->timers, &keeper->watch);
}

void helper_keeper_stop(struct helper_keeper *keeper)
{
	if (keeper->stopping)
		return;
	begin_stopping(keeper);
	if (!helper_process_is(&keeper->process)) {
		log_warning("there is no helper to tell the peers: tunnels stay");
		end(keeper, EXIT_SUCCESS);
	} else if (!tell(keeper, SUPERVISION_STOP)) {
		helper_process_kill(&keeper->process);
	} else {
		set_timer(keeper, &keeper->stop, STOP_TIMEOUT);
	}
}

void helper_keeper_leave(struct helper_keeper *keeper)
{
	if (keeper->stopping)
		return;
	log_line("ending: tunnels go on");
	begin_stopping(keeper);
	keeper->leaving = true;
	if (helper_process_is(&keeper->process))
		helper_process_kill(&keeper->process);
	else
		end(keeper, EXIT_SUCCESS);
}

void helper_keeper_reload(struct helper_keeper *keeper)
{
	if (!keeper->ready)
		keeper->reload_due = true;
	else if (!keeper->stopping)
		tell(keeper, SUPERVISION_RELOAD);
}

void helper_keeper_init(struct helper_keeper *keeper)
{
	keeper->process = (struct helper_process){
		.channel = -1, .lifeline = -1,
	};
	keeper->asks = -1;
	keeper->root = -1;
	keeper->result = EXIT_FAILURE;
	keeper->restart_delay = RESTART_DELAY_MIN;
	keeper->restart.expired = restart;
	keeper->watch.expired = tick;
	keeper->stop.expired = stop_timed_out;
}
