/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One IKE SA for a connection, as its key unique says, also where both sides have begun
 * one at once.
 */
#ifndef PQIKE_UNIQUE_H
#define PQIKE_UNIQUE_H

#include "ike/ike_sa.h"

/**
 * unique_is_kept_out() - as the responder, whether an older IKE SA of the
 *	same connection is in the way of @sa (unique = keep)
 * @initial_contact: the peer says that it knows of none (RFC 7296 section 2.4)
 */
bool unique_is_kept_out(const struct ike *ike, const struct ike_sa *sa,
			bool initial_contact);

/**
 * unique_make_room() - as the responder, end older IKE SAs of the same
 *	connection that stand between other addresses
 * @initial_contact: as above
 *
 * The kernel has one policy for the selectors of a child, which names the
 * addresses: the new Child SA could not be installed.
 */
void unique_make_room(struct ike *ike, const struct ike_sa *sa,
		      bool initial_contact);

/**
 * unique_replace_others() - as the responder, end older IKE SAs of the
 *	same connection, as its unique says
 * @initial_contact: as above; otherwise the peer is told
 *
 * @sa has its Child SA already: at no moment packets pass in the clear.  One that
 * this side began while the peer began @sa is no older one: see
 * unique_resolve().  May end @sa.
 */
void unique_replace_others(struct ike *ike, struct ike_sa *sa,
			   bool initial_contact);

/**
 * unique_resolve() - as the initiator: both sides began an IKE SA at once, one
 *	is enough
 *
 * The one with the lower SPIi is deleted by its initiator, after its children are
 * made in the other one.  May end @sa.
 *
 * A peer that took INITIAL_CONTACT of @sa, perhaps of a retransmission, after the
 * other one was established may have dropped that one without a word (RFC 7296
 * section 2.4).  So it is asked in that one first; where it does not answer, that
 * one ends as if the peer had said so, and @sa stays.  All of this holds as long as
 * @sa stands, or what has replaced it.
 */
void unique_resolve(struct ike *ike, struct ike_sa *sa);

/**
 * unique_preferred() - the IKE SA to be used in the place of @sa
 *
 * Return: the one of this side for which the peer may have dropped @sa, while it is
 * asked in @sa; the one of the peer for which this side ends @sa; NULL: @sa is to
 * be used.
 */
struct ike_sa *unique_preferred(const struct ike *ike,
				const struct ike_sa *sa);

/**
 * unique_hand_over() - @sa, which is PHASE_DELETING, has ended at the peer
 *
 * Where another is preferred, that takes over what waits in @sa, and @sa keeps only
 * the children that the other one has not.
 */
void unique_hand_over(struct ike *ike, struct ike_sa *sa);

/**
 * unique_yield() - the peer does not answer in @sa
 *
 * Where another is preferred, @sa ends as by unique_hand_over().  A child that
 * the other one has not was closed by the peer (close_action).
 *
 * Return: whether that is so; @sa is gone then.
 */
bool unique_yield(struct ike *ike, struct ike_sa *sa);

/*
 * @successor has replaced @old: it is preferred where @old was, and ends in its
 * place.  An IKE SA that is rekeyed was not dropped by the peer.
 */
void unique_rekeyed(const struct ike *ike, const struct ike_sa *old,
		    struct ike_sa *successor);

#endif
