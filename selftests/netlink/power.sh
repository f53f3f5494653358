#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The fuzzer finds the faults of faults.sh. Those that the kernel finds itself, after
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

finders=fuzzer
[ "${PQIKE_ENDURANCE:-short}" != full ] || finders='fuzzer|kernel'

# find_fault NAME FINDER
find_fault()
{
	dmesg --clear
	"planted/$1/selftests/uapi/with_modules.sh" "$here/round.sh" \
		>"$work/log" 2>&1 || :
	dmesg --notime >"$work/dmesg"
	case $2 in
	fuzzer)	grep -m 1 '^# not so: ' "$work/log" ;;
	kernel)	grep -E -m 1 '^BUG|^WARNING' "$work/dmesg" ;;
	esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

faults | grep -E "^([^@]*@){3}($finders)@" >"$work/faults"
ktap_print_header
ktap_set_plan "$(wc -l <"$work/faults")"
while IFS=@ read -r name _ _ finder what; do
	if found=$(find_fault "$name" "$finder"); then
		echo "# ${found#\# }"
		grep -m 1 ' messages, ' "$work/log" || :
		ktap_test_pass "$what"
	else
		tail -n 40 "$work/log" | sed 's/^/# /'
		ktap_test_fail "$what"
	fi
done <"$work/faults"
case $finders in
*kernel)	dmesg --clear ;;
esac
ktap_finished
