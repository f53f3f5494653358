// SPDX-License-Identifier: GPL-2.0
#include "helper/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/config_transfer.h"
#include "config/connection.h"
#include "helper/command.h"
#include "helper/control.h"
#include "helper/monitor.h"
#include "helper/sandbox.h"
#include "helper/supervised.h"
#include "helper/watches.h"
#include "ike/delete_ike.h"
#include "ike/dispatch.h"
#include "ike/ike_event.h"
#include "ike/ike_sa.h"
#include "ike/ike_sa_end.h"
#include "tunnel/adopt.h"
#include "tunnel/attempt.h"
#include "tunnel/config_apply.h"
#include "tunnel/connection_set.h"
#include "tunnel/start_action.h"
#include "tunnel/trap.h"
#include "tunnel/tunnel.h"
#include "tunnel/xfrm_interface.h"

/* Milliseconds that peers have to answer our Delete at the end. */
#define STOP_TIMEOUT 2000

/* Milliseconds that a reader of the log that stalls has at the end. */
#define LOG_TIMEOUT 1000

#define ERROR_MAX 256

struct helper {
	struct ike ike;
	struct config *config;
	struct command_context command;
	struct watches watches;
	struct control *control;
	struct monitor *monitor;
	int64_t stop_deadline;
	uint8_t buffer[IKE_MESSAGE_MAX]; /* the datagram being handled */
};

static void tell_progress(void *arg, uint64_t client, const char *line)
{
	control_progress(((struct helper *)arg)->control, client, line);
}

static void tell_ok(void *arg, uint64_t client)
{
	control_ok(((struct helper *)arg)->control, client);
}

static void tell_fail(void *arg, uint64_t client, const char *line)
{
	control_fail(((struct helper *)arg)->control, client, line);
}

static void tell_event(void *arg, const struct ike_event *event)
{
	monitor_event(((struct helper *)arg)->monitor, event);
}

static void take_command(void *arg, uint64_t client, const char *text)
{
	struct helper *helper = arg;

	if (helper->ike.stopping)
		control_fail(helper->control, client, "the helper is stopping");
	else
		command(&helper->ike, &helper->command, client, text);
}

/* Up to @end, which stays; NULL: all. */
static void remove_connections(struct ike *ike,
			       const struct connection_config *end)
{
	const struct connection_config *connection = ike->config->connections;

	for (; connection && connection != end; connection = connection->next)
		if (kernel_connection_del(ike->kernel, connection->name))
			log_line("connection %s stays in the kernel: %s",
				 connection->name, kernel_error(ike->kernel));
}

static bool set_connections(struct ike *ike)
{
	const struct connection_config *connection = ike->config->connections;

	for (; connection; connection = connection->next) {
		if (connection_set(ike->kernel, connection, false)) {
			log_line("connection %s: %s", connection->name,
				 kernel_error(ike->kernel));
			remove_connections(ike, connection);
			return false;
		}
	}
	return true;
}

/* Others than root are let in, and events told, once the control socket is there. */
static bool serve_control_socket(struct helper *helper, int fd)
{
	helper->control = control_new(fd, take_command, helper);
	if (helper->control)
		helper->monitor = monitor_new(helper->control);
	if (helper->monitor)
		helper->command.reload = reload_new(&helper->ike, helper->config,
						    helper->control);
	if (!helper->command.reload) {
		log_warning("out of memory");
		return false;
	}
	helper->command.control = helper->control;
	helper->command.monitor = helper->monitor;
	control_permit(helper->control, &helper->config->control);
	return true;
}

static bool make_interfaces(struct ike *ike, struct config *config)
{
	char error[LOG_LINE_MAX];

	xfrm_interfaces_remove_leftovers(ike);
	if (xfrm_interfaces_number(ike, config, error, sizeof(error)) &&
	    xfrm_interfaces_make(ike, config, error, sizeof(error)))
		return true;
	log_warning("%s", error);
	return false;
}

static bool give_up_rights(const struct supervision_record *begin, int *fds,
			   size_t n)
{
	const struct sandbox sandbox = {
		.root = fds[SUPERVISION_FD_ROOT],
		.user = begin->user, .group = begin->group,
		.shared = fds + SUPERVISION_FD_SHARED,
		.n_shared = n - SUPERVISION_FD_SHARED,
	};
	char error[ERROR_MAX];

	if (sandbox_enter(&sandbox, error, sizeof(error)))
		return true;
	log_warning("%s", error);
	return false;
}

