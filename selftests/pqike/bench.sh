#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# pqike bench kem in the kernel: plausible times of every operation, with each
# implementation that this CPU has; refusals.

# shellcheck source-path=SCRIPTDIR/../interop

set -eu
cd "$(dirname "$(realpath "$0")")/../interop"

. ./lib.sh
. ./lib/test.sh

# load IMPLEMENTATION: both modules anew, mlkem.ko with this one forced
load()
{
	unload
	insmod "$top/kmod/mlkem/mlkem.ko" impl="$1"
	pqike_modules
}

unload()
{
	local module

	for module in pqike ecdh mlkem; do
		[ ! -d "/sys/module/$module" ] || rmmod "$module"
	done
}

# plausible JSON IMPLEMENTATION SETS ROUNDS: five operations of each set
plausible()
{
	jq --exit-status --arg implementation "$2" --argjson sets "$3" \
		--argjson rounds "$4" '
		.version == 1 and (.results | length == 5 * $sets) and
		(.results | map([.set, .operation]) | unique | length
			== 5 * $sets) and
		all(.results[]; .implementation == $implementation and
			.rounds == $rounds and .min_ns > 0 and
			.min_ns <= .median_ns and .median_ns <= .max_ns and
			.max_ns < 10e9)' <<<"$1" || {
		echo "$1"
		return 1
	}
}

implementation()
{
	load "$1"
	plausible "$("$pqike" bench kem -j -n 5)" "$1" 3 5
}

# 300 rounds are three requests.
several_requests()
{
	plausible "$("$pqike" bench kem -j -n 300 mlkem512)" \
		"$(cat /sys/module/mlkem/parameters/impl)" 1 300
}

# Whatever runs it, on however loaded a machine: times are not compared.
every_set_has_a_time()
{
	"$pqike" bench kem -j -n 20 | jq --exit-status '
		[.results[] | select(.operation == "decaps") | .median_ns]
		| length == 3 and all(. > 0)'
}

text()
{
	local printed

	printed=$("$pqike" bench kem -n 5 mlkem768)
	echo "$printed"
	[ "$(wc -l <<<"$printed")" -eq 7 ]
	grep -q "^mlkem768: [a-z0-9]*, 5 rounds$" <<<"$printed"
}

# refused STATUS REGEX COMMAND...: with one line on standard error
refused()
{
	local status=0 complaint

	complaint=$("${@:3}" 2>&1 >/dev/null) || status=$?
	echo "$status: $complaint"
	[ "$status" -eq "$1" ]
	[ "$(wc -l <<<"$complaint")" -eq 1 ]
	grep -q -E -e "$2" <<<"$complaint"
}

unknown_set()
{
	refused 2 'no parameter set mlkem999: expected mlkem512' \
		"$pqike" bench kem mlkem999
}

no_privilege()
{
	refused 1 CAP_NET_ADMIN setpriv --inh-caps=-all --bounding-set=-all \
		"$pqike" bench kem mlkem512
}

cpu_ticks()
{
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# Killed in the kernel, it ends, and lets the modules go.
killed()
{
	local pid status=0

	"$pqike" bench kem -n 1000000 mlkem1024 &
	pid=$!
	until [ "$(cpu_ticks "$pid")" -gt 5 ]; do
		kill -0 "$pid"
	done
	kill -KILL "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 137 ]
	unload
	pqike_modules
}

ktap_print_header
ktap_set_plan 9
trap unload EXIT
for name in portable avx2 avx512; do
	if [ "$name" = portable ] ||
		grep -q -w "$name\|${name}vl" /proc/cpuinfo; then
		run_test "every set and operation: $name" implementation "$name"
	else
		ktap_test_skip "every set and operation: $name: not this CPU"
	fi
done
unload
pqike_modules
run_test "several requests" several_requests
run_test "every set has a time" every_set_has_a_time
run_test "text" text
run_test "an unknown parameter set" unknown_set
run_test "no privilege" no_privilege
run_test "killed while it runs" killed
ktap_finished
