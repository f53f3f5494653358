/* SPDX-License-Identifier: GPL-2.0 */
/* What this helper knows of an IKE SA, for `pqike show`; see told.h. */
#ifndef PQIKE_TELL_SA_H
#define PQIKE_TELL_SA_H

#include "ike_sa.h"
#include "told.h"

/**
 * tell_sa() - tell of an IKE SA and of its Child SAs that are installed
 * @id: the kernel's number; nothing is told of one that is not known
 * @tell: called with a line for each
 * @arg: passed to @tell
 */
void tell_sa(const struct ike *ike, uint32_t id,
	     void (*tell)(const char *line, void *arg), void *arg);

#endif
