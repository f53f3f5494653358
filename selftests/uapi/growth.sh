#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What an operation costs does not grow with the number of objects.

set -eu

cd "$(dirname "$0")"
here=$PWD
gcov=/sys/kernel/debug/gcov

if [ ! -d $gcov ]; then
	echo "TAP version 13"
	echo "1..0 # SKIP the kernel does not count what is run (CONFIG_GCOV_KERNEL)"
	exit 4
fi
COUNTS=$gcov$(realpath ../covered)/kmod/pqike
export COUNTS
exec ../covered/selftests/uapi/with_modules.sh "$here/growth.py"
