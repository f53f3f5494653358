// SPDX-License-Identifier: GPL-2.0
/*
 * Counting what IKE SAs do.  Each number is kept twice: with the IKE SA, and summed up
 * with its network namespace, where it stays when the IKE SA ends.
 */
#include <linux/ktime.h>
#include <linux/string.h>

#include "child_sa.h"
#include "child_terms.h"
#include "ike_sa.h"
#include "namespace.h"
#include "trace.h"

static struct pqike_net_stats *net_stats(struct net *net)
{
	return &pqike_pernet(net)->stats;
}

static unsigned int handshake_at(enum pqike_handshake handshake,
				 unsigned int count)
{
	return PQIKE_COUNT_HANDSHAKE + handshake * PQIKE_HANDSHAKE_COUNTS + count;
}

/**
 * pqike_stats_begin() - when an operation begins
 *
 * Context: any.
 * Return: what pqike_stats_operation() takes.
 */
u64 pqike_stats_begin(void)
{
	return ktime_get_ns();
}

static void add_to_net(struct net *net, enum pqike_operation operation, u64 ns,
		       int err)
{
	struct pqike_net_stats *all = net_stats(net);
	struct pqike_stats *sum = &all->sum;

	spin_lock(&all->lock);
	sum->counts[PQIKE_COUNT_OPERATION + operation]++;
	sum->ns[operation] += ns;
	if (err < 0) {
		sum->counts[PQIKE_COUNT_FAILED + operation]++;
		sum->counts[PQIKE_COUNT_FAILURE + pqike_failure_cause(operation, err)]++;
	}
	spin_unlock(&all->lock);
}

static void add_to_ike_sa(struct pqike_ike_sa_stats *own,
			  enum pqike_operation operation, u64 ns, int err)
{
	own->counts[PQIKE_COUNT_OPERATION + operation]++;
	own->ns[operation] += ns;
	if (err < 0) {
		own->counts[PQIKE_COUNT_FAILED + operation]++;
		own->counts[PQIKE_COUNT_FAILURE + pqike_failure_cause(operation, err)]++;
	}
}

static void trace_failure(const struct net *net, u32 id,
			  enum pqike_operation operation, int err)
{
	if (err < 0)
		trace_pqike_failure(net, id, operation,
				    pqike_failure_cause(operation, err), err);
}

/**
 * pqike_stats_operation() - an operation on an IKE SA is over
 * @sa: locked
 * @operation: which
 * @begun: from pqike_stats_begin(), @sa having been locked
 * @err: what comes of it; 0 or more is success
 *
 * Context: may sleep.
 */
void pqike_stats_operation(struct pqike_ike_sa *sa,
			   enum pqike_operation operation, u64 begun, int err)
{
	const u64 ns = ktime_get_ns() - begun;

	add_to_ike_sa(&sa->stats, operation, ns, err);
	add_to_net(sa->net, operation, ns, err);
	trace_failure(sa->net, sa->id, operation, err);
}

/**
 * pqike_stats_not_made() - there was no IKE SA to be made
 * @net: the namespace
 * @begun: from pqike_stats_begin()
 * @err: why
 *
 * Context: may sleep.
 */
void pqike_stats_not_made(struct net *net, u64 begun, int err)
{
	add_to_net(net, PQIKE_OPERATION_IKE_SA_NEW, ktime_get_ns() - begun, err);
	trace_failure(net, 0, PQIKE_OPERATION_IKE_SA_NEW, err);
}

/* One of the key exchanges of a handshake. */
static void add_method(u8 *add, u16 method)
{
	for (unsigned int i = 0; i < PQIKE_STATS_METHODS; i++) {
		if (pqike_stats_methods[i] == method)
			add[PQIKE_HANDSHAKE_METHODS + i] = 1;
	}
}

static void add_handshake(struct pqike_ike_sa *sa, enum pqike_handshake handshake,
			  const u8 *add)
{
	const unsigned int at = handshake_at(handshake, 0);
	struct pqike_net_stats *all = net_stats(sa->net);

	for (unsigned int i = 0; i < PQIKE_HANDSHAKE_COUNTS; i++)
		sa->stats.counts[at + i] += add[i];
	spin_lock(&all->lock);
	for (unsigned int i = 0; i < PQIKE_HANDSHAKE_COUNTS; i++)
		all->sum.counts[at + i] += add[i];
	spin_unlock(&all->lock);
}

static bool methods_have_ml_kem(const struct pqike_methods *methods)
{
	bool have = pqike_ke_is_ml_kem(methods->ke);

	for (unsigned int i = 0; i < methods->n_additional; i++)
		have = have || pqike_ke_is_ml_kem(methods->additional[i]);
	return have;
}

/**
 * pqike_stats_ike_sa() - an IKE SA is established
 * @sa: locked, as is the one that it rekeys
 *
 * Context: may sleep.
 */
