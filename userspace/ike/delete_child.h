/* SPDX-License-Identifier: GPL-2.0 */
/* Delete of one Child SA, asked for by this side (RFC 7296 section 1.4.1). */
#ifndef PQIKE_DELETE_CHILD_H
#define PQIKE_DELETE_CHILD_H

#include "ike/child_sa.h"
#include "ike/task.h"

extern const struct task_type delete_child_task;

/* Delete @child as soon as its IKE SA can. */
void delete_child(struct ike *ike, struct child_sa *child, uint64_t client);

/* As delete_child(), before all else that waits. */
void delete_child_first(struct ike *ike, struct child_sa *child);

/* As delete_child_first(), after all that waits. */
void delete_child_last(struct ike *ike, struct child_sa *child);

/* As delete_child_first(); another has replaced it, no word is lost on it. */
void delete_child_replaced(struct ike *ike, struct child_sa *child);

#endif
