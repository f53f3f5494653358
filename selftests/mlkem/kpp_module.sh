#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kpp algorithms in the kernel, with each implementation that this CPU has:
# vectors, errors, concurrent users. PQIKE_ROWS=one has it done with the best one only.

set -eu

module=../../kmod/mlkem/mlkem.ko
test_module=kpp_test/mlkem_kpp_test.ko
log=$(mktemp)
trap 'rm -f "$log"' EXIT
number=0
status=0

# run_with [IMPLEMENTATION]: or the best. The results of the test module, numbered on from
# those before and named after the implementation.
run_with()
{
	insmod "$module" ${1:+"impl=$1"}
	name=$(cat /sys/module/mlkem/parameters/impl)
	../ktap.sh "$test_module" >"$log" || status=1
	rmmod mlkem
	awk -v number="$number" -v name="$name" '
		/^(not )?ok / {
			sub(/ok [0-9]+/, "ok " ++number " " name ":")
			print
		}
		/^#/' "$log"
	number=$((number + $(grep -c -E '^(not )?ok ' "$log" || :)))
}

skip_all()
{
	number=$((number + 1))
	echo "ok $number $1 # SKIP the CPU does not have it"
}

echo "TAP version 13"
if lsmod | grep -q '^mlkem '; then
	rmmod mlkem
fi
implementations='avx2 avx512'
if [ "${PQIKE_ROWS:-all}" = one ]; then
	implementations=
	run_with
else
	run_with portable
fi
for implementation in $implementations; do
	if grep -q -w "$implementation\|${implementation}vl" /proc/cpuinfo; then
		run_with "$implementation"
	else
		skip_all "$implementation"
	fi
done
insmod "$module"
echo "1..$number"
exit "$status"
