#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each checker of the kernel reports the fault that it is there for, and what searches
# its log and its memory after a test sees the report.

set -eu
cd "$(dirname "$(realpath "$0")")"

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"
# shellcheck source-path=SCRIPTDIR/..
. ../reports.sh

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# One line for each fault, and a part of what is said of it. lockdep sees no more
# after its first report of a lock, nor after any of KASAN: its are the first.
debug_faults='
rcu-unlocked:suspicious RCU usage
lock-order:possible circular locking dependency
sleep-in-atomic:sleeping function called from invalid context
shift:UBSAN: shift-out-of-bounds
array-index:UBSAN: array-index-out-of-bounds
list-corruption:list_add double add
reference-count:refcount_t: addition on 0
active-timer:ODEBUG: free active
out-of-bounds:KASAN: slab-out-of-bounds
use-after-free:KASAN: slab-use-after-free
stack-out-of-bounds:KASAN: stack-out-of-bounds
double-free:KASAN: double-free'

races='
unlocked-count:KCSAN: data-race in count'

make_fault()
{
	insmod faults/planted.ko "fault=$1"
	rmmod planted
}

# is_reported FAULT TEXT
is_reported()
{
	mark_kernel_log "$1"
	make_fault "$1"
	reports_since "$1" >"$log"
	grep -q "$2" "$log"
}

# is_not_reported NAME
is_not_reported()
{
	mark_kernel_log "$1"
	make_fault "$1"
	! reports_since "$1" >"$log"
}

leak_is_reported()
{
	make_fault leak
	lost_memory >"$log"
	grep -q 'unreferenced object' "$log"
}

check()
{
	name=$1
	shift
	if "$@"; then
		ktap_test_pass "$name"
	else
		ktap_test_fail "$name"
		sed 's/^/# /' "$log"
	fi
}

# check_faults FAULTS
check_faults()
{
	while IFS=: read -r fault text; do
		[ -n "$fault" ] || continue
		check "$fault" is_reported "$fault" "$text"
	done <<-EOF
	$1
	EOF
}

# count_faults FAULTS
count_faults()
{
	echo "$1" | grep -c :
}

ktap_print_header
if looks_for_races; then
	ktap_set_plan $(($(count_faults "$races") + 1))
	check "a count under a lock is no race" is_not_reported locked-count
	check_faults "$races"
else
	ktap_set_plan $(($(count_faults "$debug_faults") + 2))
	check "without a fault nothing is reported" is_not_reported nothing
	check_faults "$debug_faults"
	check "leak" leak_is_reported
fi
ktap_finished