void pqike_stats_ike_sa(struct pqike_ike_sa *sa)
{
	const struct pqike_ike_sa *parent = sa->parent;
	const struct pqike_suite *suite = &sa->suite;
	const bool ml_kem = pqike_suite_has_ml_kem(suite);
	u8 add[PQIKE_HANDSHAKE_COUNTS] = {
		[PQIKE_HANDSHAKE_MADE] = 1,
		[PQIKE_HANDSHAKE_WITHOUT_ML_KEM] = !ml_kem,
		[PQIKE_HANDSHAKE_DROPPED_ML_KEM] =
			!ml_kem && parent && pqike_suite_has_ml_kem(&parent->suite),
	};

	add_method(add, suite->ke);
	for (unsigned int i = 0; i < suite->n_additional_ke; i++)
		add_method(add, suite->additional_ke[i]);
	add_handshake(sa, parent ? PQIKE_HANDSHAKE_IKE_SA_REKEY :
		      PQIKE_HANDSHAKE_IKE_SA, add);
}

/* REKEY_SA has the SPI by which its sender receives; NULL where that one is gone. */
static const struct pqike_child_sa *
find_rekeyed(const struct pqike_ike_sa *sa, const struct pqike_child_sa *child)
{
	const bool initiator = child->role == PQIKE_ROLE_INITIATOR;
	const __be32 spi = child->offer->rekeys;
	const struct pqike_child_sa *old;

	list_for_each_entry(old, &sa->children, list) {
		if (old->keyed &&
		    spi == (initiator ? old->esp.spi_in : old->peer_spi))
			return old;
	}
	return NULL;
}

static enum pqike_handshake handshake_of(const struct pqike_child_sa *child)
{
	if (!child->creation)
		return PQIKE_HANDSHAKE_FIRST_CHILD_SA;
	return child->offer->rekeys ? PQIKE_HANDSHAKE_CHILD_SA_REKEY :
				      PQIKE_HANDSHAKE_CHILD_SA;
}

/**
 * pqike_stats_child_sa() - a Child SA is installed
 * @sa: locked
 * @child: of @sa; its terms and its key exchanges are still there
 * @methods: of these
 *
 * Context: may sleep.
 */
void pqike_stats_child_sa(struct pqike_ike_sa *sa,
			  const struct pqike_child_sa *child,
			  const struct pqike_methods *methods)
{
	const enum pqike_handshake handshake = handshake_of(child);
	const bool first = handshake == PQIKE_HANDSHAKE_FIRST_CHILD_SA;
	const bool ml_kem = first ? pqike_suite_has_ml_kem(&sa->suite) :
				    methods_have_ml_kem(methods);
	const struct pqike_child_sa *old =
		handshake == PQIKE_HANDSHAKE_CHILD_SA_REKEY ?
		find_rekeyed(sa, child) : NULL;
	u8 add[PQIKE_HANDSHAKE_COUNTS] = {
		[PQIKE_HANDSHAKE_MADE] = 1,
		[PQIKE_HANDSHAKE_WITHOUT_ML_KEM] = !ml_kem,
		[PQIKE_HANDSHAKE_DROPPED_ML_KEM] =
			!ml_kem && old && methods_have_ml_kem(&old->methods),
	};

	if (!first)
		add_method(add, methods->ke);
	for (unsigned int i = 0; !first && i < methods->n_additional; i++)
		add_method(add, methods->additional[i]);
	add_handshake(sa, handshake, add);
}

/**
 * pqike_stats_inherit() - let an IKE SA go on from the numbers of another
 * @sa: locked
 * @parent: the one that it rekeys, locked; begins from 0 again
 *
 * Context: any.
 */
void pqike_stats_inherit(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent)
{
	for (unsigned int i = 0; i < PQIKE_COUNTS; i++)
		sa->stats.counts[i] += parent->stats.counts[i];
	for (unsigned int i = 0; i < PQIKE_OPERATIONS; i++)
		sa->stats.ns[i] += parent->stats.ns[i];
	memset(&parent->stats, 0, sizeof(parent->stats));
}

/**
 * pqike_stats_of_ike_sa() - what an IKE SA has done
 * @sa: locked
 * @stats: receives it
 *
 * Context: any.
 */
void pqike_stats_of_ike_sa(const struct pqike_ike_sa *sa,
			   struct pqike_stats *stats)
{
	for (unsigned int i = 0; i < PQIKE_COUNTS; i++)
		stats->counts[i] = sa->stats.counts[i];
	memcpy(stats->ns, sa->stats.ns, sizeof(stats->ns));
}

/**
 * pqike_stats_of_net() - what all IKE SAs of a network namespace have done
 * @net: the namespace
 * @stats: receives it
 *
 * Context: may sleep.
 */
void pqike_stats_of_net(struct net *net, struct pqike_stats *stats)
{
	struct pqike_net_stats *all = net_stats(net);

	spin_lock(&all->lock);
	*stats = all->sum;
	spin_unlock(&all->lock);
}
