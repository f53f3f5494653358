#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Tracepoints, where the kernel has them.

cd "$(dirname "$0")" || exit 1

tracing=/sys/kernel/tracing
[ -f "$tracing/trace" ] || mount -t tracefs none "$tracing" 2>/dev/null || {
	echo "TAP version 13"
	echo "1..0 # SKIP this kernel has no tracefs"
	exit 4
}
exec ./with_modules.sh ./trace.py "$tracing"
