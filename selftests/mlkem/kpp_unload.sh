#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# mlkem.ko comes and goes, but stays while somebody holds a tfm.

# shellcheck disable=SC2317 # result calls what follows it

set -eu

module=../../kmod/mlkem/mlkem.ko
test_module=kpp_test/mlkem_kpp_test.ko
number=0
status=0

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
	[ "$(grep -c '^driver *: mlkem.*-generic$' /proc/crypto)" -eq 3 ]
}

stays()
{
	! rmmod mlkem 2>/dev/null && registered
}

gone()
{
	rmmod mlkem && ! grep -q mlkem /proc/crypto
}

echo "TAP version 13"
echo "1..5"
if lsmod | grep -q '^mlkem '; then
	rmmod mlkem
fi
result "loads" insmod "$module"
result "registers three algorithms" registered
insmod "$test_module" hold=1
result "stays while a tfm is held" stays
rmmod mlkem_kpp_test
result "unloads when it is free" gone
result "loads again" insmod "$module"
rmmod mlkem
exit "$status"
