/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A Child SA replaces another (RFC 7296 section 1.3.3 and 2.8): made before the
 * old one goes, so that no packet is lost.
 *
 *   initiator                            responder
 *   CREATE_CHILD_SA, N(REKEY_SA)  ->
 *                                        installs the inbound ESP SA
 *                                  <-    response
 *   installs both, sends on the new one
 *   Delete of the old one          ->
 *                                        sends on the new one
 *                                  <-    Delete of the old one
 *   both keep the old inbound ESP SA for CHILD_LINGER
 *
 * When both begin at once, the exchange with the lowest of the four nonces is
 * the one whose Child SA goes (section 2.8.1).
 */
#ifndef PQIKE_REKEY_CHILD_H
#define PQIKE_REKEY_CHILD_H

#include "ike/child_sa.h"
#include "ike/task.h"

extern const struct task_type rekey_child_task;

/* Replace @child as soon as its IKE SA can; nothing where that is under way. */
void rekey_child(struct ike *ike, struct child_sa *child, uint64_t client);

/**
 * rekey_child_cancel() - Child SAs of @config are not to be replaced any more
 * @why: what whoever waits for it is told; it must last
 *
 * What is under way is given back once the peer has answered.
 */
void rekey_child_cancel(struct ike *ike, struct ike_sa *sa,
			const struct child_config *config, const char *why);

/* Return: whether our rekey of @old is past CREATE_CHILD_SA. */
bool rekey_child_follows(const struct ike_sa *sa, const struct child_sa *old);

/**
 * rekey_child_rivalled() - the peer rekeys @old, perhaps at the same time
 * @child: what its exchange makes
 * @a: one nonce of its exchange
 * @b: the other
 */
void rekey_child_rivalled(struct ike_sa *sa, const struct child_sa *old,
			  const struct child_sa *child, const struct nonce *a,
			  const struct nonce *b);

/* As the responder, @child has replaced @old; the peer is to delete @old. */
void rekey_child_answered(struct ike *ike, struct child_sa *old,
			  const struct child_sa *child);

#endif
