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
clock_jumps()
{
	local spis

	row_up moon 1
	row_ping moon 1
	spis=$(xfrm_spis moon)
	clock_set "$1"
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

row "clock" child.life_time=1h child.rekey_time=50m

ktap_print_header
ktap_set_plan 3
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

row_test "the clock is set forward by a day, and back" 1 clock_jumps 86400
row_test "the clock is set back by a day, and forward" 1 clock_jumps -86400
run_test "nothing is left" rows_are_gone
rows_stop
ktap_finished
