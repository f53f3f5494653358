#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The machine runs the kernel that the modules were built for, and takes them.

set -eu

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

top=$(realpath ../..)
kernel=$(uname -r)

built_for_this_kernel()
{
	[ "$(modinfo -F vermagic "$1" | cut -d ' ' -f 1)" = "$kernel" ]
}

loads_and_unloads()
{
	name=$(basename "$1" .ko)
	modinfo -F depends "$1" | tr , '\n' | xargs -r modprobe -a
	insmod "$1" && grep -q "^$name " /proc/modules && rmmod "$name"
}

ktap_print_header
set -- "$top"/kmod/*/*.ko
ktap_set_plan $((2 * $#))
for module in "$@"; do
	ktap_test_result "${module##*/} is built for $kernel" \
		built_for_this_kernel "$module"
	ktap_test_result "${module##*/} loads and unloads" \
		loads_and_unloads "$module"
done
ktap_finished
