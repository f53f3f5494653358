#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# No complaint of shellcheck about the scripts.

set -eu

. ./lib.sh

digests=$PWD/shell_digests.py
programs="$PWD/shellcheck.sh $PWD/shell_digests.py $PWD/passed.sh"

# What is sourced is checked where it is, with the variables that it finds there.
# Test cases are functions that are called by name.
# shellcheck disable=SC2016 # the inner shell expands these
shellcheck_one='
	shellcheck --norc --source-path=SCRIPTDIR --external-sources --check-sourced \
		--exclude=SC2317,SC2329 --format=gcc "$2" >>"$0/found" &&
		echo "$1" >>"$0/passed"'

# check: each script that has not passed as it is, nor has what it sources
check()
{
	for list in found passed looked-at; do
		: >"$work/$list"
	done
	"$digests" | while read -r mark script; do
		has_passed "$mark.$tools" || echo "$mark.$tools $script"
	done >"$work/looked-at"
	xargs -r -n 2 -P "$(nproc)" sh -c "$shellcheck_one" "$work" <"$work/looked-at" || :
	while read -r mark; do
		passes "$mark"
	done <"$work/passed"
	sort -u "$work/found" >"$work/complaints"
	looked_at=$(wc -l <"$work/looked-at")
	failed=$((looked_at - $(wc -l <"$work/passed")))
	if [ "$failed" -gt 0 ] && [ ! -s "$work/complaints" ]; then
		echo "shellcheck fails without a complaint" >"$work/complaints"
	fi
	ktap_print_msg "$looked_at scripts looked at"
}

ktap_print_header
ktap_set_plan 4
enter_clean_tree
forget_old_marks
# shellcheck disable=SC2086 # three files
tools=$(tools_digest $programs | cut -d ' ' -f 1)

check
report "scripts"
to_look_at_again=$failed
check
ktap_test_result "what has passed is not looked at again" \
	test "$looked_at" -eq "$to_look_at_again"

# shellcheck disable=SC2016 # planted: variables that never expand
printf '\necho $planted\n' >>selftests/order.sh
check
ktap_test_result "shellcheck finds a fault planted in a script that has passed" \
	grep -q '^./selftests/order.sh:.*SC2086' "$work/complaints"
# shellcheck disable=SC2016
printf '\nplanted() { echo $1; }\n' >>selftests/reports.sh
check
ktap_test_result "shellcheck finds one planted in what a script sources" \
	grep -q 'selftests/reports.sh:.*SC2086' "$work/complaints"
ktap_finished