static bool start(struct helper *helper, const struct supervision_record *begin,
		  int *fds, size_t n)
{
	struct ike *ike = &helper->ike;
	char error[ERROR_MAX];

	ike->kernel = kernel_adopt(fds[SUPERVISION_FD_KERNEL], error,
				   sizeof(error));
	if (!ike->kernel) {
		log_warning("%s", error);
		return false;
	}
	if (!watches_open(&helper->watches, ike, fds[SUPERVISION_FD_XFRM],
			  set_connections, error, sizeof(error))) {
		log_warning("%s", error);
		return false;
	}
	if (!give_up_rights(begin, fds, n))
		return false;
	if (!sockets_adopt(&ike->sockets, fds + SUPERVISION_FD_UDP,
			   n - SUPERVISION_FD_UDP)) {
		log_warning("the supervisor's sockets are of no use");
		return false;
	}
	if (!serve_control_socket(helper, fds[SUPERVISION_FD_CONTROL]))
		return false;
	if (!make_interfaces(ike, helper->config))
		return false;
	if (!set_connections(ike)) {
		xfrm_interfaces_end(ike);
		return false;
	}
	return true;
}

static void connections_begun(struct ike *ike)
{
	traps_remove_leftovers(ike);
	/* While there was no helper, a packet may have met one that was left. */
	traps_waiting(ike);
}

static void begin_connections(struct ike *ike)
{
	const struct connection_config *connection = ike->config->connections;

	adopt_orphans(ike);
	for (; connection; connection = connection->next)
		start_actions_add(ike, connection);
	start_actions_run(ike, connections_begun);
}

static void set_alarm(const struct helper *helper)
{
	int64_t due = timers_next(&helper->ike.timers);
	int64_t alive = supervised_due();

	if (helper->ike.stopping && (!due || helper->stop_deadline < due))
		due = helper->stop_deadline;
	if (alive && (!due || alive < due))
		due = alive;
	watches_set_alarm(&helper->watches, due);
}

/* Other work is due in between: no peer may hold the loop. */
#define DATAGRAMS_AT_ONCE 64

static void serve_socket(struct helper *helper, const struct ike_socket *socket)
{
	for (int i = 0; i < DATAGRAMS_AT_ONCE; i++) {
		struct path path = { 0 };
		ssize_t len = sockets_receive(socket, helper->buffer,
					      sizeof(helper->buffer), &path);

		if (len < 0)
			return;
		if (len > 0)
			dispatch(&helper->ike, &path, helper->buffer, (size_t)len);
		else
			helper->ike.refused.n[MESSAGE_BAD_HEADER]++;
	}
}

static void begin_stop(void *arg)
{
	struct helper *helper = arg;
	struct ike *ike = &helper->ike;
	struct ike_sa *next;

	if (ike->stopping)
		return;
	start_actions_stop(ike);
	helper->ike.stopping = true;
	helper->ike.resolver.stopped = true;
	helper->stop_deadline = clock_now() + STOP_TIMEOUT;
	for (struct ike_sa *sa = ike->ike_sas; sa; sa = next) {
		next = sa->next;
		if (sa->phase == PHASE_ESTABLISHED || sa->phase == PHASE_REKEYED)
			delete_ike(ike, sa);
		else if (sa->phase != PHASE_RETIRED &&
			 sa->phase != PHASE_DELETING &&
			 sa->phase != PHASE_REKEYING && sa->phase != PHASE_GONE)
			ike_sa_fail(ike, sa, "the helper is stopping");
	}
}

static void begin_reload(void *arg)
{
	take_command(arg, 0, "reload");
}

static void move_control(void *arg, int fd)
{
	int moved = sandbox_share(fd);

	if (moved >= 0) {
		control_move(((struct helper *)arg)->control, moved);
		return;
	}
	log_warning("the control socket cannot be served: %s", strerror(errno));
	close(fd);
}

static void take_config(void *arg, int fd)
{
	const struct helper *helper = arg;
	struct reload *reload = helper->command.reload;
	struct config *next = NULL;

	if (!helper->ike.stopping)
		next = config_transfer_take(fd);
	if (next)
		reload_loaded(reload, next);
	else
		reload_lost(reload, helper->ike.stopping ?
				    "the helper is stopping" :
				    "no memory for the configuration");
}

