// SPDX-License-Identifier: GPL-2.0
#include "child_sa.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "config_use.h"
#include "connection.h"
#include "delete_child.h"
#include "jitter.h"
#include "log.h"
#include "nat_traversal.h"
#include "rekey_child.h"
#include "replace_child.h"
#include "transform.h"
#include "trap.h"

/* Milliseconds before a rekey that has failed is tried again. */
#define RETRY_FIRST (5 * SECOND)
#define RETRY_MAX (60 * SECOND)

#define SUITE_TEXT_SIZE 256

static uint32_t hash_number(uint32_t number)
{
	return hash_octets(&number, sizeof(number), 0);
}

static void soft_due(struct ike *ike, struct timer *timer)
{
	struct child_sa *child = timer_owner(timer, struct child_sa, soft_timer);

	rekey_child(ike, child, 0);
}

static void expire(struct ike *ike, struct child_sa *child)
{
	if (child->state != CHILD_INSTALLED)
		return;
	if (child->replaced) {
		delete_child(ike, child, 0);
		return;
	}
	ike_event(ike, child->ike_sa, child, EVENT_CHILD_DELETED, NULL, 0,
		  "child %s has reached the end of its life; it is made anew",
		  child->config->name);
	replace_child(ike, child);
}

static void hard_due(struct ike *ike, struct timer *timer)
{
	struct child_sa *child = timer_owner(timer, struct child_sa, hard_timer);

	if (child->state == CHILD_LINGERING)
		child_sa_remove(ike, child);
	else
		expire(ike, child);
}

static void out_overdue(struct ike *ike, struct timer *timer)
{
	child_sa_use(ike, timer_owner(timer, struct child_sa, out_timer));
}

static struct child_sa *add(struct ike_sa *sa)
{
	struct child_sa *child = calloc(1, sizeof(*child));

	if (!child)
		return NULL;
	child->ike_sa = sa;
	child->soft_timer.expired = soft_due;
	child->hard_timer.expired = hard_due;
	child->out_timer.expired = out_overdue;
	child->next = sa->children;
	sa->children = child;
	return child;
}

static void index_child(struct ike *ike, struct child_sa *child)
{
	index_put_first(&ike->by_spi_in, &child->by_spi_in,
			hash_number(child->spi_in));
}

/* By what is known now that it is installed. */
static void index_installed(struct ike *ike, struct child_sa *child)
{
	index_remove(&ike->by_spi_out, &child->by_spi_out);
	index_remove(&ike->by_reqid, &child->by_reqid);
	index_put_first(&ike->by_spi_out, &child->by_spi_out,
			hash_number(child->choice.spi_out));
	index_put_first(&ike->by_reqid, &child->by_reqid,
			hash_number(child->reqid));
}

static void unindex(struct ike *ike, struct child_sa *child)
{
	index_remove(&ike->by_spi_in, &child->by_spi_in);
	index_remove(&ike->by_spi_out, &child->by_spi_out);
	index_remove(&ike->by_reqid, &child->by_reqid);
}

static void unlink_child(struct child_sa *child)
{
	struct child_sa **link = &child->ike_sa->children;

	while (*link && *link != child)
		link = &(*link)->next;
	if (*link)
		*link = child->next;
}

/* It is in no list any more. */
static void free_child(struct ike *ike, struct child_sa *child)
{
	unindex(ike, child);
	timer_stop(&ike->timers, &child->soft_timer);
	timer_stop(&ike->timers, &child->hard_timer);
	timer_stop(&ike->timers, &child->out_timer);
	child_use(&child->config, NULL);
	free(child);
}

struct child_sa *child_sa_reserve(struct ike *ike, struct ike_sa *sa,
				  const struct child_config *config,
				  struct kernel_child_sa_new *order,
				  struct kernel_child_sa_own *own)
{
	struct child_sa *child;

	endpoint_address(&sa->path.local, &order->local);
	endpoint_address(&sa->path.remote, &order->remote);
	order->reqid = config->reqid;
	if (kernel_child_sa_new(ike->kernel, sa->id, order, own))
		return NULL;
	child = add(sa);
	if (!child) {
		kernel_child_sa_del(ike->kernel, sa->id, own->id, DIRECTION_BOTH);
		return NULL;
	}
	child_use(&child->config, config);
	child->id = own->id;
	child->spi_in = own->spi_in;
	if (order->create_child_sa)
		child->traffic = order->initiator ? sa->traffic :
						    sa->before_request;
	index_child(ike, child);
	return child;
}

