#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a test plants in the sources as a fault is one: each change finds what it
# changes. The tests themselves tell so only after a build.

set -eu

. ./lib.sh

top=$(realpath ../..)

# changes SUITE: name, file, change
changes()
{
	case $1 in
	fuzz)
		# shellcheck source=../fuzz/faults.sh
		(. ../fuzz/faults.sh; faults; faults_of_many) |
			sed 's/@[^@]*$//' ;;
	netlink)
		# shellcheck source=../netlink/faults.sh
		(. ../netlink/faults.sh; faults) |
			sed 's/\(@[^@]*\)\{2\}$//; s,@,@kmod/pqike/,' ;;
	ecdh)
		sed '/^#/d; s/@[^@]*$//; s,@,@kmod/ecdh/,' ../ecdh/faults ;;
	prove)
		grep '^[^#]' ../prove/faults |
			sed '/^\(limb\|p256\|p384\)_/ s,[[:space:]]\{1\,\},@kmod/ecdh/,
				/@/! s,[[:space:]]\{1\,\},@kmod/mlkem/,
				s/[[:space:]]\{1,\}/@/' ;;
	esac
}

# Of a table on standard input those that change nothing
idle_changes()
{
	while IFS=@ read -r name file change; do
		sed "$change" "$top/$file" >"$work/changed"
		! cmp --silent "$top/$file" "$work/changed" ||
			echo "$name changes nothing in $file: $change"
	done
}

ktap_print_header
ktap_set_plan 5
for suite in ecdh fuzz netlink prove; do
	changes "$suite" >"$work/changes"
	if [ -s "$work/changes" ]; then
		idle_changes <"$work/changes" >"$work/complaints" 2>&1 ||
			echo "the table is not read to its end" >>"$work/complaints"
	else
		echo "no fault is planted" >"$work/complaints"
	fi
	report "faults planted by $suite"
done
echo "planted@selftests/style/faults.sh@s/not ""here//" | idle_changes >"$work/found"
if [ -s "$work/found" ]; then
	ktap_test_pass "a change that finds nothing is found"
else
	ktap_test_fail "a change that finds nothing is found"
fi
ktap_finished
