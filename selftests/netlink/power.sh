#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The fuzzer, and the matrix of evil_helper.py, find the faults of faults.sh. Those that the kernel finds itself, after
# which it checks less, are for PQIKE_ENDURANCE=full; the kernel's log ends before
# them, so that nobody takes them for found without a fault.

set -eu

cd "$(dirname "$0")"
here=$PWD
export FUZZ_MESSAGES=30000 FUZZ_SECONDS=900

KSELFTEST=${KSELFTEST:-/usr/src/linux/tools/testing/selftests}
# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

# shellcheck source=faults.sh
. ./faults.sh

finders='fuzzer|matrix'
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

# find_fault NAME FINDER
find_fault()
{
	name=$1
	finder=$2
	set -- "$here/round.sh"
	[ "$finder" != matrix ] ||
		set -- "$here/../uapi/evil_helper.py" test_order
	dmesg --clear
	"planted/$name/selftests/uapi/with_modules.sh" "$@" >"$work/log" 2>&1 || :
	dmesg --notime >"$work/dmesg"
	case $finder in
	matrix)	grep -m 1 '^not ok .* are refused' "$work/log" ;;
	fuzzer)	grep -m 1 '^# not so: ' "$work/log" ;;
	kernel)	grep -E -m 1 '^BUG|^WARNING' "$work/dmesg" ;;
	esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

findings >"$work/faults"
ktap_print_header
ktap_set_plan "$(wc -l <"$work/faults")"
while IFS=@ read -r name finder what; do
	if found=$(find_fault "$name" "$finder"); then
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
