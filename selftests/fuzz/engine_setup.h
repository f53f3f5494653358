/* SPDX-License-Identifier: GPL-2.0 */
/* What the configuration of a side may be. */
#ifndef ENGINE_SETUP_H
#define ENGINE_SETUP_H

#include "draw.h"
#include "setup.h"

/* Any: two octets say what differs from engine_setup_rest(), then one for each. */
struct setup engine_setup_draw(struct draw *in);

/* One with which both sides agree, and the first one brings its child up. */
struct setup engine_setup_rest(bool is_a);

#endif
