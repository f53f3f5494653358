/* SPDX-License-Identifier: GPL-2.0 */
/* Reading configurations, as supervisor/config_load.h does it, without a process. */
#ifndef FAKE_CONFIG_LOAD_H
#define FAKE_CONFIG_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "supervisor/config_load.h"

#define FAKE_CONFIGS 3

/* What config_load_serve() may say, and that there is no memory for what was read */
#define FAKE_LOAD_NO_MEMORY 4
#define FAKE_LOAD_STATES 5

/* What it says next, and what was read where that is CONFIG_LOAD_DONE */
extern unsigned int fake_config_state;
extern size_t fake_config_which;

/* What was taken last, and how many are being read */
extern size_t fake_config_taken;
extern unsigned int fake_config_loads;

/* clock_now() when the last one began, and how soon after another one began, at the least */
extern int64_t fake_config_begun;
extern int64_t fake_config_pause;

/* Have a configuration there to be read; it is copied. */
void fake_config_set(size_t which, const struct config *config);

/* Return: another copy, with a keyring. */
struct config *fake_config_new(size_t which);

#endif
