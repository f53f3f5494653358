// SPDX-License-Identifier: GPL-2.0
/*
 * Two helpers as they run, in one process, behind kernels that are played: the
 * input is a program of what the network, time, operators, their files and the
 * kernel do.  Then all of that is well again, and the tunnel must come up, be the
 * same on both sides, and end without a trace.
 */
#include <errno.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/index.h"
#include "engine_check.h"
#include "engine_setup.h"
#include "engine_side.h"
#include "fake_host.h"
#include "fake_name_lookup.h"
#include "flight.h"
#include "ike/child_sa.h"
#include "steps.h"
#include "tunnel/attempt.h"
#include "tunnel/esp_events.h"
#include "tunnel/restart.h"
#include "tunnel/resync.h"
#include "tunnel/xfrm_interface.h"

/* A walk ends with so many actions, or so many events, most of which they lead to. */
#define ACTIONS_MAX	200
#define ROUNDS_MAX	1000

/* Basic blocks that one thing may take that is no datagram. */
#define STEPS_OTHER	2000000UL

/* More than a responder takes without cookies. */
#define FLOOD_MAX	40

/* Timers that may expire, and datagrams that may come, until all is at rest. */
#define TIMERS_MAX	4000
#define DATAGRAMS_MAX	10000

/* Longer than what is gone repeats its last response; than anything takes. */
#define ANSWERED	(200 * SECOND)
#define SETTLED		(400 * SECOND)

struct walk {
	struct draw in;
	struct pair pair;
	struct engine_side a, b;
	struct flight flight;
	unsigned int rounds; /* events so far */
	bool hostile; /* messages are changed that verify nevertheless */
};

static struct engine_side *other(struct walk *walk, const struct engine_side *self)
{
	return self == &walk->a ? &walk->b : &walk->a;
}

/* Something has come to that side: nothing else has changed. */
static void go_round(struct walk *walk, struct engine_side *self)
{
	engine_check_gone(self);
	engine_side_round(self);
	steps_end();
	engine_check_views(self);
	flight_gather(&walk->flight);
	walk->rounds++;
}

static void deliver(struct walk *walk, struct fake_datagram *datagram)
{
	struct engine_side *receiver = &walk->a;

	if (!datagram)
		return;
	if (pair_receiver(&walk->pair, datagram) == walk->b.side)
		receiver = &walk->b;
	steps_begin(datagram->len);
	pair_deliver(&walk->pair, datagram);
	go_round(walk, receiver);
}

static void deliver_all(struct walk *walk)
{
	unsigned int n = 0;

	flight_gather(&walk->flight);
	while (walk->flight.n) {
		deliver(walk, flight_take(&walk->flight, 0));
		require(n++ < DATAGRAMS_MAX);
	}
}

static void run_timers(struct walk *walk, struct engine_side *self)
{
	steps_begin_other(STEPS_OTHER);
	fake_clock_run(self->ike);
	go_round(walk, self);
}

/* Return: the side where something is due first, NULL: nothing before @end. */
static struct engine_side *first_due(struct walk *walk, int64_t end)
{
	int64_t a = timers_next(&walk->a.ike->timers);
	int64_t b = timers_next(&walk->b.ike->timers);

	if (a && a <= end && (!b || a <= b))
		return &walk->a;
	return b && b <= end ? &walk->b : NULL;
}

static void pass(struct walk *walk, int64_t ms)
{
	int64_t end = clock_now() + ms;
	struct engine_side *self;
	unsigned int n = 0;

	deliver_all(walk);
	while ((self = first_due(walk, end))) {
		run_timers(walk, self);
		deliver_all(walk);
		require(n++ < TIMERS_MAX);
	}
}

static void act_deliver(struct walk *walk, struct engine_side *self)
{
	(void)self;
	deliver(walk, flight_take(&walk->flight, 0));
}

static void act_deliver_all(struct walk *walk, struct engine_side *self)
{
	(void)self;
	deliver_all(walk);
}

static void act_reorder(struct walk *walk, struct engine_side *self)
{
	(void)self;
	if (walk->flight.n)
		deliver(walk, flight_take(&walk->flight, draw_u8(&walk->in) %
					  walk->flight.n));
}

static void act_lose(struct walk *walk, struct engine_side *self)
{
	(void)self;
	free(flight_take(&walk->flight, 0));
}

static void act_repeat(struct walk *walk, struct engine_side *self)
{
	(void)self;
	deliver(walk, flight_copy(&walk->flight, 0));
}

static void act_change(struct walk *walk, struct engine_side *self)
{
	struct fake_datagram *datagram = flight_copy(&walk->flight, 0);

	(void)self;
	if (datagram)
		deliver(walk, flight_change(&walk->in, datagram, walk->hostile));
}

