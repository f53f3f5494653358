// SPDX-License-Identifier: GPL-2.0
#include "helper/watches.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "kernel/address_events.h"
#include "kernel/link_events.h"
#include "kernel/module_events.h"
#include "tunnel/esp_events.h"
#include "tunnel/restart.h"
#include "tunnel/resync.h"
#include "tunnel/xfrm_interface.h"

/* Milliseconds that an address may be away. */
#define ADDRESS_FLAP 3000

enum { ALARM, JUMP, XFRM, MODULE, ADDRESSES, LINKS };

static void check_addresses(struct ike *ike, struct timer *timer)
{
	(void)timer;
	restart_addresses(ike);
}

bool watches_open(struct watches *watches, struct ike *ike,
		  int xfrm, bool (*set_connections)(struct ike *ike),
		  char *error, size_t error_size)
{
	watches->set_connections = set_connections;
	watches->addresses_timer.expired = check_addresses;
	if (!clock_watch_open(&watches->clock)) {
		snprintf(error, error_size, "timerfd: %s", strerror(errno));
		return false;
	}
	ike->xfrm = xfrm_events_adopt(xfrm);
	if (!ike->xfrm) {
		snprintf(error, error_size, "out of memory");
		return false;
	}
	watches->module = module_events_open(error, error_size);
	if (!watches->module)
		return false;
	watches->addresses = address_events_open(error, error_size);
	if (!watches->addresses)
		return false;
	watches->links = link_events_open(error, error_size);
	if (!watches->links)
		return false;
	ike->interfaces = xfrm_interfaces_open(error, error_size);
	return ike->interfaces;
}

void watches_close(struct watches *watches, struct ike *ike)
{
	xfrm_interfaces_close(ike->interfaces);
	if (watches->links)
		mnl_socket_close(watches->links);
	if (watches->addresses)
		mnl_socket_close(watches->addresses);
	if (watches->module)
		mnl_socket_close(watches->module);
	xfrm_events_close(ike->xfrm);
	clock_watch_close(&watches->clock);
}

void watches_set_alarm(const struct watches *watches, int64_t due)
{
	clock_watch_set(&watches->clock, due);
}

size_t watches_poll_fds(const struct watches *watches, const struct ike *ike,
			struct pollfd fds[WATCHES_POLL_MAX])
{
	const int numbers[WATCHES_POLL_MAX] = {
		[ALARM] = watches->clock.alarm,
		[JUMP] = watches->clock.jump,
		[XFRM] = xfrm_events_fd(ike->xfrm),
		[MODULE] = mnl_socket_get_fd(watches->module),
		[ADDRESSES] = mnl_socket_get_fd(watches->addresses),
		[LINKS] = mnl_socket_get_fd(watches->links),
	};

	for (size_t i = 0; i < WATCHES_POLL_MAX; i++)
		fds[i] = (struct pollfd){ .fd = numbers[i], .events = POLLIN };
	return WATCHES_POLL_MAX;
}

/* xfrm counts the lives of its SAs by the wall clock, this helper does not. */
static void clock_was_set(const struct watches *watches, struct ike *ike)
{
	clock_watch_rearm(&watches->clock);
	log_line("the clock was set, or the machine slept: ESP SAs will be compared with the kernel's");
	resync_soon(ike);
}

struct module_watch {
	const struct watches *watches;
	struct ike *ike;
};

static void module_went(void *arg)
{
	const struct module_watch *watch = arg;

	restart_module_went(watch->ike);
}

static void module_came(void *arg)
{
	const struct module_watch *watch = arg;
	char error[256];

	if (!kernel_reopen(watch->ike->kernel, error, sizeof(error)))
		log_warning("%s", error);
	else if (watch->watches->set_connections(watch->ike))
		restart_module_came(watch->ike);
}

static void serve_module(const struct watches *watches, struct ike *ike)
{
	struct module_watch watch = { .watches = watches, .ike = ike };

	module_events_read(watches->module, module_came, module_went, &watch);
}

static void serve_addresses(struct watches *watches, struct ike *ike)
{
	address_events_drain(watches->addresses);
	if (!watches->addresses_timer.due)
		timer_set(&ike->timers, &watches->addresses_timer,
			  clock_now() + ADDRESS_FLAP);
}

static void take_link(const struct link_event *event, void *arg)
{
	xfrm_interfaces_event(arg, event);
}

void watches_serve(struct watches *watches, struct ike *ike,
		   const struct pollfd *fds)
{
	if (fds[JUMP].revents)
		clock_was_set(watches, ike);
	if (fds[XFRM].revents)
		esp_events_serve(ike);
	if (fds[MODULE].revents)
		serve_module(watches, ike);
	if (fds[ADDRESSES].revents)
		serve_addresses(watches, ike);
	if (fds[LINKS].revents && !link_events_read(watches->links, take_link, ike))
		xfrm_interfaces_check(ike);
}
