/* SPDX-License-Identifier: GPL-2.0 */
/* What must hold of two helpers and their kernels. */
#ifndef ENGINE_CHECK_H
#define ENGINE_CHECK_H

#include "engine_side.h"

/* At any time: the kernel has what the helper knows of, and nothing else. */
void engine_check_views(const struct engine_side *self);

/* What has ended, and is to be released, has nothing that would be left then. */
void engine_check_gone(const struct engine_side *self);

/* When all that was begun has come to its end: both sides have the same. */
void engine_check_rest(const struct engine_side *self,
		       const struct engine_side *peer);

/* The child of that name carries packets both ways. */
void engine_check_up(const struct engine_side *self,
		     const struct engine_side *peer, const char *child);

#endif
