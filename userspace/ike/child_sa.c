// SPDX-License-Identifier: GPL-2.0
#include "ike/child_sa.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/config_use.h"
#include "config/connection.h"
#include "wire/traffic.h"

#define SUITE_TEXT_SIZE 256

static uint32_t hash_number(uint32_t number)
{
	return hash_octets(&number, sizeof(number), 0);
}

static struct child_sa *add(const struct ike *ike, struct ike_sa *sa)
{
	struct child_sa *child = calloc(1, sizeof(*child));

	if (!child)
		return NULL;
	child->ike_sa = sa;
	child->soft_timer.expired = ike->due->child_rekey;
	child->hard_timer.expired = ike->due->child_end;
	child->next = sa->children;
	sa->children = child;
	return child;
}

static void index_child(struct ike *ike, struct child_sa *child)
{
	index_put_first(&ike->by_spi_in, &child->by_spi_in,
			hash_number(child->spi_in));
}

void child_sa_index_installed(struct ike *ike, struct child_sa *child)
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
	order->config = config;
	if (kernel_child_sa_new(ike->kernel, sa->id, order, own))
		return NULL;
	child = add(ike, sa);
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

struct child_sa *child_sa_restore(struct ike *ike, struct ike_sa *sa,
				  const struct child_config *config,
				  const struct kernel_child_sa *kernels)
{
	struct child_sa *child = add(ike, sa);

	if (!child)
		return NULL;
	child_use(&child->config, config);
	child->id = kernels->id;
	child->spi_in = kernels->spi_in;
	child->traffic = sa->traffic;
	index_child(ike, child);
	return child;
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
	if (kernel_child_sa_install_out(ike->kernel, sa->id, child->id)) {
		ike_sa_say(ike, sa, "child %s: the kernel does not install the outbound ESP SA: %s; trying again",
			   child->config->name, kernel_error(ike->kernel));
		timer_set(&ike->timers, &child->out_timer,
			  clock_now() + CHILD_OUT_RETRY);
		return;
	}
	child->out_due = false;
	timer_stop(&ike->timers, &child->out_timer);
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

struct child_sa *child_sa_find_replaced(const struct ike *ike,
					const struct child_sa *child)
{
	struct child_sa *old = child_sa_find(ike, child->replaces);

	return old && old->state == CHILD_INSTALLED && old->replaced ? old : NULL;
}

/* One that is not there yet, or is on its way out, replaces nothing. */
static bool has_other_successor(const struct child_sa *old,
				const struct child_sa *child)
{
	const struct child_sa *other = old->ike_sa->children;

	while (other && (other == child || other->replaces != old->spi_in ||
			 other->state == CHILD_CREATING ||
			 other->state == CHILD_DELETING))
		other = other->next;
	return other;
}

struct child_sa *child_sa_find_left(const struct ike *ike,
				    const struct child_sa *child)
{
	struct child_sa *old = child_sa_find_replaced(ike, child);

	return old && !has_other_successor(old, child) ? old : NULL;
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

struct child_sa *child_sa_find_esp(const struct ike *ike, uint32_t spi,
				   const struct sockaddr_storage *destination)
{
	struct child_sa *child = find_in(ike, spi, destination);

	return child ? child : find_out(ike, spi, destination);
}