/*
 * An ESP SA without extended sequence numbers sends nothing more once they are
 * used up, and xfrm tells nobody (RFC 4303 section 3.3.3): it is rekeyed before.
 */
static const struct limits sequence_numbers = {
	.rekey = UINT64_C(3) << 30,
	.life = UINT32_MAX,
	.rand = UINT64_C(1) << 28,
};

static struct limits packet_limits(const struct child_choice *choice,
				   const struct child_config *config)
{
	struct limits packets = config->packets;

	if (proposal_has_esn(&choice->proposal))
		return packets;
	if (!packets.rekey || packets.rekey > sequence_numbers.rekey) {
		packets.rekey = sequence_numbers.rekey;
		packets.rand = sequence_numbers.rand;
	}
	if (!packets.life || packets.life > sequence_numbers.life)
		packets.life = sequence_numbers.life;
	return packets;
}

/* Return: the soft limit, with chance taken off it. */
static uint64_t soft_limit(const struct limits *limits)
{
	if (!limits->rekey)
		return 0;
	/* 0 would be no limit. */
	return limits->rekey - jitter(limits->rand < limits->rekey ?
				      limits->rand : limits->rekey - 1);
}

static void set_lifetime(const struct child_choice *choice,
			 const struct child_config *config,
			 struct kernel_lifetime *lifetime)
{
	const struct limits packets = packet_limits(choice, config);

	lifetime->soft_bytes = soft_limit(&config->bytes);
	lifetime->hard_bytes = config->bytes.life;
	lifetime->soft_packets = soft_limit(&packets);
	lifetime->hard_packets = packets.life;
	lifetime->soft_seconds = soft_limit(&config->time);
	lifetime->hard_seconds = config->time.life;
}

/* Beside the kernel's own: its events may be lost. */
static void start_timers(struct ike *ike, struct child_sa *child,
			 const struct kernel_lifetime *lifetime)
{
	int64_t now = clock_now();

	if (lifetime->soft_seconds)
		timer_set(&ike->timers, &child->soft_timer,
			  now + (int64_t)lifetime->soft_seconds * SECOND);
	if (lifetime->hard_seconds)
		timer_set(&ike->timers, &child->hard_timer,
			  now + (int64_t)lifetime->hard_seconds * SECOND);
	if (child->out_due)
		timer_set(&ike->timers, &child->out_timer,
			  now + CHILD_OUT_TIMEOUT);
}

static void set_algorithms(const struct proposal *proposal,
			   struct kernel_child_sa_install *install)
{
	const struct transform *encr = proposal_find(proposal, TRANSFORM_ENCR);
	const struct transform *integ = proposal_find(proposal, TRANSFORM_INTEG);
	const struct transform *esn = proposal_find(proposal, TRANSFORM_ESN);
	const struct transform *ke = proposal_find(proposal, TRANSFORM_KE);

	install->encr = encr->id;
	install->encr_key_bits = encr->key_bits;
	install->integ = integ ? integ->id : INTEG_NONE;
	install->esn = esn && esn->id != ESN_NONE;
	install->ke_method = ke ? ke->id : KE_NONE;
}

/* A reload may have come since it was asked for. */
static void adopt_config(struct child_sa *child)
{
	const struct child_config *now =
		connection_child(child->ike_sa->connection, child->config->name);

	if (now)
		child_use(&child->config, now);
}

int child_sa_install(struct ike *ike, struct child_sa *child,
		     enum kernel_direction direction)
{
	const struct child_choice *choice = &child->choice;
	const struct ike_sa *sa = child->ike_sa;
	struct kernel_child_sa_install install = {
		.direction = direction,
		.spi_out = choice->spi_out,
		.local_ts = choice->local_ts,
		.remote_ts = choice->remote_ts,
		.transport = choice->transport,
		.config = child->config,
	};
	const struct child_sa *old;
	int error;

