/* SPDX-License-Identifier: GPL-2.0 */
/* What this helper knows beside the kernel, for `pqike show`; see status_line.h. */
#ifndef PQIKE_STATUS_H
#define PQIKE_STATUS_H

#include "helper/status_line.h"
#include "ike/ike_sa.h"

/**
 * status_tell_ike_sa() - tell of an IKE SA and of its Child SAs that are installed
 * @id: the kernel's number; nothing is told of one that is not known
 * @tell: called with a line for each
 * @arg: passed to @tell
 */
void status_tell_ike_sa(const struct ike *ike, uint32_t id,
			void (*tell)(const char *line, void *arg), void *arg);

/**
 * status_tell_children() - tell of each child that is configured
 * @connection: of the configuration
 * @tell: called with a line for each
 * @arg: passed to @tell
 */
void status_tell_children(const struct ike *ike,
			  const struct connection_config *connection,
			  void (*tell)(const char *line, void *arg), void *arg);

/* Return: whether a Child SA of @child stands. */
bool child_is_up(const struct ike *ike,
		 const struct connection_config *connection,
		 const struct child_config *child);

#endif
