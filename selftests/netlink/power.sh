#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The fuzzer, the matrix of evil_helper.py, stats.py and trace.py find the faults of faults.sh.
# Those that the kernel finds itself, after which it checks less, are for PQIKE_ENDURANCE=full;
# the kernel's log ends before them, so that nobody takes them for found without a fault.

set -eu

cd "$(dirname "$0")"
here=$PWD
export FUZZ_MESSAGES=30000 FUZZ_SECONDS=900

KSELFTEST=${KSELFTEST:-/usr/src/linux/tools/testing/selftests}
# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

# shellcheck source=faults.sh
. ./faults.sh

finders='fuzzer|matrix|stats|trace'
[ "${PQIKE_ENDURANCE:-short}" != full ] || finders="$finders|kernel"

# One line for each who is to find a fault: name, finder, what is wrong
findings()
{
	faults | while IFS=@ read -r name _ _ all what; do
		for finder in $all; do
			echo "$name@$finder@$what"
		done
	done | grep -E "^[^@]*@($finders)@"
}

# look_for NAME FINDER: once for all faults of one name
look_for()
{
	[ "$looked_for" != "$*" ] || return 0
	looked_for=$*
	with_modules=planted/$1/selftests/uapi/with_modules.sh
	case $2 in
	matrix)	set -- ../uapi/evil_helper.py test_order ;;
	stats)	set -- ../uapi/stats.py ;;
	trace)	[ -f "$tracing/trace" ] || mount -t tracefs none "$tracing"
		set -- ../uapi/trace.py "$tracing" ;;
	*)	set -- ./round.sh ;;
	esac
	program=$1
	shift
	dmesg --clear
	"$with_modules" "$here/$program" "$@" >"$work/log" 2>&1 </dev/null || :
	dmesg --notime >"$work/dmesg"
}

# find_fault FINDER WHAT: in what was said
find_fault()
{
	case $1 in
	matrix)	grep -m 1 '^not ok .* are refused' "$work/log" ;;
	stats|trace)	grep -m 1 "^not ok .*$2" "$work/log" ;;
	fuzzer)	grep -m 1 '^# not so: ' "$work/log" ;;
	kernel)	grep -E -m 1 '^BUG|^WARNING' "$work/dmesg" ;;
	esac
}

tracing=/sys/kernel/tracing
looked_for=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

findings >"$work/faults"
ktap_print_header
ktap_set_plan "$(wc -l <"$work/faults")"
while IFS=@ read -r name finder what; do
	look_for "$name" "$finder"
	if found=$(find_fault "$finder" "$what"); then
		echo "# ${found#\# }"
		grep -m 1 ' messages, ' "$work/log" || :
		ktap_test_pass "$finder: $what"
	else
		tail -n 40 "$work/log" | sed 's/^/# /'
		ktap_test_fail "$finder: $what"
	fi
done <"$work/faults"
case $finders in
*kernel)	dmesg --clear ;;
esac
ktap_finished
