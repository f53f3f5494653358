/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of a walk say, each read and parsed once: from then on it is handed
 * over as by the process that reads it for a reload.
 */
#ifndef ENGINE_CONFIG_H
#define ENGINE_CONFIG_H

#include "setup.h"

/* As setup_read(); what @setup points to has no end. */
struct config *engine_config_read(const struct setup *setup, bool is_a);

#endif