/* Two octets: how many requests, and whether from one address. */
static void act_flood(struct walk *walk, struct engine_side *self)
{
	uint8_t n = draw_u8(&walk->in) % FLOOD_MAX;
	uint8_t from_many = draw_u8(&walk->in) & 1;

	(void)self;
	for (uint8_t i = 1; i <= n; i++)
		deliver(walk, flight_forge(&walk->flight, i, from_many ? i : 0));
}

static void act_timers(struct walk *walk, struct engine_side *self)
{
	(void)self;
	self = first_due(walk, INT64_MAX);
	if (self)
		run_timers(walk, self);
}

static void act_timers_of(struct walk *walk, struct engine_side *self)
{
	run_timers(walk, self);
}

static void act_wait(struct walk *walk, struct engine_side *self)
{
	(void)walk;
	(void)self;
	fake_clock_advance(draw_u8(&walk->in) * SECOND);
}

static void act_settle(struct walk *walk, struct engine_side *self)
{
	(void)self;
	pass(walk, draw_u8(&walk->in) * SECOND);
}

static const char *const requests[] = {
	"up tunnel", "up tunnel.net", "up tunnel.other", "up tunnel.third",
	"up moved", "up else", "down tunnel", "down tunnel.net",
	"down tunnel.other", "down moved", "down else", "rekey-ike tunnel",
	"rekey-ike moved", "rekey-child tunnel", "rekey-child tunnel.net",
	"rekey-child tunnel.other", "explain tunnel", "children tunnel",
	"statistics", "reload", "sa 1", "up nothing", "down tunnel.renamed",
	"up moved.swapped", "what", "explain tunnel.net", "up tunnel.nothing",
};

static void act_ask(struct walk *walk, struct engine_side *self)
{
	const size_t n = sizeof(requests) / sizeof(requests[0]);

	engine_side_ask(self, requests[draw_u8(&walk->in) % n]);
}

static void act_follow(struct walk *walk, struct engine_side *self)
{
	uint8_t json = draw_u8(&walk->in) & 1;

	fake_control_leave(self->control,
			   engine_side_ask(self, json ? "monitor-json" :
							"monitor"));
}

static void act_leave(struct walk *walk, struct engine_side *self)
{
	fake_control_leave(self->control,
			   fake_control_any(self->control, draw_u8(&walk->in)));
}

static void act_reload(struct walk *walk, struct engine_side *self)
{
	struct setup setup = engine_setup_draw(&walk->in);

	engine_side_reload(self, &setup);
}

static void act_reload_serve(struct walk *walk, struct engine_side *self)
{
	uint8_t state = draw_u8(&walk->in);

	if (state < 0xf0)
		engine_side_reload_serve(self, state >= 0xe0);
}

/* Return: any Child SA of the kernel's, NULL where it has none. */
static struct fake_child_sa *any_child(struct walk *walk, struct engine_side *self)
{
	struct kernel *kernel = self->ike->kernel;
	unsigned int n = fake_kernel_installed(kernel);
	unsigned int i = draw_u8(&walk->in);

	for (size_t at = 0; n && at < FAKE_CHILD_SAS_MAX; at++)
		if (kernel->child_sas[at].ike_sa_id && kernel->child_sas[at].in &&
		    !(i-- % n))
			return &kernel->child_sas[at];
	return NULL;
}

static struct sockaddr_storage address_of(const struct engine_side *self)
{
	return self->side->connection.local_addrs[0];
}

/* One octet: which direction, and whether it is the end. */
static void act_expire(struct walk *walk, struct engine_side *self)
{
	const struct fake_child_sa *child = any_child(walk, self);
	uint8_t how = draw_u8(&walk->in);
	struct xfrm_message message = {
		.kind = XFRM_MESSAGE_EXPIRE, .hard = how & 1,
		.destination = address_of(how & 2 ? other(walk, self) : self),
	};

	if (!child)
		return;
	message.spi = how & 2 ? child->spi_out : child->spi_in;
	fake_xfrm_event(self->ike->xfrm, &message);
}

static void act_acquire(struct walk *walk, struct engine_side *self)
{
	const struct xfrm_message message = {
		.kind = XFRM_MESSAGE_ACQUIRE, .reqid = draw_u8(&walk->in) % 8,
	};

	fake_xfrm_event(self->ike->xfrm, &message);
}

