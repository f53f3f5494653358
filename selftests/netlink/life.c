// SPDX-License-Identifier: GPL-2.0
#include "life.h"

#include <string.h>

#include <linux/pqike.h>

#include "children.h"
#include "disturb.h"
#include "exchange.h"
#include "foreign.h"
#include "ledger.h"
#include "names.h"

#define ACTIONS_MAX	24
#define FAILED_MAX	3

/**
 * struct tunnel - an IKE SA with its Child SAs
 * @pair: the IKE SA
 * @classical: it may be without ML-KEM
 * @there: which Child SAs there are
 * @plans: what they shall be
 * @children: both sides of them
 */
struct tunnel {
	struct pair pair;
	bool classical;
	bool there[CHILDREN];
	struct child_plan plans[CHILDREN];
	struct child children[CHILDREN][SIDES];
};

static struct suite some_suite(struct chance *chance)
{
	static const struct suite suites[] = {
		{ 20, 256, 0, 0 }, { 20, 256, 0, 0 }, { 20, 128, 0, 0 },
		{ 28, 0, 0, 0 }, { 12, 128, 12, 0 }, { 12, 192, 13, 0 },
		{ 12, 256, 14, 0 },
	};
	struct suite suite = chance_of(chance, suites);

	suite.prf = (uint16_t)(5 + chance_below(chance, 3));
	return suite;
}

static void add_method(struct methods *methods, uint16_t id)
{
	for (unsigned int i = 0; i < methods->n; i++)
		if (methods->ids[i] == id)
			return;
	methods->ids[methods->n++] = id;
}

/* MODP takes hundreds of times as long as the others. */
static struct methods some_methods(struct chance *chance, bool classical)
{
	static const uint16_t firsts[] = { 31, 31, 31, 31, 31, 19, 20, 35, 36 };
	static const uint16_t ml_kem[] = { 35, 36, 37 };
	struct methods methods = { .n = 1 };
	uint32_t more = chance_below(chance, 3);

	methods.ids[0] = chance_of(chance, firsts);
	if (chance_one_in(chance, 300))
		methods.ids[0] = (uint16_t)(14 + chance_below(chance, 3));
	if (!classical && !more)
		more = 1;
	if (chance_one_in(chance, 40))
		more = METHODS_MAX;
	while (more--)
		add_method(&methods, chance_of(chance, ml_kem));
	if (!chance_below(chance, 6))
		add_method(&methods, 19);
	if (!chance_below(chance, 6))
		add_method(&methods, 31);
	return methods;
}

/* Some that cannot be, and some that the kernel does not have */
static struct suite some_wrong_suite(struct chance *chance)
{
	static const struct suite suites[] = {
		{ 20, 256, 12, 5 }, { 20, 512, 0, 5 }, { 28, 256, 0, 5 },
		{ 12, 256, 0, 5 }, { 12, 256, 2, 5 }, { 3, 0, 12, 5 },
		{ 20, 256, 0, 2 },
	};

	return chance_of(chance, suites);
}

static struct plan some_plan(struct chance *chance)
{
	struct plan plan = {
		.connection = (enum connection)chance_below(chance, CONNECTIONS),
		.suite = some_suite(chance),
		.full_transcript = chance_one_in(chance, 2),
	};

	plan.methods = some_methods(chance, plan.connection != CONNECTION_PQ);
	plan.accepting = plan.connection;
	/* Without a PPK, which the initiator has but does not require */
	if (plan.connection == CONNECTION_PPK && chance_one_in(chance, 4))
		plan.accepting = CONNECTION_PLAIN;
	if (plan.connection == CONNECTION_PPK ||
	    plan.connection == CONNECTION_REQUIRED)
		plan.ppk = chance_one_in(chance, 2) ? USE_PPK : USE_PPK_INT;
	return plan;
}

/* Each of one side makes three policies with each of the other, 256 at most. */
static unsigned int some_selectors(struct chance *chance)
{
	if (chance_one_in(chance, 500))
		return 16;
	if (chance_one_in(chance, 16))
		return 5;
	return 1 + chance_below(chance, 2);
}

static struct child_plan some_child(struct walk *walk, unsigned int number)
{
	struct chance *chance = &walk->chance;
	const struct suite suite = some_suite(chance);
	const struct child_plan plan = {
		.number = number,
		.has_reqid = !chance_one_in(chance, 3),
		.encr = suite.encr,
		.key_bits = suite.key_bits,
		.integ = suite.integ,
		.esn = chance_one_in(chance, 4),
		.transport = chance_one_in(chance, 6),
		.encap = chance_one_in(chance, 3),
		.inbound_first = chance_one_in(chance, 3),
		.selectors = some_selectors(chance),
		.icmp = chance_one_in(chance, 8),
	};

	return plan;
}

static int begin_tunnel(struct walk *walk, struct tunnel *tunnel)
{
	const bool with_child = !chance_one_in(&walk->chance, 4);
	struct plan plan = some_plan(&walk->chance);

	if (!walk->world->calm && chance_one_in(&walk->chance, 10))
		plan.suite = some_wrong_suite(&walk->chance);
	/* Others may have deleted or changed them. */
	for (unsigned int side = 0; !walk->world->calm && side < SIDES; side++)
		exchange_set_connection(walk, side, plan.connection);
	memset(tunnel, 0, sizeof(*tunnel));
	tunnel->classical = plan.connection != CONNECTION_PQ;
	tunnel->plans[0] = some_child(walk, 0);
	tunnel->there[0] = with_child;
	return exchange_establish(walk, &tunnel->pair,
				  chance_below(&walk->chance, SIDES), &plan,
				  with_child ? &tunnel->plans[0] : NULL,
				  tunnel->children[0]);
}

