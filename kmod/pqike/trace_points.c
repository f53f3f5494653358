// SPDX-License-Identifier: GPL-2.0
/* The tracepoints of trace.h, of which nothing is left where the kernel has none. */
#include <linux/string.h>
#include <net/net_namespace.h>

#include "child_config.h"
#include "child_sa.h"
#include "connection.h"
#include "ike_sa.h"
#include "owner.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