static void act_mapping(struct walk *walk, struct engine_side *self)
{
	const struct fake_child_sa *child = any_child(walk, self);
	struct xfrm_message message = {
		.kind = XFRM_MESSAGE_MAPPING,
		.source = address_of(other(walk, self)),
	};

	if (!child)
		return;
	message.spi = child->spi_in;
	if (walk->pair.nat.ss_family != AF_UNSPEC && self == &walk->b)
		message.source = walk->pair.nat;
	endpoint_set_port(&message.source, (uint16_t)(4500 + draw_u8(&walk->in)));
	fake_xfrm_event(self->ike->xfrm, &message);
}

static void act_events(struct walk *walk, struct engine_side *self)
{
	uint8_t how = draw_u8(&walk->in);

	self->ike->kernel->trapped = how & 1;
	if (how & 2)
		self->ike->xfrm->lost = true;
	esp_events_serve(self->ike);
}

/* The clock was set, or the machine slept. */
static void act_resync(struct walk *walk, struct engine_side *self)
{
	(void)walk;
	resync_soon(self->ike);
}

static void act_foreign_delete(struct walk *walk, struct engine_side *self)
{
	struct fake_child_sa *child = any_child(walk, self);

	if (child)
		child->lost = true;
}

static void act_module(struct walk *walk, struct engine_side *self)
{
	uint8_t what = draw_u8(&walk->in) % 4;

	if (what == 0)
		engine_side_module_goes(self);
	else if (what == 1)
		engine_side_module_went(self);
	else
		engine_side_module_came(self);
}

static uint8_t host_of(struct walk *walk, const struct engine_side *self)
{
	return self == &walk->a ? 1 : 2;
}

static void act_address(struct walk *walk, struct engine_side *self)
{
	uint8_t what = draw_u8(&walk->in);

	fake_host_set_address(host_of(walk, self), what & 1);
	if (what & 2)
		restart_addresses(self->ike);
}

static void act_name(struct walk *walk, struct engine_side *self)
{
	static const char *const addresses[] = {
		"192.0.2.2", "192.0.2.1", "", NULL, "192.0.2.99 192.0.2.2",
		"192.0.2.99 192.0.2.1 2001:db8::1", "2001:db8::1",
	};

	(void)self;
	fake_name_set("peer.example.org", addresses[draw_u8(&walk->in) % 7]);
}

/* Of which request from now on, and how. */
static void act_fail(struct walk *walk, struct engine_side *self)
{
	uint8_t how = draw_u8(&walk->in);

	self->ike->kernel->fail_in = how >> 1;
	self->ike->kernel->fail_with = how & 1 ? ENOBUFS : ENOMEM;
}

static void act_refuse(struct walk *walk, struct engine_side *self)
{
	struct kernel *kernel = self->ike->kernel;
	uint8_t what = draw_u8(&walk->in);

	kernel->refuse_auth = what & 1 ? EKEYREJECTED : 0;
	kernel->refuse_ke = what & 2 ? EBADMSG : 0;
	kernel->refuse_install = what & 4 ? ENOSPC : 0;
	kernel->refuse_child_ke = what & 8 ? EBADMSG : 0;
	kernel->refuse_child_new = what & 16 ? EKEYREJECTED : 0;
	kernel->refuse_connection = what & 32 ? "tunnel" : NULL;
}

/* An operator makes an interface, or one of which a helper would have the place. */
static void make_link(struct xfrm_links *links, uint8_t how)
{
	const char *name = how & 2 ? "ipsec0" : "ipsec1";

	if (how & 4 && !fake_link_find(links, name))
		fake_link_add(links, name, how & 8 ? "dummy" : XFRM_LINK_KIND,
			      how & 16 ? 42 : 7, how & 32);
}

static void act_link(struct walk *walk, struct engine_side *self)
{
	const struct xfrm_link *link = fake_link_find(self->links, "ipsec0");
	uint8_t what = draw_u8(&walk->in);
	struct link_event event;

	self->links->refuse = what & 1 ? "ipsec0" : NULL;
	if (!link) {
		make_link(self->links, what);
		return;
	}
	event = (struct link_event){ .index = link->index, .name = "ipsec0",
				     .gone = true };
	fake_link_delete(self->links, "ipsec0");
	xfrm_interfaces_event(self->ike, &event);
}

static void act_nat(struct walk *walk, struct engine_side *self)
{
	uint8_t port = draw_u8(&walk->in);

	(void)self;
	if (port & 1)
		pair_set_nat(&walk->pair, port & 2 ? "203.0.113.10" :
						     "203.0.113.9",
			     30000 + port);
	else
		walk->pair.nat.ss_family = AF_UNSPEC;
}

static void act_traffic(struct walk *walk, struct engine_side *self)
{
	(void)walk;
	(void)self;
	fake_esp_packets++;
}

