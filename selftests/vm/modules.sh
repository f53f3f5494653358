#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The machine runs the kernel that the modules were built for, and takes them
# the way an operator gives them: installed, then by modprobe.

set -eu

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

kernel=$(uname -r)

built_for_this_kernel()
{
	[ "$(modinfo -F vermagic "$1" | cut -d ' ' -f 1)" = "$kernel" ]
}

install_modules()
{
	install -D -t "/lib/modules/$kernel/updates" "$@" && depmod
}

loads_and_unloads()
{
	modprobe "$1" && grep -q "^$1 " /proc/modules && rmmod "$1" &&
		! grep -q "^$1 " /proc/modules
}

# loads_as ALIAS MODULE: as the kernel asks for it
loads_as()
{
	modprobe "$1" && grep -q "^$2 " /proc/modules && rmmod "$2"
}

set -- ../../kmod/mlkem/mlkem.ko ../../kmod/ecdh/ecdh.ko ../../kmod/pqike/pqike.ko

ktap_print_header
ktap_set_plan 10
for module in "$@"; do
	ktap_test_result "${module##*/} is built for $kernel" \
		built_for_this_kernel "$module"
done
ktap_test_result "the modules install" install_modules "$@"
for module in "$@"; do
	name=$(basename "$module" .ko)
	ktap_test_result "$name loads and unloads" loads_and_unloads "$name"
done
rmmod ecdh mlkem
ktap_test_result "mlkem is found as an algorithm" loads_as crypto-mlkem768 mlkem
ktap_test_result "ecdh is found as an algorithm" loads_as crypto-ecdh-nist-p256 ecdh
ktap_test_result "pqike is found as a netlink family" \
	loads_as net-pf-16-proto-16-family-pqike pqike
ktap_finished