	set_algorithms(&choice->proposal, &install);
	set_lifetime(choice, child->config, &install.lifetime);
	if (nat_traversal_in_udp(sa)) {
		install.encap_local_port = endpoint_port(&sa->path.local);
		install.encap_remote_port = endpoint_port(&sa->path.remote);
	}
	trap_follow(ike, child->config, &sa->path, choice->transport);
	error = kernel_child_sa_install(ike->kernel, sa->id, child->id, &install,
					&child->reqid);
	if (error)
		return error;
	adopt_config(child);
	old = child_sa_find(ike, child->replaces);
	child->up_since = old ? old->up_since : clock_now();
	child->state = CHILD_INSTALLED;
	index_installed(ike, child);
	child->out_due = direction == DIRECTION_IN;
	start_timers(ike, child, &install.lifetime);
	return 0;
}

void child_sa_count(struct child_sa *child)
{
	const struct traffic *now = &child->ike_sa->traffic;
	struct traffic *before = &child->traffic;

	before->round_trips = now->round_trips - before->round_trips;
	before->fragments_sent = now->fragments_sent - before->fragments_sent;
	before->fragments_received = now->fragments_received -
				     before->fragments_received;
}

void child_sa_print(const struct child_sa *child, char *text, size_t size)
{
	const struct traffic *traffic = &child->traffic;
	char suite[SUITE_TEXT_SIZE];
	char cost[TRAFFIC_TEXT_SIZE];
	int len;

	proposal_print(&child->choice.proposal, suite, sizeof(suite));
	len = snprintf(text, size, "ESP SPI in %08x, out %08x, %s",
		       child->spi_in, child->choice.spi_out, suite);
	/* The first Child SA costs nothing: it comes with the IKE SA. */
	if (traffic->round_trips && (size_t)len < size) {
		traffic_print(traffic, cost);
		snprintf(text + len, size - (size_t)len, ", %s", cost);
	}
}

void child_sa_use(struct ike *ike, struct child_sa *child)
{
	const struct ike_sa *sa = child->ike_sa;

	if (!child->out_due || child->state != CHILD_INSTALLED)
		return;
	child->out_due = false;
	timer_stop(&ike->timers, &child->out_timer);
	if (kernel_child_sa_install_out(ike->kernel, sa->id, child->id))
		ike_sa_say(ike, sa, "child %s: the kernel does not install the outbound ESP SA: %s",
			   child->config->name, kernel_error(ike->kernel));
}

void child_sa_stop_sending(struct ike *ike, struct child_sa *child)
{
	const struct ike_sa *sa = child->ike_sa;
	int error = kernel_child_sa_del(ike->kernel, sa->id, child->id,
					DIRECTION_OUT);

	if (error && error != -ENOENT)
		ike_sa_say(ike, sa, "child %s: the kernel keeps the old outbound ESP SA: %s",
			   child->config->name, kernel_error(ike->kernel));
}

void child_sa_linger(struct ike *ike, struct child_sa *child)
{
	child->state = CHILD_LINGERING;
	timer_stop(&ike->timers, &child->soft_timer);
	timer_stop(&ike->timers, &child->out_timer);
	timer_set(&ike->timers, &child->hard_timer, clock_now() + CHILD_LINGER);
}

void child_sa_hand_over(struct ike *ike, struct child_sa *old)
{
	for (struct child_sa *child = old->ike_sa->children; child;
	     child = child->next)
		if (child->replaces == old->spi_in)
			child_sa_use(ike, child);
	child_sa_stop_sending(ike, old);
	child_sa_linger(ike, old);
}

void child_sa_expect_deletion(struct ike *ike, struct child_sa *child)
{
	child->replaced = true;
	child->replaces = 0;
	child->out_due = false;
	timer_stop(&ike->timers, &child->soft_timer);
	timer_stop(&ike->timers, &child->out_timer);
	timer_set(&ike->timers, &child->hard_timer,
		  clock_now() + CHILD_REDUNDANT_TIMEOUT);
}

void child_sa_remove(struct ike *ike, struct child_sa *child)
{
	const struct ike_sa *sa = child->ike_sa;
	int error = 0;

	if (sa->id)
		error = kernel_child_sa_del(ike->kernel, sa->id, child->id,
					    DIRECTION_BOTH);
	if (error && error != -ENOENT)
		log_line("the kernel keeps Child SA %u: %s", child->id,
			 kernel_error(ike->kernel));
	unlink_child(child);
	free_child(ike, child);
}

