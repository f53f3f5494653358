/* SPDX-License-Identifier: GPL-2.0 */
/* The section control: who may use the control socket. */
#ifndef PQIKE_CONFIG_CONTROL_H
#define PQIKE_CONFIG_CONTROL_H

#include "config/config.h"
#include "config/config_reader.h"

#define CONTROL_MODE_DEFAULT 0600

bool config_read_control(struct config_reader *reader,
			 const struct conf_node *node,
			 struct control_config *control);

#endif
