/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An IKE SA replaces another by CREATE_CHILD_SA (RFC 7296 section 1.3.2), with
 * all its key exchanges, and inherits its Child SAs.
 *
 * When both begin at once, the exchange with the lowest of the four nonces is
 * the one whose IKE SA goes (section 2.8.2).
 */
#ifndef PQIKE_REKEY_IKE_H
#define PQIKE_REKEY_IKE_H

#include "ike/task.h"
#include "wire/message.h"

extern const struct task_type rekey_ike_task;

/* Replace @sa as soon as it can; nothing where that is under way. */
void rekey_ike(struct ike *ike, struct ike_sa *sa, uint64_t client);

/* As the responder, all key exchanges of @successor are done. */
void rekey_ike_answered(struct ike *ike, struct ike_sa *sa,
			struct ike_sa *successor);

/**
 * rekey_ike_adopt() - the peer has replaced @sa without knowing of our rekey
 *
 * Return: true when @sa has been replaced, and our own attempt is forgotten.
 */
bool rekey_ike_adopt(struct ike *ike, struct ike_sa *sa);

#endif
