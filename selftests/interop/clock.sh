#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The wall clock is set while a tunnel is up: pqike says that it noticed, and the
# tunnel stays as it is.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# clock_set OFFSET: by seconds
clock_set()
{
	date --set "@$(($(date +%s) + $1))"
}

# The shell counts the seconds of its waits by this clock: they come after it is
# right again.
# xfrm looks at the lifetimes of an SA one second after it is inserted, by the
# boot clock, and compares them with the wall clock: it does so before the clock
# is set when SECONDS is 0 or so, and while it is wrong when SECONDS is 2.
#
# clock_jumps OFFSET SECONDS: up, then the clock is wrong for so long
clock_jumps()
{
	local spis

	row_up moon 1
	row_ping moon 1
	spis=$(xfrm_spis moon)
	clock_set "$1"
	sleep "$2"
	clock_set "$((-$1))"
	row_log moon 'the clock was set'
	row_ping moon 1
	row_ping sun 1
	[ "$(xfrm_spis moon)" = "$spis" ]
	row_down moon 1
}

# xfrm_spis GATEWAY: of its ESP SAs, sorted
xfrm_spis()
{
	ip -n "$1" xfrm state list nokeys | grep -o 'spi 0x[0-9a-f]*' | sort
}

# strongSwan's own ESP SAs are without lifetimes: xfrm would end them when it
# looks at them while the clock is ahead.
row "clock" moon:child.life_time=1h moon:child.rekey_time=50m \
	sun:child.life_time=0 sun:child.rekey_time=0

ktap_print_header
ktap_set_plan 5
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

row_test "the clock is set forward by a day, and back" 1 clock_jumps 86400 0
row_test "the clock is set back by a day, and forward" 1 clock_jumps -86400 0
row_test "the clock is a day ahead when xfrm first looks at the lifetimes" 1 \
	clock_jumps 86400 2
row_test "the clock is a day behind when xfrm first looks at the lifetimes" 1 \
	clock_jumps -86400 2
run_test "nothing is left" rows_are_gone
rows_stop
ktap_finished
