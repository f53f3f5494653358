#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# ecdh.ko comes and goes, but stays while somebody holds a tfm; and its algorithms in the
# kernel, beside the kernel's own.

# shellcheck disable=SC2317 # result calls what follows it

set -eu

module=../../kmod/ecdh/ecdh.ko
test_module=kpp_test/ecdh_kpp_test.ko
number=0
status=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# result NAME COMMAND...
result()
{
	number=$((number + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		status=1
	fi
}

registered()
{
	[ "$(grep -c '^driver *: ecdh-nist-p.*-montgomery$' /proc/crypto)" -eq 2 ]
}

# Linux tests them with answers of its own, if it tests any.
passed()
{
	! grep -A 4 '^driver *: ecdh-nist-p.*-montgomery$' /proc/crypto |
		grep '^selftest' | grep -v passed
}

stays()
{
	! rmmod ecdh 2>/dev/null && registered
}

gone()
{
	rmmod ecdh && ! grep -q montgomery /proc/crypto
}

echo "TAP version 13"
if lsmod | grep -q '^ecdh '; then
	rmmod ecdh
fi
modprobe ecdh_generic
result "loads" insmod "$module"
result "registers two algorithms" registered
result "which pass the kernel's own tests" passed
insmod "$test_module" hold=1
result "stays while a tfm is held" stays
rmmod ecdh_kpp_test
result "unloads when it is free" gone
result "loads again" insmod "$module"
../ktap.sh "$test_module" >"$log" || status=1
awk -v number="$number" '
	/^(not )?ok / { sub(/ok [0-9]+/, "ok " ++number); print }
	/^#|^Bail/' "$log"
number=$((number + $(grep -c -E '^(not )?ok ' "$log" || :)))
echo "1..$number"
exit "$status"