static void take_refusal(void *arg, const char *text)
{
	reload_refused(((struct helper *)arg)->command.reload, text);
}

static void serve_supervisor(struct helper *helper)
{
	const struct supervised_orders orders = {
		.stop = begin_stop, .reload = begin_reload,
		.control = move_control, .loaded = take_config,
		.refused = take_refusal, .arg = helper,
	};

	supervised_serve(&orders);
}

static void serve_once(struct helper *helper)
{
	struct pollfd fds[2 + SOCKETS_MAX + RESOLVER_AT_ONCE + WATCHES_POLL_MAX +
			  CONTROL_POLL_MAX];
	const struct sockets *sockets = &helper->ike.sockets;
	struct pollfd *socket_fds = fds + 2;
	struct pollfd *resolver_fds = socket_fds + sockets->n;
	struct pollfd *watch_fds = resolver_fds + RESOLVER_AT_ONCE;
	struct pollfd *control_fds;
	size_t n;

	fds[0] = (struct pollfd){ .fd = supervised_fd(), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = log_fd(), .events = POLLOUT };
	for (size_t i = 0; i < sockets->n; i++)
		socket_fds[i] = (struct pollfd){
			.fd = sockets->list[i].fd, .events = POLLIN,
		};
	resolver_poll_fds(&helper->ike.resolver, resolver_fds);
	control_fds = watch_fds + watches_poll_fds(&helper->watches,
						   &helper->ike, watch_fds);
	n = control_poll_fds(helper->control, control_fds);
	set_alarm(helper);
	if (poll(fds, (nfds_t)(control_fds - fds) + n, -1) < 0)
		return;
	for (size_t i = 0; i < sockets->n; i++)
		if (socket_fds[i].revents)
			serve_socket(helper, &sockets->list[i]);
	resolver_serve(&helper->ike.resolver, &helper->ike, resolver_fds);
	watches_serve(&helper->watches, &helper->ike, watch_fds);
	if (fds[1].revents)
		log_flush();
	control_serve(helper->control, control_fds, n);
	if (fds[0].revents)
		serve_supervisor(helper);
	timers_run(&helper->ike.timers, &helper->ike, clock_now());
	ike_sas_release(&helper->ike);
	config_release(&helper->ike, helper->config);
	supervised_alive(clock_now());
}

static bool stopped(const struct helper *helper)
{
	return helper->ike.stopping &&
	       (!ike_sas_any(&helper->ike) ||
		clock_now() >= helper->stop_deadline);
}

static void end_rest(struct ike *ike)
{
	struct ike_sa *sa;

	while ((sa = ike->ike_sas)) {
		if (sa->phase != PHASE_RETIRED)
			ike_sa_tell_failure(ike, sa,
					    "the peer did not answer before the helper stopped");
		ike_sa_free(ike, sa);
	}
	ike_sas_release(ike);
	ike_sas_end(ike);
}

static void clean_up(struct helper *helper)
{
	reload_free(helper->command.reload);
	monitor_free(helper->monitor);
	control_free(helper->control);
	sockets_close(&helper->ike.sockets);
	watches_close(&helper->watches, &helper->ike);
	kernel_close(helper->ike.kernel);
	free(helper);
}

int run(struct config *config, const struct supervision_record *begin,
	int *fds, size_t n)
{
	struct helper *helper = calloc(1, sizeof(*helper));

	if (!helper) {
		log_line("out of memory");
		return 1;
	}
	helper->watches.clock = (struct clock_watch){ .alarm = -1, .jump = -1 };
	tunnel_attach(&helper->ike);
	helper->ike.config = config;
	helper->config = config;
	connections_index(config);
	helper->ike.events = (struct ike_events){
		.progress = tell_progress, .ok = tell_ok, .fail = tell_fail,
		.event = tell_event, .arg = helper,
	};
	if (!start(helper, begin, fds, n)) {
		clean_up(helper);
		return 1;
	}
	supervised_ready();
	begin_connections(&helper->ike);
	while (!stopped(helper))
		serve_once(helper);
	end_rest(&helper->ike);
	attempts_free(&helper->ike);
	traps_free(&helper->ike);
	remove_connections(&helper->ike, NULL);
	xfrm_interfaces_end(&helper->ike);
	clean_up(helper);
	log_finish(LOG_TIMEOUT);
	return 0;
}
