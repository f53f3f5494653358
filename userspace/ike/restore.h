/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An IKE SA that another helper had, as it is: from what the kernel has, and from the
 * note beside it.
 */
#ifndef PQIKE_RESTORE_H
#define PQIKE_RESTORE_H

#include "ike/note.h"

/**
 * ike_sa_restore() - make an IKE SA that was adopted be one of this helper's
 * @kernels: what the kernel has of it
 * @connection: of the configuration; NULL: it is there no more
 * @adopted: what else it takes; its messages are taken over
 *
 * The request that is outstanding is not sent again yet, see ike_sa_go_on().
 *
 * Return: NULL without memory.
 */
struct ike_sa *ike_sa_restore(struct ike *ike,
			      const struct kernel_ike_sa *kernels,
			      const struct ike_note *note,
			      const struct connection_config *connection,
			      struct kernel_adopted *adopted);

/**
 * child_sas_restore() - likewise its Child SAs, and the exchange under way
 * @adopted: likewise; what the outstanding request has
 * @note: what it has not
 *
 * What is not configured any more is deleted; where another has taken the place of
 * one, what is left to be done is done.  May have @sa be deleted.
 */
void child_sas_restore(struct ike *ike, struct ike_sa *sa,
		       const struct kernel_ike_sa *kernels,
		       const struct kernel_adopted *adopted,
		       const struct ike_note *note);

/**
 * successor_restore() - an IKE SA that is to replace another, and is not established
 * @sa: the one that it replaces
 * @kernels: what the kernel has of it
 *
 * It goes on, or is no more.  May end @sa.
 */
void successor_restore(struct ike *ike, struct ike_sa *sa,
		       const struct kernel_ike_sa *kernels);

/**
 * successor_go_on() - of two IKE SAs that are established one replaces the other
 * @known: the other helper had come to that, too
 *
 * May end @old, or @successor.
 */
void successor_go_on(struct ike *ike, struct ike_sa *old,
		     struct ike_sa *successor, bool known);

/* All that there is of @sa is restored: it does what is due.  May end it. */
void ike_sa_go_on(struct ike *ike, struct ike_sa *sa);

#endif
