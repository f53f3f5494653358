/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of config_load.h, played without a process. */
#ifndef FAKE_CONFIG_LOAD_H
#define FAKE_CONFIG_LOAD_H

#include "helper/config_load.h"

/* What config_load_serve() says. */
extern enum config_load_state fake_config_load_state;

/* Reads what stands at @path, as config_load_begin() is called. */
extern struct config *(*fake_config_load_read)(const char *path);

#endif
