/* SPDX-License-Identifier: GPL-2.0 */
/* The exchange that another helper had under way: which task it was of. */
#ifndef PQIKE_RESTORE_TASK_H
#define PQIKE_RESTORE_TASK_H

#include "ike/child_sa.h"
#include "ike/note.h"

/**
 * restore_task() - the task of the request that is outstanding
 * @adopted: has what is in it
 * @note: which Child SA it rekeys, in IKE_FOLLOWUP_KE
 * @child: that it makes, as the kernel has it; NULL: none
 * @config: of @child, NULL: it is not configured any more
 *
 * A Child SA that cannot be made any more is removed, and deleted once the peer has
 * made it.
 */
void restore_task(struct ike *ike, struct ike_sa *sa,
		  const struct kernel_adopted *adopted,
		  const struct ike_note *note,
		  const struct kernel_child_sa *child,
		  const struct child_config *config);

/**
 * restore_rekey_task() - the outstanding request is one to replace @sa
 * @successor: that it makes
 *
 * Return: false where it is not.
 */
bool restore_rekey_task(struct ike *ike, struct ike_sa *sa,
			struct ike_sa *successor);

/* Have the peer delete a Child SA that this side has not. */
void delete_unknown_child(struct ike *ike, struct ike_sa *sa, uint32_t spi_in);

#endif