/* Of two that begin the same exchange at once, which one goes on. */
static void act_luck(struct walk *walk, struct engine_side *self)
{
	self->ike->kernel->nonce_first = draw_u8(&walk->in);
}

/* The network has the most of them. */
static void (*const actions[])(struct walk *walk, struct engine_side *self) = {
	act_deliver, act_deliver, act_deliver, act_deliver_all, act_deliver_all,
	act_reorder, act_lose, act_repeat, act_change, act_timers, act_timers_of,
	act_wait, act_settle, act_ask, act_ask, act_ask, act_follow, act_leave,
	act_reload, act_reload_serve, act_expire, act_acquire, act_mapping,
	act_events, act_events, act_resync, act_foreign_delete, act_module,
	act_address, act_name, act_fail, act_refuse, act_link, act_nat,
	act_traffic, act_flood, act_luck,
};

static void act(struct walk *walk)
{
	const size_t n = sizeof(actions) / sizeof(actions[0]);
	uint8_t what = draw_u8(&walk->in);
	struct engine_side *self = what & 0x80 ? &walk->b : &walk->a;

	steps_begin_other(STEPS_OTHER);
	actions[(what & 0x7f) % n](walk, self);
	go_round(walk, self);
}

static void heal(struct walk *walk, struct engine_side *self)
{
	struct kernel *kernel = self->ike->kernel;
	struct setup setup = engine_setup_rest(self == &walk->a);

	kernel->fail_in = 0;
	kernel->refuse_auth = 0;
	kernel->refuse_ke = 0;
	kernel->refuse_install = 0;
	kernel->refuse_child_ke = 0;
	kernel->refuse_child_new = 0;
	kernel->refuse_connection = NULL;
	self->links->refuse = NULL;
	fake_host_set_address(host_of(walk, self), true);
	restart_addresses(self->ike);
	engine_side_module_came(self);
	esp_events_serve(self->ike);
	engine_side_reload(self, &setup);
	/* One may go on that was begun before, with what the file said then. */
	engine_side_reload_serve(self, false);
	engine_side_reload_serve(self, false);
	go_round(walk, self);
}

static void bring_up(struct walk *walk)
{
	fake_name_set("peer.example.org", "192.0.2.2");
	walk->pair.nat.ss_family = AF_UNSPEC;
	heal(walk, &walk->a);
	heal(walk, &walk->b);
	pass(walk, SETTLED);
	engine_side_ask(&walk->a, "up tunnel");
	pass(walk, ANSWERED);
	if (walk->hostile)
		return;
	engine_check_rest(&walk->a, &walk->b);
	engine_check_rest(&walk->b, &walk->a);
	engine_check_up(&walk->a, &walk->b, "net");
}

static void take_down(struct walk *walk, struct engine_side *self)
{
	engine_side_ask(self, "down tunnel");
	engine_side_ask(self, "down else");
	pass(walk, ANSWERED);
}

static void begin(struct walk *walk, const uint8_t *data, size_t size)
{
	struct setup setup;

	walk->in = (struct draw){ data, size };
	walk->rounds = 0;
	/* The key of all tables is drawn once: chance begins after that. */
	hash_octets(NULL, 0, 0);
	fake_host_begin(1);
	fake_clock_begin();
	fake_names_clear();
	fake_name_set("peer.example.org", "192.0.2.2");
	fake_esp_packets = 0;
	pair_begin(&walk->pair);
	walk->hostile = draw_u8(&walk->in) & 1;
	setup = engine_setup_draw(&walk->in);
	engine_side_begin(&walk->b, &walk->pair, false, &setup);
	setup = engine_setup_draw(&walk->in);
	engine_side_begin(&walk->a, &walk->pair, true, &setup);
	go_round(walk, &walk->a);
	go_round(walk, &walk->b);
}

static void end(struct walk *walk)
{
	require(!fake_control_waiting(walk->a.control));
	require(!fake_control_waiting(walk->b.control));
	require(side_is_clean(walk->a.side) && side_is_clean(walk->b.side));
	flight_end(&walk->flight);
	engine_side_end(&walk->a);
	engine_side_end(&walk->b);
	require(!fake_names_running() && !fake_host_sockets());
	pair_end(&walk->pair);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct walk walk;

	begin(&walk, data, size);
	for (unsigned int i = 0; i < ACTIONS_MAX && walk.in.left &&
	     walk.rounds < ROUNDS_MAX; i++)
		act(&walk);
	bring_up(&walk);
	take_down(&walk, &walk.a);
	take_down(&walk, &walk.b);
	end(&walk);
	return 0;
}