static int create(struct walk *walk, struct tunnel *tunnel,
		  const struct child_plan *plan)
{
	const unsigned int number = plan->number;
	struct methods methods = {};
	int err;

	if (!chance_one_in(&walk->chance, 3))
		methods = some_methods(&walk->chance, true);
	tunnel->plans[number] = *plan;
	err = exchange_create_child(walk, &tunnel->pair,
				    chance_below(&walk->chance, SIDES), &methods,
				    plan, tunnel->children[number]);
	tunnel->there[number] = !err;
	return err;
}

static int end_child(struct walk *walk, struct tunnel *tunnel,
		     unsigned int number)
{
	tunnel->there[number] = false;
	return exchange_delete_child(walk, &tunnel->pair,
				     tunnel->children[number]);
}

static int rekey(struct walk *walk, struct tunnel *tunnel)
{
	const struct methods methods = some_methods(&walk->chance,
						    tunnel->classical);

	return exchange_rekey(walk, &tunnel->pair,
			      chance_below(&walk->chance, SIDES), &methods);
}

/* The trap of a child, which may have a Child SA */
static int trap(struct walk *walk, struct tunnel *tunnel, unsigned int number)
{
	const unsigned int side = chance_below(&walk->chance, SIDES);
	const struct child_plan plan = tunnel->there[number] ?
		tunnel->plans[number] : some_child(walk, number);
	int err;

	if (!plan.has_reqid)
		return 0;
	err = exchange_trap(walk, side, &plan, false);
	if (err)
		return err;
	walk_send_packets(walk);
	if (!tunnel->there[number] && chance_one_in(&walk->chance, 2))
		err = create(walk, tunnel, &plan);
	else if (!tunnel->there[number])
		err = exchange_trap(walk, side, &plan, true);
	return err ?: exchange_untrap(walk, side, &plan);
}

static int on_child(struct walk *walk, struct tunnel *tunnel, unsigned int number)
{
	const struct child_plan *plan = &tunnel->plans[number];

	if (!tunnel->there[number]) {
		const struct child_plan new = some_child(walk, number);

		return create(walk, tunnel, &new);
	}
	if (plan->encap && !children_expire(number) && !chance_one_in(&walk->chance, 4))
		return exchange_update_child(walk, &tunnel->pair,
					     tunnel->children[number]);
	return end_child(walk, tunnel, number);
}

static void disturb_often(struct walk *walk, uint32_t most)
{
	const uint32_t times = 1 + chance_below(&walk->chance, most);

	for (uint32_t i = 0; i < times; i++)
		disturb_much(walk, chance_below(&walk->chance, SIDES));
}

static int act(struct walk *walk, struct tunnel *tunnel)
{
	const unsigned int number = chance_below(&walk->chance, CHILDREN);

	if (!walk->world->calm && chance_one_in(&walk->chance, 4))
		disturb_often(walk, 10);
	switch (chance_below(&walk->chance, 9)) {
	case 8:
		return exchange_hand_over(walk, &tunnel->pair,
					  chance_below(&walk->chance, SIDES));
	case 0:
		return exchange_informational(walk, &tunnel->pair,
					      chance_below(&walk->chance, SIDES));
	case 1:
		return rekey(walk, tunnel);
	case 2:
		return exchange_show(walk, &tunnel->pair);
	case 3:
		return trap(walk, tunnel, number);
	case 4:
		walk_send_packets(walk);
		return 0;
	default:
		return on_child(walk, tunnel, number);
	}
}

/*
 * In a wild world some actions fail, and with them what comes after.  One IKE SA in
 * four is left to whoever comes.
 */
static void live_with_tunnel(struct walk *walk)
{
	const uint32_t actions = chance_below(&walk->chance, ACTIONS_MAX);
	struct tunnel tunnel;
	int failed;

	failed = begin_tunnel(walk, &tunnel) ? FAILED_MAX : 0;
	for (uint32_t i = 0; failed < FAILED_MAX && i < actions &&
	     !ledger_is_full(); i++)
		failed += !!act(walk, &tunnel);
	if (walk->world->calm || !chance_one_in(&walk->chance, 4))
		exchange_delete(walk, &tunnel.pair);
}

static void set_connections(struct walk *walk)
{
	for (unsigned int side = 0; side < SIDES; side++)
		for (unsigned int i = 0; i < CONNECTIONS; i++)
			exchange_set_connection(walk, side, (enum connection)i);
}

static void live_wildly(struct walk *walk)
{
	switch (chance_below(&walk->chance, 12)) {
	case 0:
		walk_reopen(walk, chance_below(&walk->chance, SIDES));
		break;
	case 1:
		set_connections(walk);
		break;
	case 2:
		names_end_mortal_key(&walk->chance);
		break;
	case 3:
		if (chance_one_in(&walk->chance, 4))
			foreign_meddle(walk, chance_below(&walk->chance, SIDES));
		break;
	case 4:
	case 5:
		disturb_often(walk, 60);
		break;
	default:
		live_with_tunnel(walk);
		break;
	}
}

/**
 * live() - do what a thread does in its world
 * @walk: the thread, with open sockets
 * @steps: after so many requests that it has in mind, it ends
 */
void live(struct walk *walk, unsigned long steps)
{
	/* What has no steps, too, comes to an end. */
	unsigned long lives = steps;

	set_connections(walk);
	while (walk->steps < steps && lives-- && !ledger_is_full()) {
		if (walk->world->calm)
			live_with_tunnel(walk);
		else
			live_wildly(walk);
	}
}
