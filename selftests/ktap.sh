#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Load a test module and print as TAP what it wrote to the kernel's log.
#
# usage: ktap.sh MODULE.ko [PARAMETER=VALUE]...
#
# The module runs its tests when loaded and writes "ok 1 name" and
# "not ok 2 name" lines, comments with "# ", and after its last test the plan
# "1..N", each line after its own name and a colon.  A module that is refused or
# stops half-way fails.

set -eu

module=$1
shift
name=$(basename "$module" .ko | tr - _)
marker="ktap.sh $$ $name"

echo "TAP version 13"
if [ "$(id -u)" -ne 0 ]; then
	echo "1..0 # SKIP loading a module takes root"
	exit 4
fi
if [ ! -f "$module" ]; then
	echo "1..0 # SKIP $module is not built"
	exit 4
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM

echo "$marker" >/dev/kmsg
loaded=true
insmod "$module" "$@" || loaded=false
if $loaded; then
	rmmod "$name"
fi
dmesg --notime | sed "1,/^$marker\$/d" >"$log"

sed -n "s/^$name: //p" "$log" | grep -E '^(not )?ok |^# |^1\.\.' || :

plan=$(sed -n "s/^$name: 1\.\.\([0-9]*\)\$/\1/p" "$log")
passed=$(grep -c "^$name: ok " "$log" || :)
failed=$(grep -c "^$name: not ok " "$log" || :)

if [ -z "$plan" ]; then
	grep -v "^$name: ok " "$log" | sed 's/^/# /'
	echo "Bail out! $name did not run to its end"
	exit 1
fi
[ "$failed" -eq 0 ] && [ "$passed" -eq "$plan" ] && [ "$plan" -gt 0 ]
