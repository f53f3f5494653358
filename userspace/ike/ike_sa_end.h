/* SPDX-License-Identifier: GPL-2.0 */
/* How IKE SAs end, with all that is in them. */
#ifndef PQIKE_IKE_SA_END_H
#define PQIKE_IKE_SA_END_H

#include "ike/ike_sa.h"

/* Milliseconds that a responder waits for a peer to authenticate itself. */
#define HALF_OPEN_TIMEOUT 30000

/*
 * Milliseconds that the last response of an IKE SA that is gone is kept:
 * several minutes (RFC 7296 section 2.1), for an IKE SA that was established.
 */
#define RETIRED_TIMEOUT 180000

/**
 * ike_sa_free() - forget an IKE SA without a word; the kernel's part ends too
 *
 * Its clients are told nothing.  @sa is PHASE_GONE, but can be looked at until
 * ike_sas_release().
 */
void ike_sa_free(struct ike *ike, struct ike_sa *sa);

/* The client that waits for @sa is told that all is well. */
void ike_sa_succeed(struct ike *ike, struct ike_sa *sa);

/**
 * ike_sa_fail() - end an IKE SA because something went wrong
 *
 * The reason is logged and told to the clients that wait.  @sa is gone.
 */
void ike_sa_fail(struct ike *ike, struct ike_sa *sa, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* All who wait for something in @sa wait in vain. */
void ike_sa_fail_clients(struct ike *ike, const struct ike_sa *sa,
			 const char *line);

/* End an IKE SA as was wanted, by either side.  @sa is gone. */
void ike_sa_end(struct ike *ike, struct ike_sa *sa);

/* The log and the clients are told as by ike_sa_fail(); @sa stays as it is. */
void ike_sa_tell_failure(struct ike *ike, struct ike_sa *sa, const char *line);

/* The log and the clients are told as by ike_sa_end(); @sa stays as it is. */
void ike_sa_tell_end(struct ike *ike, struct ike_sa *sa);

/*
 * Say no more: what is left of @sa repeats its last response, then goes.  The
 * kernel's part and the Child SAs end now, the clients of @sa are forgotten.
 */
void ike_sa_retire(struct ike *ike, struct ike_sa *sa);

/* The series that the peer goes through is over; what it made stays. */
void followup_finish(struct ike *ike, struct ike_sa *sa);

/* Forget what is expected, with what it was to make. */
void followup_drop(struct ike *ike, struct ike_sa *sa);

#endif