void child_sas_free(struct ike *ike, struct ike_sa *sa)
{
	struct child_sa *child;

	while ((child = sa->children)) {
		sa->children = child->next;
		free_child(ike, child);
	}
}

void child_sas_move(struct ike_sa *from, struct ike_sa *to)
{
	struct child_sa **end = &to->children;

	while (*end)
		end = &(*end)->next;
	*end = from->children;
	from->children = NULL;
	for (struct child_sa *child = *end; child; child = child->next)
		child->ike_sa = to;
}

struct child_sa *child_sa_find(const struct ike *ike, uint32_t spi_in)
{
	const struct index_link *link = index_first(&ike->by_spi_in,
						    hash_number(spi_in));

	for (; link; link = link->next) {
		struct child_sa *child = index_owner(link, struct child_sa,
						     by_spi_in);

		if (child->spi_in == spi_in)
			return child;
	}
	return NULL;
}

struct child_sa *child_sa_find_carrier(const struct ike *ike, uint32_t reqid,
				       const struct packet_ts *packet)
{
	const struct index_link *link = index_first(&ike->by_reqid,
						    hash_number(reqid));

	for (; link; link = link->next) {
		struct child_sa *child = index_owner(link, struct child_sa,
						     by_reqid);

		if (child->reqid == reqid && !child->replaced &&
		    child->state == CHILD_INSTALLED && !child->out_due &&
		    child_choice_carries(&child->choice, packet))
			return child;
	}
	return NULL;
}

struct child_sa *child_sa_find_out(const struct ike_sa *sa, uint32_t spi_out)
{
	struct child_sa *child = sa->children;

	while (child && (child->choice.spi_out != spi_out ||
			 child->state == CHILD_CREATING))
		child = child->next;
	return child;
}

struct child_sa *child_sa_find_for(const struct ike_sa *sa,
				   const struct child_config *config,
				   const struct packet_ts *packet)
{
	struct child_sa *child = sa->children;

	while (child && (!child_is(child->config, config) || child->replaced ||
			 child->state != CHILD_INSTALLED ||
			 !child_choice_carries(&child->choice, packet)))
		child = child->next;
	return child;
}

struct child_sa *child_sa_find_config(const struct ike_sa *sa,
				      const struct child_config *config)
{
	static const struct packet_ts any;

	return child_sa_find_for(sa, config, &any);
}

static struct child_sa *find_in(const struct ike *ike, uint32_t spi_in,
				const struct sockaddr_storage *local)
{
	struct child_sa *child = child_sa_find(ike, spi_in);

	return child && endpoint_same_address(&child->ike_sa->path.local, local) ?
		       child : NULL;
}

static struct child_sa *find_out(const struct ike *ike, uint32_t spi_out,
				 const struct sockaddr_storage *remote)
{
	const struct index_link *link = index_first(&ike->by_spi_out,
						    hash_number(spi_out));

	for (; link; link = link->next) {
		struct child_sa *child = index_owner(link, struct child_sa,
						     by_spi_out);

		if (child->choice.spi_out == spi_out &&
		    endpoint_same_address(&child->ike_sa->path.remote, remote))
			return child;
	}
	return NULL;
}

void child_sa_expired(struct ike *ike, uint32_t spi,
		      const struct sockaddr_storage *destination, bool hard)
{
	struct child_sa *child = find_in(ike, spi, destination);

	if (!child)
		child = find_out(ike, spi, destination);
	if (!child)
		return;
	if (hard)
		expire(ike, child);
	else
		rekey_child(ike, child, 0);
}

void child_sa_retry_rekey(struct ike *ike, struct child_sa *child)
{
	int64_t wait = RETRY_FIRST << child->failed_rekeys;

	if (child->state != CHILD_INSTALLED || child->replaced)
		return;
	if (wait < RETRY_MAX)
		child->failed_rekeys++;
	else
		wait = RETRY_MAX;
	timer_set(&ike->timers, &child->soft_timer,
		  clock_now() + wait + (int64_t)jitter((uint64_t)wait / 2));
}
